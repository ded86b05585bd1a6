"""Asking a time-stamp authority (RFC 3161) and believing only a stamp of the very thing that was asked about."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from asn1crypto.cms import ContentInfo, SignedData, SignerInfo
from asn1crypto.core import Sequence
from asn1crypto.tsp import PKIStatusInfo, TimeStampReq, TSTInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from backend.shared import http
from backend.shared.errors import Unavailable
from backend.shared.text import Text
from backend.signing.signers.evidence import is_signed_by
from backend.signing.trust import chain_to_root

INSTITUTION = "time_stamp_authority"
_CONNECT_SECONDS, _READ_SECONDS = 3.0, 10.0
_LARGEST_ANSWER = 64 * 1024
_NONCE_BITS = 64
_CLOCKS_DIFFER = timedelta(minutes=5)
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class TimeStampUnavailable(Unavailable):
    """Raised by `request_time_stamp`: no stamp that holds can be had now. What needs it waits and asks again."""

    code: ClassVar[str] = "signing.time_stamp_unavailable"
    message = Text(
        es="No se obtuvo un sello de tiempo válido: {reason}.", en="No valid time stamp could be had: {reason}."
    )


@dataclass(frozen=True)
class TimeStamp:
    """A token (DER of a CMS message), the instant that it vouches for, and who stamped: from there to the root."""

    token: bytes
    at: datetime
    chain: tuple[x509.Certificate, ...]


class _Answer(Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp of RFC 3161, 2.4.2: a refusal has no token, which asn1crypto's own class does not know."""

    _fields: ClassVar = [("status", PKIStatusInfo), ("time_stamp_token", ContentInfo, {"optional": True})]


def request_time_stamp(stamped: bytes, *, url: str, now: datetime, roots: Collection[x509.Certificate]) -> TimeStamp:
    """Ask for a time stamp of the SHA-256 of these bytes; `now` (aware) is the machine's time.

    The answer is believed if it is about that digest and this question, its time is that of the machine's clock within
    five minutes, and a certificate for time stamps signed it, in its term and under one of the pinned `roots`.
    Raises `TimeStampUnavailable`.
    """
    digest, nonce = hashlib.sha256(stamped).digest(), secrets.randbits(_NONCE_BITS)
    question = TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
            "nonce": nonce,
            "cert_req": True,
        }
    )
    answer = _answer(url, question.dump())
    try:
        return _checked(answer, digest=digest, nonce=nonce, now=now, roots=roots)
    except (ValueError, TypeError, KeyError, IndexError) as problem:  # what asn1crypto raises for what is no ASN.1
        raise TimeStampUnavailable(reason=f"unreadable answer ({problem})") from problem


def _answer(url: str, question: bytes) -> bytes:
    if not url:
        raise TimeStampUnavailable(reason="SEM_TSA_URL is not set")
    try:
        answer = http.request(
            "POST",
            url,
            institution=INSTITUTION,
            connect=_CONNECT_SECONDS,
            read=_READ_SECONDS,
            headers={"Content-Type": "application/timestamp-query"},
            content=question,
            max_bytes=_LARGEST_ANSWER,
        )
    except http.TransportFailed as problem:
        raise TimeStampUnavailable(reason=str(problem.fields.get("reason", problem))) from problem
    if answer.status_code != 200:
        raise TimeStampUnavailable(reason=f"HTTP {answer.status_code}")
    return answer.content


def _checked(
    answer: bytes, *, digest: bytes, nonce: int, now: datetime, roots: Collection[x509.Certificate]
) -> TimeStamp:
    response = _Answer.load(answer, strict=True)
    status = response["status"]["status"].native
    _demand(status in ("granted", "granted_with_mods"), f"the authority answered {status}")
    token = response["time_stamp_token"]
    _demand(token["content_type"].native == "signed_data", "the answer has no token")
    message: SignedData = token["content"]
    _demand(message["encap_content_info"]["content_type"].native == "tst_info", "the token is no time stamp")
    encoded = bytes(message["encap_content_info"]["content"])
    stamp = TSTInfo.load(encoded, strict=True)
    imprint = stamp["message_imprint"]
    is_ours = imprint["hash_algorithm"]["algorithm"].native == "sha256" and imprint["hashed_message"].native == digest
    _demand(is_ours, "the stamp is of something else")
    _demand(stamp["nonce"].native == nonce, "the stamp answers another question")
    at: datetime = stamp["gen_time"].native
    _demand(abs(at - now) <= _CLOCKS_DIFFER, f"the authority says it is {at:%Y-%m-%d %H:%M:%S}")
    _check_signature(message, encoded, at)
    certificate = _certificate_of(message, message["signer_infos"][0])
    others = [x509.load_der_x509_certificate(choice.chosen.dump()) for choice in message["certificates"]]
    chain = chain_to_root(certificate, others, tuple(roots), at=at)
    _demand(chain, "the authority is none of the pinned ones")
    return TimeStamp(token.dump(), at, chain)


def _check_signature(message: SignedData, content: bytes, at: datetime) -> None:
    """Check who signed the token and that the signature is of it. Source: RFC 3161, 2.4.2; RFC 5652, 5.4."""
    _demand(len(message["signer_infos"]) == 1, "the token is not signed by one")
    signer: SignerInfo = message["signer_infos"][0]
    algorithm = _HASHES.get(signer["digest_algorithm"]["algorithm"].native)
    _demand(algorithm is not None, "the token is signed with a digest that is not known")
    assert algorithm is not None
    certificate = _certificate_of(message, signer)
    attributes = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    said = attributes["message_digest"][0].native
    _demand(said == _digest(content, algorithm()), "the token was changed after it was signed")
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    _demand(
        is_signed_by(certificate, signer["signature"].native, signed, algorithm()), "the token's signature is wrong"
    )
    _demand(_is_for_time_stamps(certificate), "the token's certificate is not for time stamps")
    is_in_term = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    _demand(is_in_term, f"the authority's certificate ended on {certificate.not_valid_after_utc:%Y-%m-%d}")


def _certificate_of(message: SignedData, signer: SignerInfo) -> x509.Certificate:
    named = signer["sid"].chosen
    for choice in message["certificates"]:
        found = choice.chosen
        if signer["sid"].name == "issuer_and_serial_number":
            is_it = (found.issuer, found.serial_number) == (named["issuer"], named["serial_number"].native)
        else:
            is_it = found.key_identifier == named.native
        if is_it:
            return x509.load_der_x509_certificate(found.dump())
    raise TimeStampUnavailable(reason="the token does not bring its certificate")


def _is_for_time_stamps(certificate: x509.Certificate) -> bool:
    """Tell whether time stamps are all that the certificate is for, and critically so. Source: RFC 3161, 2.3."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _digest(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(content)
    return digest.finalize()


def _demand(holds: Any, reason: str) -> None:
    if not holds:
        raise TimeStampUnavailable(reason=reason)
