"""A key in a PKCS#12 file on this machine, opened with a passphrase."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.signing.signers.certificates import fingerprint_of, holder_name, holder_rut, is_valid_at

_LEAST_BITS = 2048


class KeyNotUsable(DomainError):
    """Raised by `open_local_key`: the file cannot sign. Its message never holds the passphrase."""

    code: ClassVar[str] = "signing.key_not_usable"
    message = Text(es="La clave de firma no se puede usar.", en="The signing key cannot be used.")


@dataclass(frozen=True)
class LocalKey:
    """An open key. Fulfils `Signer`."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    fingerprint: str
    _key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def holder_name(self) -> str:
        return holder_name(self.certificate)

    @property
    def holder_rut(self) -> str:
        """RUT that the certificate gives for its holder, as 44000017-6, or an empty text."""
        rut = holder_rut(self.certificate)
        return str(rut) if rut else ""

    @property
    def not_before(self) -> datetime:
        return self.certificate.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        return self.certificate.not_valid_after_utc

    def is_valid_at(self, instant: datetime) -> bool:
        """Tell whether the instant lies in the term of the certificate; says nothing of revocation."""
        return is_valid_at(self.certificate, instant)

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def open_local_key(path: Path, passphrase: str) -> LocalKey:
    """Open a PKCS#12 file with a key, its certificate and those of the authorities. Raises `KeyNotUsable`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyNotUsable(
            Text(es="No se puede leer el archivo de la clave de firma.", en="The signing key file cannot be read.")
        ) from error
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, passphrase.encode())
    except ValueError as error:
        raise KeyNotUsable(
            Text(
                es="El archivo de la clave de firma no es PKCS#12 o su contraseña no corresponde.",
                en="The signing key file is not PKCS#12, or its passphrase is another.",
            )
        ) from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise KeyNotUsable(
            Text(
                es=f"La clave de firma debe ser RSA de {_LEAST_BITS} bits o más.",
                en=f"The signing key must be RSA of {_LEAST_BITS} bits or more.",
            )
        )
    if certificate is None or certificate.public_key() != key.public_key():
        raise KeyNotUsable(
            Text(
                es="El archivo de la clave de firma no trae el certificado de esa clave.",
                en="The signing key file does not hold the certificate of that key.",
            )
        )
    return LocalKey(
        certificate=certificate,
        chain=tuple(other for other in others if other.subject != other.issuer),
        fingerprint=fingerprint_of(certificate),
        _key=key,
    )
