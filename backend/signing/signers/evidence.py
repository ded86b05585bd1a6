"""What an authority said of a certificate, as it signed it."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from backend.shared.errors import Unavailable
from backend.shared.text import Text


class RevocationUnknown(Unavailable):
    """Nothing of the authority is at hand that says whether the certificate was revoked: the document waits."""

    code = "signing.revocation_unknown"
    message = Text(
        es="No se puede saber si el certificado de firma fue revocado: {why}. El documento espera.",
        en="It cannot be known whether the signing certificate was revoked: {why}. The document waits.",
    )


@dataclass(frozen=True)
class Evidence:
    """A list (CRL, RFC 5280 §5) or an answer (OCSP, RFC 6960) in DER; instants are aware.

    `holds_until` is the end that it gives itself (nextUpdate).
    """

    content: bytes
    is_list: bool
    is_revoked: bool
    asked_at: datetime
    holds_until: datetime


def is_signed_by(
    certificate: x509.Certificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm
) -> bool:
    """Check a signature with the key of a certificate: RSASSA-PKCS1-v1_5 or ECDSA; any other is none."""
    key = certificate.public_key()
    try:
        match key:
            case rsa.RSAPublicKey():
                key.verify(signature, signed, padding.PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey():
                key.verify(signature, signed, ec.ECDSA(algorithm))
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether an authority's certificate issued another: names, signature, and that it is an authority's."""
    try:
        certificate.verify_directly_issued_by(issuer)
        return bool(issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
