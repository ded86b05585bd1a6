"""What signing a document asks of whoever holds the key."""

from collections.abc import Sequence
from typing import Protocol

from cryptography import x509


class Signer(Protocol):
    """A private RSA key with its certificate, wherever the key is kept."""

    @property
    def certificate(self) -> x509.Certificate:
        """Certificate of the official."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """Certificates of the authorities between the official's and the root, without the root."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in DER, in hexadecimal."""

    def sign(self, data: bytes) -> bytes:
        """Sign with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017, 8.2)."""
