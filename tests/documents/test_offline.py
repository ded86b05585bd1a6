"""Level B-LT: everything that validates a document lies in it; nobody is asked, today or in a year."""

import asyncio
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
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

from backend.receipts.compiler.bases import base_of, beginning_of
from backend.receipts.compiler.compiling import compile_page
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.values import taken_apart
from backend.receipts.rendering import about, written
from backend.signing.examination.examiner import examine_file
from backend.signing.examination.findings import Reason, Stamp, Trust, reason_of_file
from backend.signing.pdf_store import covers_stamper, with_later_store
from backend.signing.signers.evidence import RevocationUnknown
from backend.signing.signers.local_key import LocalKey
from backend.signing.signers.revocation import CertificateRevoked
from backend.signing.trust import TrustFolder
from backend.signing.validation_data import Chain, ValidationData, chain_of, joined
from sandbox.authority import Authority
from tests.documents.conftest import OpenKey, signed
from tests.documents.judges import judge_pdf
from tests.documents.peers import ask
from tests.documents.samples import permit, receipt
from tests.documents.test_time_stamps import ask_for_stamp, root_of, stamped
from tests.documents.verapdf import ACCESSIBLE, ARCHIVAL, ask_verapdf
from theming import load_preset

IN_A_MONTH, IN_300_DAYS = timedelta(days=30), timedelta(days=300)


def now() -> datetime:
    return datetime.now(UTC)


def chain(key: LocalKey, authority: Authority) -> Chain:
    return chain_of(key.certificate, key.chain, lambda: [root_of(authority)], at=now())


def stampers_chain(authority: Authority) -> Chain:
    stamper = ask_for_stamp(b"whose stamp is this?", authority).chain
    return chain_of(stamper[0], stamper, lambda: [root_of(authority)], at=now())


def gathered(key: LocalKey, authority: Authority) -> ValidationData:
    return joined(chain(key, authority), stampers_chain(authority))


def compiled(example: Callable[..., object] = permit) -> Prepared:
    document = permit() if example is permit else receipt()
    page = compile_page(document, load_preset("nunoa"))
    values = taken_apart(written(document)).values
    return Prepared(base_of(page), page.drawn(values), document.verification_url, about(document), values)


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    return compiled()


@pytest.fixture
def pinned(authority: Authority, tmp_path: Path) -> TrustFolder:
    """The roots alone: no list of today, or of any other day."""
    for name in ("signers", "time-stamps"):
        (tmp_path / "trust" / name).mkdir(parents=True)
        (tmp_path / "trust" / name / "root.pem").write_bytes(authority.root_pem.read_bytes())
    return TrustFolder(tmp_path / "trust")


def reason(pdf: bytes, trust: TrustFolder, *, after: timedelta = timedelta()) -> Reason | None:
    return reason_of_file(examine_file(pdf, trust, now=now() + after))


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


@pytest.mark.parametrize("way", ["composed", "compiled"])
def test_a_document_validates_from_itself_alone(
    authority: Authority,
    open_key: OpenKey,
    rendered_permit: bytes,
    prepared: Prepared,
    pinned: TrustFolder,
    tmp_path: Path,
    way: str,
) -> None:
    key = open_key()
    pdf = signed(rendered_permit if way == "composed" else prepared, key, data=gathered(key, authority))
    file = stamped(pdf, authority)
    paper = tmp_path / "permit.pdf"
    paper.write_bytes(file.pdf)

    judge_offline(file.pdf, authority, SignatureCoverageLevel.ENTIRE_FILE)
    judge_pdf(paper, authority.root_pem, authority.ca_pem, tmp_path)

    assert file.pdf.count(b"%%EOF") == 1
    for after in (timedelta(), IN_A_MONTH, IN_300_DAYS):
        (found,) = examine_file(file.pdf, pinned, now=now() + after).signatures
        assert (found.trust, found.stamp, found.signed_at) == (Trust.TRUSTED, Stamp.HOLDS, file.at)
        assert reason(file.pdf, pinned, after=after) is None


def test_archives_and_screen_readers_take_it_as_well(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, prepared: Prepared, tmp_path: Path
) -> None:
    key = open_key()
    data = gathered(key, authority)
    without = stamped(signed(prepared, key), authority).pdf
    files = {
        "composed": stamped(signed(rendered_permit, key, data=data), authority).pdf,
        "compiled": stamped(signed(prepared, key, data=data), authority).pdf,
        "compiled without": without,
        "later": with_later_store(without, data),
    }
    papers = [tmp_path / f"{name}.pdf" for name in files]
    for paper, content in zip(papers, files.values(), strict=True):
        paper.write_bytes(content)

    verdicts = ask_verapdf(papers)

    for paper in papers:
        ask("qpdf", "--check", str(paper))
        for standard in (ARCHIVAL, ACCESSIBLE):
            assert verdicts[paper, standard].conforms, (paper, verdicts[paper, standard].reasons)


@pytest.mark.parametrize("way", ["composed", "compiled"])
def test_what_could_not_be_had_in_time_comes_in_a_second_revision(
    authority: Authority, open_key: OpenKey, rendered_permit: bytes, prepared: Prepared, way: str
) -> None:
    key = open_key()
    data = gathered(key, authority)
    page = rendered_permit if way == "composed" else prepared
    for first in (None, joined(chain(key, authority), None)):
        pdf = stamped(signed(page, key, data=first), authority).pdf

        later = with_later_store(pdf, data)

        assert (covers_stamper(pdf, data.stamper), covers_stamper(later, data.stamper)) == (False, True)
        assert later.startswith(pdf)
        judge_offline(later, authority, SignatureCoverageLevel.ENTIRE_REVISION)


@pytest.mark.parametrize(
    "left_out", [{"answers": ()}, {"lists": ()}], ids=["the answers of the responders", "the list of the root"]
)
def test_a_document_whose_store_lacks_something_is_not_believed_offline(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder, left_out: dict[str, Any]
) -> None:
    key = open_key()
    data = gathered(key, authority)
    plain = signed(prepared, key, data=replace(data, **left_out))

    assert reason(signed(prepared, key, data=data), pinned) is None
    assert reason(plain, pinned) == Reason.REVOCATION_UNKNOWN
    assert reason(stamped(plain, authority).pdf, pinned) in (Reason.REVOCATION_UNKNOWN, Reason.STAMP_WRONG)
    assert reason(signed(prepared, key), pinned) == Reason.REVOCATION_UNKNOWN, "there is no store at all"


def test_who_takes_the_store_out_of_a_file_alters_it(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder
) -> None:
    key = open_key()
    pdf = stamped(signed(prepared, key, data=gathered(key, authority)), authority).pdf
    without = pdf.replace(b"/DSS 1 0 R", b"/XSS 1 0 R")

    assert without != pdf
    assert reason(without, pinned) == Reason.CONTENT_CHANGED


def test_a_signer_that_a_list_at_hand_calls_revoked_is_refused_whatever_the_file_brings(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder
) -> None:
    key = open_key()
    data = gathered(key, authority)
    authority.revoke(key.certificate.serial_number)  # as of an hour ago
    pdf = signed(prepared, key, data=data)
    files = (pdf, stamped(pdf, authority).pdf)
    assert [reason(file, pinned) for file in files] == [None, None], "nobody knows better yet"

    (pinned.path / "lists").mkdir()
    for name in ("root", "ca"):
        (pinned.path / "lists" / f"{name}.crl").write_bytes(authority.crl(name))

    assert [reason(file, pinned) for file in files] == [Reason.REVOKED, Reason.REVOKED]


def test_a_store_that_says_that_the_signer_is_revoked_is_believed(
    authority: Authority, open_key: OpenKey, prepared: Prepared, pinned: TrustFolder
) -> None:
    key = open_key(revoked=True)
    said = replace(gathered(open_key(), authority), lists=(authority.crl("root"), authority.crl("ca")))

    assert reason(signed(prepared, key, data=said), pinned) == Reason.REVOKED


def test_a_responder_that_says_revoked_stops_what_is_signed(authority: Authority, open_key: OpenKey) -> None:
    key = open_key(revoked=True)

    with pytest.raises(CertificateRevoked):
        chain(key, authority)


def test_a_signer_under_no_pinned_root_gets_no_data(authority: Authority, open_key: OpenKey) -> None:
    key = open_key()

    with pytest.raises(RevocationUnknown, match="SEM_TRUST_DIR"):
        chain_of(key.certificate, key.chain, list, at=now())


def test_the_block_of_an_hour_is_the_same_after_every_base(
    authority: Authority, open_key: OpenKey, prepared: Prepared
) -> None:
    key = open_key()
    data, other = gathered(key, authority), compiled(receipt)
    blocks = [beginning_of(page.base, data).shared[1] for page in (prepared, other)]

    assert prepared.base.content != other.base.content
    assert blocks[0] == blocks[1]
    assert len(blocks[0]) < 12_000
    assert gathered(key, authority) is data
    for page in (prepared, other):
        assert signed(page, key, data=data).startswith(b"".join(page.shared(data)))
        assert page.shared(None) == (page.base.content,)


def serials(answers: Iterable[bytes]) -> list[int]:
    return [
        ocsp.OCSPResponse.load(each).response_data["responses"][0]["cert_id"]["serial_number"].native
        for each in answers
    ]


def test_the_data_are_of_every_certificate_up_to_the_root(authority: Authority, open_key: OpenKey) -> None:
    key = open_key()

    data = gathered(key, authority)

    names = [asn1_x509.Certificate.load(each).subject.native["common_name"] for each in data.certificates]
    assert names == [
        "Tesorería Municipal de Ñuñoa",
        "Firma electrónica de desarrollo SEM 01",
        "Raíz de desarrollo SEM",
        "Sello de tiempo de desarrollo SEM",
    ]
    stamper = asn1_x509.Certificate.load(data.stamper)
    assert serials(data.answers) == [key.certificate.serial_number, stamper.serial_number]
    assert [crl.CertificateList.load(each).issuer.native["common_name"] for each in data.lists] == [names[2]]
