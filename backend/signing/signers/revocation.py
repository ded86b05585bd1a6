"""Whether its authority has revoked a certificate: the list (CRL, RFC 5280 §5) that the certificate itself names.

A certificate is asked about when it is first used, and again when the answer is five minutes old. Where the authority
does not answer then, its last list holds until the end that the list gives itself (nextUpdate).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.shared import http
from backend.shared.errors import Unavailable
from backend.shared.text import Text
from backend.signing.signers.certificates import fingerprint_of

INSTITUTION = "certification_authority"
ASK_AGAIN_AFTER = timedelta(minutes=5)
CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0


class CertificateRevoked(Unavailable):
    """The authority has revoked the certificate: the document waits for another one."""

    code = "signing.certificate_revoked"
    message = Text(
        es="La autoridad revocó el certificado de firma. El documento espera uno nuevo.",
        en="The authority has revoked the signing certificate. The document waits for a new one.",
    )


class RevocationUnknown(Unavailable):
    """No list of the authority is at hand that says whether the certificate was revoked: the document waits."""

    code = "signing.revocation_unknown"
    message = Text(
        es="No se puede saber si el certificado de firma fue revocado: {why}. El documento espera.",
        en="It cannot be known whether the signing certificate was revoked: {why}. The document waits.",
    )


@dataclass(frozen=True)
class _Answer:
    is_revoked: bool
    asked_at: datetime
    holds_until: datetime


_answers: dict[str, _Answer] = {}


def require_not_revoked(certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Ask the authority unless it was asked just before; `at` is the machine's time (aware).

    Raises `CertificateRevoked`, `RevocationUnknown`.
    """
    fingerprint = fingerprint_of(certificate)
    answer = _answers.get(fingerprint)
    if answer is None or not answer.asked_at <= at < answer.asked_at + ASK_AGAIN_AFTER:
        try:
            answer = _answers[fingerprint] = _ask(certificate, chain, at)
        except RevocationUnknown:
            if answer is None or at >= answer.holds_until:
                raise
    if answer.is_revoked:
        raise CertificateRevoked


def _ask(certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime) -> _Answer:
    issuer = next((each for each in chain if each.subject == certificate.issuer), None)
    if issuer is None:
        raise RevocationUnknown(why="falta el certificado de la autoridad")
    revoked = _read_list(_address_of_list(certificate), issuer)
    ends_at = revoked.next_update_utc
    if ends_at is None or ends_at <= at:
        raise RevocationUnknown(why="la lista de la autoridad está vencida")
    entry = revoked.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return _Answer(is_revoked=entry is not None, asked_at=at, holds_until=ends_at)


def _read_list(address: str, issuer: x509.Certificate) -> x509.CertificateRevocationList:
    try:
        answer = http.request("GET", address, institution=INSTITUTION, connect=CONNECT_SECONDS, read=READ_SECONDS)
        revoked = x509.load_der_x509_crl(answer.content)
    except (http.TransportFailed, ValueError) as error:
        raise RevocationUnknown(why="la autoridad no responde") from error
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or revoked.issuer != issuer.subject or not revoked.is_signature_valid(key):
        raise RevocationUnknown(why="la lista no es de la autoridad")
    return revoked


def _address_of_list(certificate: x509.Certificate) -> str:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        points = x509.CRLDistributionPoints([])
    for point in points:
        for name in point.full_name or ():
            if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://")):
                return str(name.value)
    raise RevocationUnknown(why="el certificado no nombra la lista de su autoridad")
