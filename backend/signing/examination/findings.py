"""What an examination finds in a PDF, and what follows from it. Knows neither pyHanko nor Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Trust(StrEnum):
    """What became of the certificate's chain to the pinned authorities, at the best time of signing."""

    TRUSTED = "TRUSTED"
    UNKNOWN_AUTHORITY = "UNKNOWN_AUTHORITY"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    REVOCATION_UNKNOWN = "REVOCATION_UNKNOWN"
    OTHER_USE = "OTHER_USE"


class Stamp(StrEnum):
    """What the time stamp of a signature is worth."""

    NONE = "NONE"
    HOLDS = "HOLDS"
    WRONG = "WRONG"


@dataclass(frozen=True)
class FoundSignature:
    """One signature. `signed_at` is the time stamp's where that holds, else what the signer claims; aware.

    `is_readable` is False where an entry that it needs is missing or nonsense; the rest then says nothing.
    """

    is_readable: bool
    is_intact: bool = False
    covers_file: bool = False
    is_changed_since: bool = True
    is_certification: bool = False
    fingerprint: str = ""
    trust: Trust = Trust.UNKNOWN_AUTHORITY
    stamp: Stamp = Stamp.NONE
    signed_at: datetime | None = None


@dataclass(frozen=True)
class Findings:
    """`is_strict`: the file follows the syntax to the letter; attackers live where readers are lenient.

    Behind a password (`is_encrypted`, also an empty one) nothing was looked at.
    """

    is_pdf: bool
    is_encrypted: bool = False
    is_strict: bool = False
    signatures: tuple[FoundSignature, ...] = ()
    document_stamps: int = 0


class Reason(StrEnum):
    """Why a file whose hash is not on record is none of ours. The order is the order in which they are asked."""

    NOT_A_PDF = "NOT_A_PDF"
    TOO_COSTLY = "TOO_COSTLY"
    ENCRYPTED = "ENCRYPTED"
    NOT_SIGNED = "NOT_SIGNED"
    SIGNATURE_BROKEN = "SIGNATURE_BROKEN"
    CONTENT_CHANGED = "CONTENT_CHANGED"
    CHANGED_AFTERWARDS = "CHANGED_AFTERWARDS"
    SIGNED_AGAIN = "SIGNED_AGAIN"
    NOT_TO_THE_LETTER = "NOT_TO_THE_LETTER"
    UNKNOWN_AUTHORITY = "UNKNOWN_AUTHORITY"
    OTHER_USE = "OTHER_USE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    REVOCATION_UNKNOWN = "REVOCATION_UNKNOWN"
    STAMP_WRONG = "STAMP_WRONG"
    NOT_OUR_OFFICIAL = "NOT_OUR_OFFICIAL"
    NOT_IN_OFFICE = "NOT_IN_OFFICE"
    NOT_OUR_KIND = "NOT_OUR_KIND"
    NOT_ON_RECORD = "NOT_ON_RECORD"


ALTERING = frozenset(
    {
        Reason.SIGNATURE_BROKEN,
        Reason.CONTENT_CHANGED,
        Reason.CHANGED_AFTERWARDS,
        Reason.SIGNED_AGAIN,
        Reason.NOT_TO_THE_LETTER,
    }
)
_OF_TRUST = {
    Trust.UNKNOWN_AUTHORITY: Reason.UNKNOWN_AUTHORITY,
    Trust.OTHER_USE: Reason.OTHER_USE,
    Trust.REVOKED: Reason.REVOKED,
    Trust.EXPIRED: Reason.EXPIRED,
    Trust.REVOCATION_UNKNOWN: Reason.REVOCATION_UNKNOWN,
}


def reason_of_file(findings: Findings) -> Reason | None:
    """Return what is wrong with the file itself, whoever signed it; None where its one signature is sound."""
    if not findings.is_pdf:
        return Reason.NOT_A_PDF
    if findings.is_encrypted:
        return Reason.ENCRYPTED
    if not findings.signatures:
        return Reason.NOT_SIGNED
    for is_so, reason in (
        (any(not each.is_readable for each in findings.signatures), Reason.SIGNATURE_BROKEN),
        (any(not each.is_intact for each in findings.signatures), Reason.CONTENT_CHANGED),
        (len(findings.signatures) > 1, Reason.SIGNED_AGAIN),
        (findings.signatures[0].is_changed_since or not findings.signatures[0].covers_file, Reason.CHANGED_AFTERWARDS),
        (not findings.is_strict, Reason.NOT_TO_THE_LETTER),
    ):
        if is_so:
            return reason
    return _reason_of_signer(findings.signatures[0])


def _reason_of_signer(signature: FoundSignature) -> Reason | None:
    if signature.trust != Trust.TRUSTED:
        return _OF_TRUST[signature.trust]
    return Reason.STAMP_WRONG if signature.stamp == Stamp.WRONG else None
