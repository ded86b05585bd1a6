"""What the authority says of its certificates today: lists (CRL) and single answers (OCSP)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sandbox.authority.certificates import authority_key_identifier
from sandbox.authority.register import Register

_LIST_TERM = timedelta(days=7)
_SIGN_AGAIN_BEFORE_END = timedelta(days=2)
_ANSWER_TERM = timedelta(hours=12)
LONG_AGO = timedelta(days=30)
"""Age of what is stale."""

_CLOCK_TOLERANCE = timedelta(minutes=5)
"""Answers begin a little earlier, for readers whose clock is behind."""


def make_crl(
    issuer: x509.Certificate, key: rsa.RSAPrivateKey, revoked: Mapping[int, datetime], ago: timedelta = timedelta()
) -> x509.CertificateRevocationList:
    now = _now() - ago
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=issuer.subject, last_update=now - _CLOCK_TOLERANCE, next_update=now + _LIST_TERM
    )
    builder = builder.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    builder = builder.add_extension(authority_key_identifier(issuer), critical=False)
    for serial, at in revoked.items():
        entry = x509.RevokedCertificateBuilder(serial_number=serial, revocation_date=at)
        entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256())


def is_due(crl: x509.CertificateRevocationList, revoked: Mapping[int, datetime]) -> bool:
    """Tell whether a list must be signed again: it ends soon, or says something else than what is so."""
    listed = {entry.serial_number for entry in crl}
    ends_at = crl.next_update_utc
    return listed != set(revoked) or ends_at is None or ends_at - _now() < _SIGN_AGAIN_BEFORE_END


def answer_ocsp(
    question: bytes,
    *,
    authority: x509.Certificate,
    responder: x509.Certificate,
    responder_key: rsa.RSAPrivateKey,
    register: Register,
    lie: str = "",
) -> bytes:
    """Answer one OCSP request (DER) of one certificate. Source: RFC 6960.

    `lie`: one of `sandbox.faults.AUTHORITY_KINDS`, or nothing.
    """
    try:
        request = ocsp.load_der_ocsp_request(question)
    except (ValueError, NotImplementedError):
        return _failure(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if not _is_ours(request, authority, responder):
        return _failure(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    now = _now() - (LONG_AGO if lie == "stale" else timedelta())
    revoked_at = now if lie == "revoked" else register.revoked.get(request.serial_number)
    known = revoked_at is not None or (request.serial_number in register.issued and lie != "unknown")
    status = ocsp.OCSPCertStatus.GOOD if known else ocsp.OCSPCertStatus.UNKNOWN
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            request.issuer_name_hash,
            request.issuer_key_hash,
            request.serial_number + (lie == "of_another"),
            request.hash_algorithm,
            ocsp.OCSPCertStatus.REVOKED if revoked_at else status,
            now - _CLOCK_TOLERANCE,
            now + _ANSWER_TERM,
            revoked_at,
            x509.ReasonFlags.key_compromise if revoked_at else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
        .certificates([responder])
    )
    try:
        nonce = request.extensions.get_extension_for_class(x509.OCSPNonce).value
        builder = builder.add_extension(nonce, critical=False)
    except x509.ExtensionNotFound:
        pass
    answer = builder.sign(responder_key, hashes.SHA256())
    told = answer.public_bytes(Encoding.DER)
    return told.replace(answer.signature, bytes(len(answer.signature))) if lie == "bad_signature" else told


def _is_ours(request: ocsp.OCSPRequest, authority: x509.Certificate, issued: x509.Certificate) -> bool:
    """Compare with a question about a certificate that the authority did issue."""
    ours = ocsp.OCSPRequestBuilder().add_certificate(issued, authority, request.hash_algorithm).build()
    return (request.issuer_key_hash, request.issuer_name_hash) == (ours.issuer_key_hash, ours.issuer_name_hash)


def _failure(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
