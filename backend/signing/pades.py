"""PAdES baseline signatures (ETSI EN 319 142-1) on documents that are not signed yet: B-B, then B-T, or B-LT where what
validates both lies in the document."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from asn1crypto.cms import CMSAttribute, ContentInfo
from cryptography import x509

from backend.signing.cms import template_for
from backend.signing.first_revision import Hole, SignatureEntries, hole_of, with_hole
from backend.signing.signers.base import Signer
from backend.signing.signers.certificates import holder_name
from backend.signing.time_stamps import TimeStamp
from backend.signing.validation_data import ValidationData

_ROOM_FOR_A_TIME_STAMP = 8192
"""Bytes kept free in every signature, so that a time stamp can still come. One with three certificates takes 6 KB."""

Stamping = Callable[[bytes], TimeStamp]
"""Asks an authority for the time stamp of these bytes."""


@dataclass(frozen=True)
class Stamped:
    """A file of level B-T, the instant that its authority vouches for, and who that is, up to the pinned root."""

    pdf: bytes
    at: datetime
    chain: tuple[x509.Certificate, ...]


class Signable(Protocol):
    """A document that is written together with the hole for its signature."""

    def with_hole(self, entries: SignatureEntries, room: int, data: ValidationData | None = None) -> tuple[bytes, Hole]:
        """Give the file and the hole of that many bytes in it, as `first_revision.with_hole` does."""
        ...

    def digest(self, file: bytes, hole: Hole, data: ValidationData | None = None) -> bytes:
        """Give the SHA-256 of what the hole's signature covers, of a file made with the same data."""
        ...


def sign_pdf(
    pdf: bytes | Signable,
    signer: Signer,
    *,
    reason: str,
    location: str,
    contact: str,
    at: datetime,
    data: ValidationData | None = None,
) -> bytes:
    """Certify a PDF in its first revision: the signature covers the whole file, and no later change is allowed.

    Level B-B: SubFilter ETSI.CAdES.detached, signing-certificate-v2, time of signing in /M (`at`, aware). What
    validates the signature later (`data`) lies in that revision as well. The signer's key is used once. The same input
    gives the same bytes where the signer is deterministic.
    """
    entries = SignatureEntries(
        name=holder_name(signer.certificate),
        reason=reason,
        location=location,
        contact=contact,
        signed_at=at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'"),
    )
    template = template_for(signer)
    room = template.length + _ROOM_FOR_A_TIME_STAMP
    if isinstance(pdf, bytes):
        file, hole = with_hole(pdf, entries, room, data)
        digest = hashlib.sha256(hole.covered(file)).digest()
    else:
        file, hole = pdf.with_hole(entries, room, data)
        digest = pdf.digest(file, hole, data)
    return hole.filled(file, template.signed(digest, signer))


def with_time_stamp(signed: bytes, stamping: Stamping) -> Stamped:
    """Raise a file that `sign_pdf` made to level B-T (ETSI EN 319 142-1, 6.3): the stamp goes beside the signature.

    It is an unsigned attribute (RFC 3161, appendix A), in room that the signature does not cover: still one revision,
    the same signature. Raises what `stamping` raises; `SignatureHoleNotFound` for another file.
    """
    hole = hole_of(signed)
    message = ContentInfo.load(hole.content(signed), strict=False)
    signer = message["content"]["signer_infos"][0]
    stamp = stamping(signer["signature"].native)
    token = ContentInfo.load(stamp.token, strict=True)
    signer["unsigned_attrs"] = [CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})]
    return Stamped(hole.filled(signed, message.dump()), stamp.at, stamp.chain)


def certificates_in(signed: bytes) -> list[x509.Certificate]:
    """Return the certificates in the signature of a file that `sign_pdf` made, the signer's first."""
    message = ContentInfo.load(hole_of(signed).content(signed), strict=False)["content"]
    serial = message["signer_infos"][0]["sid"].chosen["serial_number"].native
    found = [x509.load_der_x509_certificate(each.chosen.dump()) for each in message["certificates"]]
    return sorted(found, key=lambda each: each.serial_number != serial)
