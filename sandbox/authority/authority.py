"""The authority in its directory: made once, then used by whoever issues, revokes or answers."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from sandbox.authority import certificates, revocation
from sandbox.authority.register import Register, read_register, write_private, write_register
from sandbox.authority.time_stamps import answer_time_stamp

_AUTHORITY_BITS = 3072
_OFFICIAL_BITS = 2048
_LEAST_REMAINING_TERM = timedelta(days=366)
_TIME_STAMPERS = {"tsa": timedelta(days=366), "tsa-expired": -timedelta(days=30)}
"""Name of the certificate of a time-stamp authority, and when it ends, from the day that it is made."""


@dataclass(frozen=True)
class Authority:
    """An authority whose files lie in `directory`."""

    directory: Path

    @property
    def root_pem(self) -> Path:
        return self.directory / "root.pem"

    @property
    def ca_pem(self) -> Path:
        return self.directory / "ca.pem"

    @property
    def base_url(self) -> str:
        return self._register().base_url

    def issue_official(
        self,
        *,
        common_name: str,
        rut: str,
        organisation: str,
        path: Path,
        passphrase: str,
        days: int = 365,
        revoked: bool = False,
        not_before: datetime | None = None,
        bits: int = _OFFICIAL_BITS,
    ) -> x509.Certificate:
        """Write a PKCS#12 file with a new key and its certificate for an official, and give the certificate.

        `rut` as 44000001-K. With `not_before` the term can lie in the past. `bits` of its RSA key.
        """
        key = certificates.new_key(bits)
        starts_at = not_before or datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
        ca = self._certificate("ca")
        certificate = certificates.make_official(
            key.public_key(),
            ca,
            self._key("ca"),
            certificates.Addresses(self.base_url),
            common_name=common_name,
            rut=rut,
            organisation=organisation,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=days),
        )
        with self._changing() as register:
            write_register(self.directory, register.with_issued(certificate.serial_number))
        if revoked:
            self.revoke(certificate.serial_number)
        bag = pkcs12.serialize_key_and_certificates(
            common_name.encode(), key, certificate, [ca], BestAvailableEncryption(passphrase.encode())
        )
        write_private(path, bag)
        return certificate

    def revoke(self, serial: int) -> None:
        """Revoke a certificate as of an hour ago. Safe to repeat."""
        an_hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        with self._changing() as register:
            write_register(self.directory, register.with_revoked(serial, an_hour_ago))

    def crl(self, issuer: str, *, lie: str = "") -> bytes:
        """List (DER) of the certificates that "root" or "ca" revoked; signed again when it is due.

        `lie`: stale or bad_signature of `sandbox.faults.AUTHORITY_KINDS`.
        """
        path = self.directory / f"{issuer}.crl"
        revoked = self._register().revoked if issuer == "ca" else {}
        if lie:
            key = self._key("ocsp" if lie == "bad_signature" else issuer)
            ago = revocation.LONG_AGO if lie == "stale" else timedelta()
            return revocation.make_crl(self._certificate(issuer), key, revoked, ago).public_bytes(Encoding.DER)
        if path.exists():
            kept = x509.load_der_x509_crl(path.read_bytes())
            if not revocation.is_due(kept, revoked):
                return kept.public_bytes(Encoding.DER)
        made = revocation.make_crl(self._certificate(issuer), self._key(issuer), revoked).public_bytes(Encoding.DER)
        write_private(path, made)
        return made

    def certificate(self, issuer: str) -> bytes:
        """Certificate (DER) of "root" or "ca"."""
        return self._certificate(issuer).public_bytes(Encoding.DER)

    def answer_ocsp(self, question: bytes, *, lie: str = "") -> bytes:
        """Answer an OCSP request (DER) of an official's certificate; `lie` of `sandbox.faults.AUTHORITY_KINDS`."""
        return revocation.answer_ocsp(
            question,
            authority=self._certificate("ca"),
            responder=self._certificate("ocsp"),
            responder_key=self._key("ocsp"),
            register=self._register(),
            lie=lie,
        )

    def answer_time_stamp(self, question: bytes, *, lie: str = "") -> bytes:
        """Answer a request for a time stamp (DER); `lie` as `sandbox.faults.TSA_KINDS` names it."""
        name = "tsa-expired" if lie == "expired_certificate" else "tsa"
        certificate, ca = self._certificate(name), self._certificate("ca")
        return answer_time_stamp(question, certificate=certificate, chain=[ca], key=self._key(name), lie=lie)

    def _register(self) -> Register:
        register = read_register(self.directory)
        if register is None:
            raise FileNotFoundError(f"no authority in {self.directory}: call create_authority first")
        return register

    @contextmanager
    def _changing(self) -> Iterator[Register]:
        """Give the register while no other process changes it."""
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._register()

    def _certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.directory / f"{name}.pem").read_bytes())

    def _key(self, name: str) -> rsa.RSAPrivateKey:
        key = load_pem_private_key((self.directory / f"{name}.key").read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key


def create_authority(directory: Path, base_url: str) -> Authority:
    """Make the authority that answers under `base_url` (an origin such as http://127.0.0.1:8001), or find it.

    The directory is used again when the address is the same and the certificates last; else everything in it is made
    anew, and what the old one issued is worth nothing any more.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        register = read_register(directory)
        if register is None or register.base_url != base_url or not _lasts(directory):
            _make(directory, base_url)
        for name in _TIME_STAMPERS:
            if not _is_lasting_stamper(directory, name):
                _make_time_stamper(directory, name)
    return Authority(directory)


def _is_lasting_stamper(directory: Path, name: str) -> bool:
    path = directory / f"{name}.pem"
    if not path.exists():
        return False
    ends_at = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return name != "tsa" or ends_at - datetime.now(UTC) > _LEAST_REMAINING_TERM / 2


def _make_time_stamper(directory: Path, name: str) -> None:
    authority = Authority(directory)
    key, ca = certificates.new_key(_OFFICIAL_BITS), authority._certificate("ca")
    certificate = certificates.make_time_stamper(
        key.public_key(),
        ca,
        authority._key("ca"),
        certificates.Addresses(authority.base_url),
        starts_at=ca.not_valid_before_utc,
        ends_at=datetime.now(UTC).replace(microsecond=0) + _TIME_STAMPERS[name],
    )
    _write_pair(directory, name, key, certificate)
    write_register(directory, authority._register().with_issued(certificate.serial_number))


def _write_pair(directory: Path, name: str, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(directory / f"{name}.key", pem)
    write_private(directory / f"{name}.pem", certificate.public_bytes(Encoding.PEM))


def _lasts(directory: Path) -> bool:
    ca = x509.load_pem_x509_certificate((directory / "ca.pem").read_bytes())
    return ca.not_valid_after_utc - datetime.now(UTC) > _LEAST_REMAINING_TERM


def _make(directory: Path, base_url: str) -> None:
    for old in directory.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
        elif old.name != "lock":
            old.unlink()
    addresses = certificates.Addresses(base_url)
    root_key, ca_key = certificates.new_key(_AUTHORITY_BITS), certificates.new_key(_AUTHORITY_BITS)
    responder_key = certificates.new_key(_OFFICIAL_BITS)
    root = certificates.make_root(root_key)
    ca = certificates.make_issuing_authority(ca_key, root, root_key, addresses)
    responder = certificates.make_ocsp_responder(responder_key, ca, ca_key)
    for name, key, certificate in (("root", root_key, root), ("ca", ca_key, ca), ("ocsp", responder_key, responder)):
        _write_pair(directory, name, key, certificate)
    # Last: without its register the directory counts as empty.
    write_register(directory, Register(base_url=base_url))
