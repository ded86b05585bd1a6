"""The development authority: what it issues, and what it answers."""

import base64
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from typer.testing import CliRunner

from sandbox.authority import Authority, create_authority
from sandbox.authority.__main__ import commands
from sandbox.authority.revocation import is_due, make_crl


@pytest.fixture
def issued(authority: Authority, tmp_path: Path) -> x509.Certificate:
    return authority.issue_official(
        common_name="Tesorería Municipal de Valdivia",
        rut="44000002-9",
        organisation="Municipalidad de Valdivia",
        path=tmp_path / "treasurer.p12",
        passphrase="x",
    )


def authority_certificate(authority: Authority) -> x509.Certificate:
    return x509.load_pem_x509_certificate(authority.ca_pem.read_bytes())


def question_about(certificate: x509.Certificate, authority: Authority) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, authority_certificate(authority), hashes.SHA256())
    nonce = x509.OCSPNonce(b"nonce of this test")
    return builder.add_extension(nonce, critical=False).build().public_bytes(Encoding.DER)


def ask_ocsp(question: bytes, authority: Authority) -> ocsp.OCSPResponse:
    answer = httpx.post(
        f"{authority.base_url}/pki/ocsp", content=question, headers={"Content-Type": "application/ocsp-request"}
    )
    assert answer.headers["Content-Type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content)


def test_a_certificate_carries_the_ruts_of_holder_and_issuer(issued: x509.Certificate) -> None:
    holder = issued.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    issuer = issued.extensions.get_extension_for_class(x509.IssuerAlternativeName).value

    assert [(name.type_id.dotted_string, name.value) for name in holder.get_values_for_type(x509.OtherName)] == [
        ("1.3.6.1.4.1.8321.1", b"\x16\x0a44000002-9")
    ]
    assert [name.type_id.dotted_string for name in issuer.get_values_for_type(x509.OtherName)] == ["1.3.6.1.4.1.8321.2"]


def test_a_certificate_is_for_signatures_that_bind(issued: x509.Certificate) -> None:
    usage = issued.extensions.get_extension_for_class(x509.KeyUsage).value

    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not usage.key_encipherment


def test_the_chain_ends_at_the_root(authority: Authority, issued: x509.Certificate) -> None:
    root = x509.load_pem_x509_certificate(authority.root_pem.read_bytes())
    ca = authority_certificate(authority)

    issued.verify_directly_issued_by(ca)
    ca.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_only_the_owner_reads_keys(authority: Authority, issued: x509.Certificate, tmp_path: Path) -> None:
    for path in (tmp_path / "treasurer.p12", *authority.directory.glob("*.key")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_ocsp_tells_good_revoked_and_unknown(authority: Authority, issued: x509.Certificate) -> None:
    question = question_about(issued, authority)

    before = ask_ocsp(question, authority)
    authority.revoke(issued.serial_number)
    after = ask_ocsp(question, authority)
    of_a_stranger = ask_ocsp(question_about(authority_certificate(authority), authority), authority)

    assert before.certificate_status == ocsp.OCSPCertStatus.GOOD
    assert after.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert after.revocation_reason == x509.ReasonFlags.key_compromise
    assert of_a_stranger.response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_an_ocsp_answer_is_signed_by_the_responder_and_repeats_the_nonce(
    authority: Authority, issued: x509.Certificate
) -> None:
    answer = ask_ocsp(question_about(issued, authority), authority)

    responder = answer.certificates[0]
    responder.verify_directly_issued_by(authority_certificate(authority))
    public_key = responder.public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    public_key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"nonce of this test"


def test_ocsp_can_be_asked_in_the_address(authority: Authority, issued: x509.Certificate) -> None:
    question = base64.b64encode(question_about(issued, authority)).decode()

    for address in (quote(question, safe=""), quote(question)):
        answer = httpx.get(f"{authority.base_url}/pki/ocsp/{address}")

        assert ocsp.load_der_ocsp_response(answer.content).certificate_status == ocsp.OCSPCertStatus.GOOD


def test_ocsp_answers_nonsense_as_the_standard_says(authority: Authority) -> None:
    assert ask_ocsp(b"nonsense", authority).response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert httpx.post(f"{authority.base_url}/pki/ocsp", content=b"x" * 5000).status_code == 413


def test_the_lists_name_what_was_revoked(authority: Authority, issued: x509.Certificate) -> None:
    ca, root = authority_certificate(authority), x509.load_pem_x509_certificate(authority.root_pem.read_bytes())
    before = x509.load_der_x509_crl(httpx.get(f"{authority.base_url}/pki/ca.crl").content)

    authority.revoke(issued.serial_number)

    after = x509.load_der_x509_crl(httpx.get(f"{authority.base_url}/pki/ca.crl").content)
    of_root = x509.load_der_x509_crl(httpx.get(f"{authority.base_url}/pki/root.crl").content)
    assert before.get_revoked_certificate_by_serial_number(issued.serial_number) is None
    assert after.get_revoked_certificate_by_serial_number(issued.serial_number) is not None
    assert list(of_root) == []
    ca_key, root_key = ca.public_key(), root.public_key()
    assert isinstance(ca_key, rsa.RSAPublicKey)
    assert isinstance(root_key, rsa.RSAPublicKey)
    assert after.is_signature_valid(ca_key)
    assert of_root.is_signature_valid(root_key)


def test_a_list_is_signed_again_when_it_is_due() -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256())

    fresh = make_crl(issuer, key, {})
    old = x509.CertificateRevocationListBuilder(name, now - timedelta(days=6), now + timedelta(days=1))

    assert not is_due(fresh, {})
    assert is_due(fresh, {7: now})
    assert is_due(old.sign(key, hashes.SHA256()), {})


def test_the_certificates_of_the_authority_can_be_fetched(authority: Authority) -> None:
    for name, pem in (("root", authority.root_pem), ("ca", authority.ca_pem)):
        fetched = httpx.get(f"{authority.base_url}/pki/{name}.crt")

        assert fetched.headers["Content-Type"] == "application/pkix-cert"
        assert x509.load_der_x509_certificate(fetched.content) == x509.load_pem_x509_certificate(pem.read_bytes())


def test_nothing_else_of_the_directory_can_be_fetched(authority: Authority) -> None:
    for path in ("root.key", "ca.key", "register.json", "ocsp.crt", "ocsp.crl", "..%2fregister.json"):
        assert httpx.get(f"{authority.base_url}/pki/{path}").status_code == 404


def test_an_authority_is_used_again_at_its_address_and_made_anew_at_another(tmp_path: Path) -> None:
    first = create_authority(tmp_path, "http://127.0.0.1:1").root_pem.read_bytes()
    second = create_authority(tmp_path, "http://127.0.0.1:1").root_pem.read_bytes()
    third = create_authority(tmp_path, "http://127.0.0.1:2").root_pem.read_bytes()

    assert first == second
    assert second != third
    assert create_authority(tmp_path, "http://127.0.0.1:2").base_url == "http://127.0.0.1:2"


def test_officials_are_issued_and_revoked_by_hand(tmp_path: Path) -> None:
    at = ["--dir", str(tmp_path / "authority"), "--base-url", "http://127.0.0.1:1"]
    who = ["--common-name", "Tesorería", "--rut", "44000002-9", "--organisation", "Municipalidad", "--passphrase", "x"]

    issuing = CliRunner().invoke(commands, [*at, "issue", str(tmp_path / "t.p12"), *who])
    serial = issuing.output.split("serial ")[1].split(",")[0]
    revoking = CliRunner().invoke(commands, [*at, "revoke", serial])

    assert issuing.exit_code == revoking.exit_code == 0
    assert (tmp_path / "t.p12").exists()
    crl = x509.load_der_x509_crl(Authority(tmp_path / "authority").crl("ca"))
    assert crl.get_revoked_certificate_by_serial_number(int(serial)) is not None
