"""Reads a PDF and its signatures with pyHanko; runs in the limited child only (`child`).

Never fetches: certificates, lists and answers come from the file and from what the platform hands in, and missing
revocation fails hard (RFC 5280 6.3; ETSI EN 319 102-1, 5.2.6). Nothing here knows who our officials are.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from backend.signing.examination.findings import Findings, FoundSignature, Stamp, Trust

_MOST_SIGNATURES = 8
"""Of which each costs; a document of ours has one."""

_SUB_FILTER = "/ETSI.CAdES.detached"
_TRUST: Mapping[object, Trust] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: Trust.UNKNOWN_AUTHORITY,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Trust.EXPIRED,
    AdESIndeterminate.EXPIRED: Trust.EXPIRED,
    AdESIndeterminate.REVOKED_NO_POE: Trust.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Trust.REVOKED,
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: Trust.REVOKED,
    AdESIndeterminate.TRY_LATER: Trust.REVOCATION_UNKNOWN,
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: Trust.REVOCATION_UNKNOWN,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: Trust.OTHER_USE,
    AdESIndeterminate.SIG_CONSTRAINTS_FAILURE: Trust.OTHER_USE,
}
_USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)
"""Some accredited authorities give their certificates no nonRepudiation."""


class Anchors:
    """Pinned authorities of signers and of time stamps, and revocation lists, as DER or PEM."""

    def __init__(self, signers: Sequence[bytes], stamps: Sequence[bytes], lists: Sequence[bytes]) -> None:
        self.signers = [asn1_x509.Certificate.load(_der(each)) for each in signers]
        self.stamps = [asn1_x509.Certificate.load(_der(each)) for each in stamps]
        self.lists = [asn1_crl.CertificateList.load(_der(each)) for each in lists]


def examine(pdf: bytes, anchors: Anchors, *, now: datetime) -> Findings:
    """Examine a file; `now` (aware) is the machine's time. Whatever is in the file, the answer is a finding."""
    if b"%PDF-" not in pdf[:1024]:
        return Findings(is_pdf=False)
    findings = _read(pdf, anchors, now, strict=True)
    if findings is None:
        findings = _read(pdf, anchors, now, strict=False)
    return findings or Findings(is_pdf=False)


def _read(pdf: bytes, anchors: Anchors, now: datetime, *, strict: bool) -> Findings | None:
    """Return None where the file cannot be read at all in that way."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=strict)
        if reader.encrypted:
            return Findings(is_pdf=True, is_strict=strict, is_encrypted=True)
        fields = _signature_fields(reader)
        store = _store(reader)
        found: list[FoundSignature] = []
        stamps = 0
        for name, value, field in fields:
            if isinstance(value, DictionaryObject) and value.get("/Type") == "/DocTimeStamp":
                stamps += 1
            elif len(found) < _MOST_SIGNATURES:
                found.append(_signature(reader, name, field, store, anchors, now))
    except MemoryError:
        raise
    except Exception:  # a stranger's file: pyHanko raises whatever its parts raise
        return None
    return Findings(is_pdf=True, is_strict=strict, signatures=tuple(found), document_stamps=stamps)


def _signature_fields(reader: PdfFileReader) -> list[tuple[str, Any, Any]]:
    """Return the filled signature fields (name, value, field), also those whose signature cannot be read."""
    return [
        (name, value.get_object(), field.get_object())
        for name, value, field in enumerate_sig_fields(reader, filled_status=True)
    ]


def _store(reader: PdfFileReader) -> DocumentSecurityStore | None:
    try:
        return DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None


def _signature(
    reader: PdfFileReader,
    name: str,
    field: DictionaryObject,
    store: DocumentSecurityStore | None,
    anchors: Anchors,
    now: datetime,
) -> FoundSignature:
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        status, stamp, signed_at = _at_best_time(embedded, store, anchors, now)
        trust = _trust_of(status)
        if store is not None:  # an answer that the file brings is good for the moment that it was given at
            listed, _, _ = _at_best_time(embedded, None, anchors, now)
            trust = Trust.REVOKED if _trust_of(listed) == Trust.REVOKED else trust
            stamp = Stamp.WRONG if _is_revoked(listed) else stamp
    except MemoryError:
        raise
    except Exception:  # as above
        return FoundSignature(is_readable=False)
    return FoundSignature(
        is_readable=True,
        is_intact=status.intact and status.valid,
        covers_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        is_changed_since=not status.docmdp_ok,
        is_certification=_is_certification(embedded),
        fingerprint=status.signing_cert.sha256.hex(),
        trust=trust,
        stamp=stamp,
        signed_at=signed_at,
    )


def _at_best_time(
    embedded: EmbeddedPdfSignature, store: DocumentSecurityStore | None, anchors: Anchors, now: datetime
) -> tuple[PdfSignatureStatus, Stamp, datetime | None]:
    """Validate at the moment of the stamp, where that holds: what holds then holds for good.

    The stamp itself is validated now or, where what is known of its authority ended meanwhile, as of its own moment;
    not where its certificate ended (ETSI EN 319 102-1, 5.6: that takes proof from somebody else), or was revoked.
    """
    status, moment = _status(embedded, store, anchors, signer_at=now, stamp_at=now), now
    found = status.timestamp_validity
    if found is not None and _TRUST.get(found.trust_problem_indic) == Trust.REVOCATION_UNKNOWN:
        moment = found.timestamp
        status = _status(embedded, store, anchors, signer_at=now, stamp_at=moment)
    stamp, signed_at = _stamp_of(embedded, status)
    if stamp == Stamp.HOLDS:
        assert signed_at is not None
        status = _status(embedded, store, anchors, signer_at=signed_at, stamp_at=moment)
    return status, stamp, signed_at


def _status(
    embedded: EmbeddedPdfSignature,
    store: DocumentSecurityStore | None,
    anchors: Anchors,
    *,
    signer_at: datetime,
    stamp_at: datetime,
) -> PdfSignatureStatus:
    return validate_pdf_signature(
        embedded,
        _context(anchors.signers, store, anchors, signer_at),
        _context(anchors.stamps, store, anchors, stamp_at),
        key_usage_settings=_USAGE,
    )


def _context(
    roots: Sequence[asn1_x509.Certificate], store: DocumentSecurityStore | None, anchors: Anchors, moment: datetime
) -> ValidationContext:
    given: Mapping[str, Any] = {
        "trust_roots": list(roots),
        "allow_fetching": False,
        "revocation_mode": "hard-fail",
        "moment": moment,
        "retroactive_revinfo": True,
        "crls": list(anchors.lists),
    }
    if store is None:
        return ValidationContext(**given)
    return store.as_validation_context(dict(given))


def _stamp_of(embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> tuple[Stamp, datetime | None]:
    stamp = status.timestamp_validity
    if stamp is None:
        return Stamp.NONE, _claimed(embedded)
    if stamp.intact and stamp.valid and stamp.trusted:
        return Stamp.HOLDS, stamp.timestamp
    return Stamp.WRONG, _claimed(embedded)


def _is_revoked(status: PdfSignatureStatus) -> bool:
    stamp = status.timestamp_validity
    return stamp is not None and _TRUST.get(stamp.trust_problem_indic) == Trust.REVOKED


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    claimed = embedded.self_reported_timestamp
    if claimed is None:
        return None
    return claimed if claimed.tzinfo else claimed.replace(tzinfo=UTC)


def _is_certification(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether it is of the kind that we make: CAdES, certifying, no change allowed (ISO 32000-1, 12.8.2.2)."""
    level = embedded.docmdp_level
    return embedded.sig_object.get("/SubFilter") == _SUB_FILTER and level is not None and level.value == 1


def _trust_of(status: PdfSignatureStatus) -> Trust:
    if status.trusted:
        return Trust.TRUSTED
    if status.signing_cert.self_signed != "no":
        return Trust.UNKNOWN_AUTHORITY  # pyHanko calls it unfit for its use
    if status.trust_problem_indic is None:
        return Trust.OTHER_USE
    return _TRUST.get(status.trust_problem_indic, Trust.UNKNOWN_AUTHORITY)


def _der(content: bytes) -> bytes:
    return pem.unarmor(content)[2] if pem.detect(content) else content
