"""What validates a document without a network, gathered for tests, and a judge who asks nobody."""

import asyncio
import io
from datetime import UTC, datetime

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.ades import ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from backend.receipts.compiler.bases import base_of
from backend.receipts.compiler.compiling import compile_page
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.values import taken_apart
from backend.receipts.rendering import PermitDocument, about, written
from backend.signing.signers.local_key import LocalKey
from backend.signing.validation_data import Chain, ValidationData, chain_of, joined
from sandbox.authority import Authority
from tests.documents.test_time_stamps import ask_for_stamp, root_of
from theming import load_preset


def now() -> datetime:
    return datetime.now(UTC)


def chain(key: LocalKey, authority: Authority) -> Chain:
    return chain_of(key.certificate, key.chain, lambda: [root_of(authority)], at=now())


def stampers_chain(authority: Authority) -> Chain:
    stamper = ask_for_stamp(b"whose stamp is this?", authority).chain
    return chain_of(stamper[0], stamper, lambda: [root_of(authority)], at=now())


def gathered(key: LocalKey, authority: Authority) -> ValidationData:
    return joined(chain(key, authority), stampers_chain(authority))


def compiled(document: PermitDocument) -> Prepared:
    page = compile_page(document, load_preset("nunoa"))
    values = taken_apart(written(document)).values
    return Prepared(base_of(page), page.drawn(values), document.verification_url, about(document), values)


def judge_offline(pdf: bytes, authority: Authority, coverage: SignatureCoverageLevel) -> None:
    """Have pyHanko validate by what is in the file: bottom line, and AdES with time (ETSI EN 319 102-1, 5.5)."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    (signature,) = reader.embedded_signatures
    roots = [asn1_x509.Certificate.load(root_of(authority).public_bytes(Encoding.DER))]
    store = DocumentSecurityStore.read_dss(reader)
    given = {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "hard-fail"}
    status = validate_pdf_signature(signature, store.as_validation_context(given))
    assert status.bottom_line, status.pretty_print_details()  # type: ignore[no-untyped-call]  # pyHanko has no types here
    assert (status.coverage, status.docmdp_ok) == (coverage, True)
    answers, lists = ([each.get_object().data for each in kind] for kind in (store.ocsps, store.crls))
    policy = CertValidationPolicySpec(SimpleTrustManager.build(roots), CertRevTrustPolicy(REQUIRE_REVINFO))
    specification = SignatureValidationSpec(
        policy,
        RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=LocalKnowledge(
            [one for each in answers for one in OCSPContainer.load_multi(ocsp.OCSPResponse.load(each))],
            [CRLContainer(crl.CertificateList.load(each)) for each in lists],
            list(store.load_certs()),
        ),
    )
    found = asyncio.run(
        ades_with_time_validation(signature.signed_data, specification, raw_digest=signature.compute_digest())
    )
    assert found.ades_subindic == AdESPassed.OK, found.failure_msg
