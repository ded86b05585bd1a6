"""CAdES baseline signatures (ETSI EN 319 122-1) beside a file, with a time stamp: B-T."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto.cms import CMSAttribute, ContentInfo

from backend.signing.cms import template_for
from backend.signing.signers.base import Signer
from backend.signing.time_stamps import TimeStamp


@dataclass(frozen=True)
class SealedBytes:
    """A detached message (DER, RFC 5652) and the instant that its time stamp vouches for."""

    message: bytes
    at: datetime


def sign_bytes(content: bytes, signer: Signer, stamping: Callable[[bytes], TimeStamp]) -> SealedBytes:
    """Sign the SHA-256 of some bytes; the signer's key is used once. Raises what `stamping` raises."""
    signed = template_for(signer).signed(hashlib.sha256(content).digest(), signer)
    message = ContentInfo.load(signed, strict=True)
    info = message["content"]["signer_infos"][0]
    stamp = stamping(info["signature"].native)
    token = ContentInfo.load(stamp.token, strict=True)
    info["unsigned_attrs"] = [CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})]
    return SealedBytes(message.dump(), stamp.at)
