"""Whether its authority has revoked a certificate: the one place that knows.

Before anything is signed the list (CRL, RFC 5280 §5) that the certificate itself names is asked: when it is first used,
and again when the list is five minutes old. Where the authority does not answer then, its last list holds until the end
that it gives itself (nextUpdate). What goes into a document for those who validate it later is `evidence_about`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from backend.shared import http
from backend.shared.errors import Unavailable
from backend.shared.text import Text
from backend.signing.signers.certificates import fingerprint_of
from backend.signing.signers.evidence import Evidence, RevocationUnknown
from backend.signing.signers.responders import address_of_responder, ask_responder

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


_lists: dict[str, Evidence] = {}
"""What the lists said last, by fingerprint; a responder that says more is believed until the list is asked again."""

_told_revoked: set[str] = set()
"""Fingerprints of whom the responder called revoked when it was asked last."""


def require_not_revoked(certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, at: datetime) -> None:
    """Ask the authority unless it was asked just before; `at` is the machine's time (aware).

    Raises `CertificateRevoked`, `RevocationUnknown`.
    """
    _by_list(certificate, chain, at)


def evidence_about(certificate: x509.Certificate, chain: Sequence[x509.Certificate], *, at: datetime) -> Evidence:
    """Give what proves, without asking anybody any more, that a certificate was not revoked at a moment.

    The answer of the responder that the certificate names, else the list. Whatever says that it is revoked stops what
    is signed with it from then on. Raises `CertificateRevoked`, `RevocationUnknown`.
    """
    if not address_of_responder(certificate):
        return _by_list(certificate, chain, at)
    fingerprint = fingerprint_of(certificate)
    try:
        answer = ask_responder(certificate, _issuer_of(certificate, chain), at=at)
    except RevocationUnknown:
        if fingerprint in _told_revoked:  # the list may lag behind the responder that is silent by now
            raise CertificateRevoked from None
        return _by_list(certificate, chain, at)
    if answer.is_revoked:
        _lists[fingerprint] = answer
        _told_revoked.add(fingerprint)
    else:
        _told_revoked.discard(fingerprint)
    return _unless_revoked(answer)


def _by_list(certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime) -> Evidence:
    fingerprint = fingerprint_of(certificate)
    said = _lists.get(fingerprint)
    if said is None or not said.asked_at <= at < said.asked_at + ASK_AGAIN_AFTER:
        try:
            said = _lists[fingerprint] = _ask(certificate, chain, at)
        except RevocationUnknown:
            if said is None or at >= said.holds_until:
                raise
    return _unless_revoked(said)


def _unless_revoked(said: Evidence) -> Evidence:
    if said.is_revoked:
        raise CertificateRevoked
    return said


def _ask(certificate: x509.Certificate, chain: Sequence[x509.Certificate], at: datetime) -> Evidence:
    revoked = _read_list(_address_of_list(certificate), _issuer_of(certificate, chain))
    ends_at = revoked.next_update_utc
    if ends_at is None or ends_at <= at:
        raise RevocationUnknown(why="la lista de la autoridad está vencida")
    entry = revoked.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return Evidence(
        revoked.public_bytes(Encoding.DER),
        is_list=True,
        is_revoked=entry is not None,
        asked_at=at,
        holds_until=ends_at,
    )


def _issuer_of(certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> x509.Certificate:
    issuer = next((each for each in chain if each.subject == certificate.issuer), None)
    if issuer is None:
        raise RevocationUnknown(why="falta el certificado de la autoridad")
    return issuer


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
