"""Time stamps of the authority (RFC 3161), true ones and, when a test orders it, others."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import ClassVar

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

_POLICY = "1.3.6.1.4.1.99999.6"
"""Of ours: 99999 is not a registered enterprise."""


class _Failure(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """An answer without a token, which asn1crypto holds for needed and RFC 3161, 2.4.2, does not."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo)]


def answer_time_stamp(
    question: bytes, *, certificate: x509.Certificate, chain: list[x509.Certificate], key: rsa.RSAPrivateKey, lie: str
) -> bytes:
    """Answer a request (DER). `lie`: a fault of the institution "tsa", or nothing.

    wrong_nonce and wrong_hash answer another question, bad_signature is altered after signing, rejection refuses.
    """
    try:
        request = tsp.TimeStampReq.load(question, strict=True)
        imprint, nonce = request["message_imprint"], request["nonce"].native
        wants_certificate = bool(request["cert_req"].native)
        imprint.native  # noqa: B018 - reads the rest of the question, too
    except (ValueError, TypeError):
        return _failure("bad_data_format")
    if lie == "rejection":
        return _failure("system_failure")
    if lie == "wrong_hash":
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(b"another").digest()}
    if lie == "wrong_nonce":
        nonce = (nonce or 0) ^ 1
    stamp = {
        "version": "v1",
        "policy": _POLICY,
        "message_imprint": imprint,
        "serial_number": secrets.randbits(63),
        "gen_time": datetime.now(UTC).replace(microsecond=0),
        "accuracy": {"seconds": 1},
        "ordering": False,
    }
    if nonce is not None:
        stamp["nonce"] = nonce
    content = tsp.TSTInfo(stamp).dump()
    token = _token(content, certificate, chain if wants_certificate else [], key)
    if lie == "bad_signature":
        token = token.replace(content, content.replace(b"\x02\x01\x01", b"\x02\x01\x02", 1))
    answer = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)})
    return bytes(answer.dump())


def _token(
    content: bytes, certificate: x509.Certificate, chain: list[x509.Certificate], key: rsa.RSAPrivateKey
) -> bytes:
    """Sign the stamp as RFC 3161, 2.4.2, and RFC 5816 ask."""
    ours, *others = (asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in (certificate, *chain))
    identifier = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(ours.dump()).digest()})
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime(datetime.now(UTC))})]},
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [identifier]})]},
        ]
    )
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": ours.issuer, "serial_number": ours.serial_number}},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
        "signature": key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()),
    }
    message = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
            "certificates": [ours, *others] if chain else [],
            "signer_infos": [cms.SignerInfo(signer)],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": message}).dump())


def _failure(reason: str) -> bytes:
    return bytes(_Failure({"status": {"status": "rejection", "fail_info": {reason}}}).dump())
