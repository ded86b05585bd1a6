"""One question to an authority's responder (OCSP, RFC 6960): whether it revoked a certificate.

The question carries no nonce: an answer of this hour is as good for the next document, and many responders prepare
theirs beforehand (RFC 5019, 2.1).
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from backend.shared import http
from backend.signing.signers.evidence import Evidence, RevocationUnknown, is_issued_by, is_signed_by

INSTITUTION = "certificate_responder"
_CONNECT_SECONDS, _READ_SECONDS = 2.0, 8.0
_LARGEST_ANSWER = 64 * 1024
_CLOCKS_DIFFER = timedelta(minutes=5)


def address_of_responder(certificate: x509.Certificate) -> str:
    """Give the address of the responder that a certificate names (RFC 5280, 4.2.2.1), or an empty text."""
    try:
        ways = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ""
    for way in ways:
        place = way.access_location
        if way.access_method == AuthorityInformationAccessOID.OCSP and isinstance(
            place, x509.UniformResourceIdentifier
        ):
            return str(place.value) if place.value.startswith(("http://", "https://")) else ""
    return ""


def ask_responder(certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime) -> Evidence:
    """Ask the responder that the certificate names; `at` is the machine's time (aware). Raises `RevocationUnknown`.

    Only an answer is believed that the authority signed, or a responder that it made for that purpose and for which it
    asks nobody to look further (id-pkix-ocsp-nocheck): its answers must stand alone in an archive.
    """
    # Responders know the SHA-1 of names and keys (RFC 5019, 2.1.1); nothing rests on its strength here.
    question = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()  # noqa: S303
    try:
        said = http.request(
            "POST",
            address_of_responder(certificate),
            institution=INSTITUTION,
            connect=_CONNECT_SECONDS,
            read=_READ_SECONDS,
            headers={"Content-Type": "application/ocsp-request"},
            content=question.public_bytes(Encoding.DER),
            max_bytes=_LARGEST_ANSWER,
        )
        answer = ocsp.load_der_ocsp_response(said.content)
    except (http.TransportFailed, ValueError) as problem:
        raise RevocationUnknown(why="la autoridad no responde") from problem
    if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise RevocationUnknown(why=f"la autoridad responde {answer.response_status.name}")
    single = _answer_to(question, answer)
    _require_signed(answer, issuer, at)
    ends_at = single.next_update_utc
    if ends_at is None or not single.this_update_utc - _CLOCKS_DIFFER <= at < ends_at:
        raise RevocationUnknown(why="la respuesta de la autoridad está vencida")
    if single.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
        raise RevocationUnknown(why="la autoridad no conoce el certificado")
    return Evidence(
        answer.public_bytes(Encoding.DER),
        is_list=False,
        is_revoked=single.certificate_status == ocsp.OCSPCertStatus.REVOKED,
        asked_at=at,
        holds_until=ends_at,
    )


def _answer_to(question: ocsp.OCSPRequest, answer: ocsp.OCSPResponse) -> ocsp.OCSPSingleResponse:
    for single in answer.responses:
        if (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == (
            question.serial_number,
            question.issuer_name_hash,
            question.issuer_key_hash,
        ):
            return single
    raise RevocationUnknown(why="la autoridad responde por otro certificado")


def _require_signed(answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> None:
    algorithm = answer.signature_hash_algorithm
    signers = [issuer, *(each for each in answer.certificates if _may_answer(each, issuer, at))]
    if algorithm is None or not any(
        is_signed_by(each, answer.signature, answer.tbs_response_bytes, algorithm) for each in signers
    ):
        raise RevocationUnknown(why="la respuesta no es de la autoridad")


def _may_answer(responder: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    """RFC 6960, 4.2.2.2: issued by the authority itself, for answers, in its term, nothing to look up."""
    extensions = responder.extensions
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        extensions.get_extension_for_class(x509.OCSPNoCheck)
    except x509.ExtensionNotFound:
        return False
    is_in_term = responder.not_valid_before_utc <= at <= responder.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and is_in_term and is_issued_by(responder, issuer)
