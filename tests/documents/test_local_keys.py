"""Opening officials' keys."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from backend.signing.signers.local_key import KeyNotUsable, open_local_key
from sandbox.authority import Authority
from tests.documents.conftest import PASSPHRASE, OpenKey


def test_an_open_key_knows_its_holder(open_key: OpenKey, authority: Authority) -> None:
    key = open_key()

    assert key.holder_name == "Tesorería Municipal de Ñuñoa"
    assert key.holder_rut == "44000017-7"
    assert key.fingerprint == key.certificate.fingerprint(hashes.SHA256()).hex()
    assert key.chain == (x509.load_pem_x509_certificate(authority.ca_pem.read_bytes()),)


def test_an_open_key_signs_pkcs1_v15_with_sha256(open_key: OpenKey) -> None:
    key = open_key()
    public_key = key.certificate.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)

    public_key.verify(key.sign(b"data"), b"data", padding.PKCS1v15(), hashes.SHA256())


def test_a_key_is_valid_during_its_term_only(open_key: OpenKey) -> None:
    starts_at = datetime(2026, 1, 1, tzinfo=UTC)
    key = open_key(not_before=starts_at, days=30)

    assert key.is_valid_at(starts_at)
    assert key.is_valid_at(starts_at + timedelta(days=30))
    assert not key.is_valid_at(starts_at - timedelta(seconds=1))
    assert not key.is_valid_at(starts_at + timedelta(days=30, seconds=1))


def test_showing_a_key_does_not_show_its_secret(open_key: OpenKey) -> None:
    assert "RSAPrivateKey" not in repr(open_key())


def bag(
    path: Path, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, *names: tuple[x509.ObjectIdentifier, str]
) -> Path:
    """Write a PKCS#12 file with a certificate that the key itself signed."""
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in names])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, key, certificate, None, BestAvailableEncryption(b"x")))
    return path


def test_the_rut_of_older_certificates_is_read_from_the_serial_number(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)

    older = bag(tmp_path / "a.p12", key, (NameOID.SERIAL_NUMBER, "44000017-7"))
    none = bag(tmp_path / "b.p12", key, (NameOID.COMMON_NAME, "44000017-7"))
    wrong = bag(tmp_path / "c.p12", key, (NameOID.SERIAL_NUMBER, "44000017-1"))

    assert [open_local_key(path, "x").holder_rut for path in (older, none, wrong)] == ["44000017-7", "", ""]


def test_a_key_that_cannot_sign_is_refused_with_the_reason(tmp_path: Path, open_key: OpenKey) -> None:
    open_key()
    garbage = tmp_path / "garbage.p12"
    garbage.write_bytes(b"garbage")
    curve = bag(tmp_path / "curve.p12", ec.generate_private_key(ec.SECP256R1()), (NameOID.COMMON_NAME, "x"))
    certificate_only = tmp_path / "certificate.p12"
    certificate_only.write_bytes(
        pkcs12.serialize_key_and_certificates(
            None, rsa.generate_private_key(65537, 2048), None, None, BestAvailableEncryption(b"x")
        )
    )

    for path, passphrase, reason in (
        (tmp_path / "missing.p12", "x", "leer"),
        (garbage, "x", "PKCS#12"),
        (tmp_path / "treasurer.p12", "another", "contraseña"),
        (curve, "x", "RSA"),
        (certificate_only, "x", "certificado"),
    ):
        with pytest.raises(KeyNotUsable, match=reason) as refusal:
            open_local_key(path, passphrase)
        assert PASSPHRASE not in str(refusal.value)
