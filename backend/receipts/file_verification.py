"""Verification of a file that somebody hands in: our record of hashes decides, an examination only explains."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django_tenants.utils import schema_context

from backend.receipts.models import Document, IssuedFile, StampedFile
from backend.receipts.verdicts import Verdict, verdict_of
from backend.receipts.verification import Verified, as_verified
from backend.signing.examination.examiner import ExaminationTooCostly, examine_file
from backend.signing.examination.findings import Findings, Reason, reason_of_file
from backend.signing.queries import Standing, standing_of
from backend.signing.trust import TrustFolder
from backend.tenants.queries import active_schemas

_END = re.compile(rb"%%EOF(\r\n|\r|\n)?")
_MOST_ENDS = 16
_OF_OUR_OFFICIALS = (Reason.NOT_IN_OFFICE, Reason.NOT_OUR_KIND, Reason.NOT_ON_RECORD)
_STANDING = {Standing.UNKNOWN: Reason.NOT_OUR_OFFICIAL, Standing.NOT_IN_OFFICE: Reason.NOT_IN_OFFICE}


@dataclass(frozen=True)
class FileVerdict:
    """`reason` says why it is not authentic; `document` is what our record says, for a file on record only."""

    verdict: Verdict
    sha256: str
    reason: Reason | None = None
    document: Verified | None = None


def verify_file(pdf: bytes, *, now: datetime) -> FileVerdict:
    """Say what a file is to the current municipality; `now` (aware) is the machine's time. Raises `ExaminerBusy`."""
    return on_record(pdf) or explained(pdf, examined(pdf, now=now))


def verify_file_everywhere(pdf: bytes, *, now: datetime, only: str | None = None) -> tuple[str, FileVerdict]:
    """Say what a file is, and to which municipality (slug; empty where it is nobody's). Raises `ExaminerBusy`."""
    schemas = [name for name in active_schemas() if only in (None, name)]
    for name in schemas:
        with schema_context(name):
            recorded = on_record(pdf)
        if recorded is not None:
            return name, recorded
    findings = examined(pdf, now=now)
    for name in schemas:
        with schema_context(name):
            told = explained(pdf, findings)
        if told.reason in _OF_OUR_OFFICIALS:
            return name, told
    return "", told


def on_record(pdf: bytes) -> FileVerdict | None:
    """Compare with the hashes of what the current municipality issued: that alone makes a file authentic.

    A file that begins with a whole document of ours was added to.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    document = _document_of(digest)
    if document is not None:
        told = as_verified(document)
        return FileVerdict(Verdict.ANNULLED if told.annulled_on else Verdict.AUTHENTIC, digest, document=told)
    if any(_document_of(beginning) is not None for beginning in _hashes_of_beginnings(pdf)):
        return FileVerdict(Verdict.ALTERED, digest, Reason.CHANGED_AFTERWARDS)
    return None


def examined(pdf: bytes, *, now: datetime) -> Findings | None:
    """Have a file examined that is on no record; None where that takes too much. Raises `ExaminerBusy`."""
    try:
        return examine_file(pdf, TrustFolder(settings.SEM_TRUST_DIR), now=now)
    except ExaminationTooCostly:
        return None


def explained(pdf: bytes, findings: Findings | None) -> FileVerdict:
    """Say why a file on no record is not a document of the current municipality; it is never authentic."""
    reason = Reason.TOO_COSTLY if findings is None else reason_of_file(findings) or _reason_of_ours(findings)
    return FileVerdict(verdict_of(reason), hashlib.sha256(pdf).hexdigest(), reason)


def _reason_of_ours(findings: Findings) -> Reason:
    (signature,) = findings.signatures
    standing = standing_of(signature.fingerprint, at=signature.signed_at)
    if standing in _STANDING:
        return _STANDING[standing]
    return Reason.NOT_ON_RECORD if signature.is_certification else Reason.NOT_OUR_KIND


def _document_of(digest: str) -> Document | None:
    issued = IssuedFile.objects.filter(sha256=digest).select_related("document").first()
    if issued is not None:
        return issued.document
    stamped = StampedFile.objects.filter(sha256=digest).select_related("issued__document").first()
    return stamped.issued.document if stamped is not None else None


def _hashes_of_beginnings(pdf: bytes) -> list[str]:
    """Hash what lies before each end of a revision (ISO 32000-1, 7.5.6), with and without its line end."""
    ends: set[int] = set()
    for found in list(_END.finditer(pdf))[:_MOST_ENDS]:
        ends |= {found.start() + len(b"%%EOF"), found.end()}
    return [hashlib.sha256(pdf[:end]).hexdigest() for end in sorted(ends) if end < len(pdf)]
