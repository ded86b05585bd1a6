"""The signed message (CMS, RFC 5652) inside a signature: built by endesive once per certificate, then patched.

endesive encodes the certificates anew for every signature, forty times the cost of the key's own work. All of its
output but the digest and the signature value is the same for one certificate, so those are put into their places. That
the result is what endesive would have built, byte by byte, is tested.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from asn1crypto.cms import ContentInfo
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from endesive import signer as endesive

from backend.signing.signers.base import Signer

_DIGEST = sha256(b"the place of the digest").digest()
_SET_OF = b"\x31"
"""Attributes are signed with their universal tag. Source: RFC 5652, 5.4."""


@dataclass(frozen=True)
class CmsTemplate:
    """What is the same in every signature with one certificate; RSA signatures of one key are all as long."""

    before_digest: bytes
    before_signature: bytes
    attributes_before_digest: bytes
    attributes_after_digest: bytes
    length: int

    def signed(self, digest: bytes, signer: Signer) -> bytes:
        """Sign the SHA-256 of a document (detached, with signing-certificate-v2); the key is used once."""
        signature = signer.sign(self.attributes_before_digest + digest + self.attributes_after_digest)
        return self.before_digest + digest + self.before_signature + signature


_templates: dict[int, tuple[Signer, CmsTemplate]] = {}
"""By identity of the signer, which is kept: comparing its certificates takes longer than all the rest."""

_MOST_TEMPLATES = 2_000


def template_for(signer: Signer) -> CmsTemplate:
    """Give the template of the signer's certificate and chain, kept in the process."""
    known = _templates.get(id(signer))
    if known is None:
        if len(_templates) >= _MOST_TEMPLATES:
            _templates.clear()
        known = _templates[id(signer)] = (signer, _built(signer))
    return known[1]


def _built(signer: Signer) -> CmsTemplate:
    public_key = signer.certificate.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    signature = (sha256(b"the place of the signature").digest() * 16)[: public_key.key_size // 8]
    whole: bytes = endesive.sign(
        None, None, None, list(signer.chain), "sha256", True, _DIGEST, hsm=_AlwaysSigns(signer.certificate, signature)
    )
    message = ContentInfo.load(whole)["content"]["signer_infos"][0]
    attributes = _SET_OF + message["signed_attrs"].dump()[1:]
    before_digest, after_digest = _parted(whole, _DIGEST)
    before_signature, rest = _parted(after_digest, signature)
    assert not rest, "endesive writes something after the signature"
    return CmsTemplate(before_digest, before_signature, *_parted(attributes, _DIGEST), length=len(whole))


def _parted(whole: bytes, part: bytes) -> tuple[bytes, bytes]:
    before, found, after = whole.partition(part)
    assert found, "endesive does not write what it was given"
    assert part not in after, "endesive writes it twice"
    return before, after


class _AlwaysSigns:
    """A hardware token in endesive's eyes; keeps the real key unused while a template is built."""

    def __init__(self, certificate: x509.Certificate, signature: bytes) -> None:
        self._certificate = certificate
        self._signature = signature

    def certificate(self) -> tuple[None, x509.Certificate]:
        return None, self._certificate

    def sign(self, key: Any, data: bytes, algorithm: str) -> bytes:
        return self._signature
