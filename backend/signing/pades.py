"""PAdES baseline B-B signatures on documents that are not signed yet."""

import hashlib
from datetime import UTC, datetime

from cryptography import x509

from backend.signing.endesive_pdf import PadesWriter
from backend.signing.signers.base import Signer
from backend.signing.signers.certificates import holder_name

_RESERVED_BYTES = 8192
"""Room for the CMS with its certificates. Given beforehand, else endesive signs twice to find out."""

_NO_CHANGES_ALLOWED = 1
"""DocMDP permission. Source: ISO 32000-1, table 254."""


def sign_pdf(pdf: bytes, signer: Signer, *, reason: str, location: str, contact: str, at: datetime) -> bytes:
    """Certify a PDF: the signature covers the whole file, and no later change is allowed.

    ETSI EN 319 142-1 B-B: SubFilter ETSI.CAdES.detached, signing-certificate-v2, time of signing in /M (`at`, aware).
    The signer's key is used once. The same input gives the same bytes where the signer is deterministic.
    """
    fields = {
        "aligned": _RESERVED_BYTES,
        "sigandcertify": True,
        "sigflags": _NO_CHANGES_ALLOWED,
        "sigfield": "Firma",
        "application": "SEM",
        "name": holder_name(signer.certificate),
        "reason": reason,
        "location": location,
        "signingdate": at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'"),
        "newid": hashlib.sha256(pdf + signer.fingerprint.encode()).hexdigest(),
    }
    revision: bytes = PadesWriter(contact=contact).sign(
        pdf, fields, None, signer.certificate, list(signer.chain), "sha256", _KeyOf(signer)
    )
    return pdf + revision


class _KeyOf:
    """A `Signer` as the hardware token that endesive knows how to ask."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def certificate(self) -> tuple[None, x509.Certificate]:
        return None, self._signer.certificate

    def sign(self, key: None, data: bytes, algorithm: str) -> bytes:
        assert key is None
        assert algorithm == "sha256"
        return self._signer.sign(data)
