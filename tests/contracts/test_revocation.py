"""What an authority says of its certificates, asked over HTTP as the certificate itself tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.signing.signers.evidence import RevocationUnknown
from backend.signing.signers.local_key import LocalKey, open_local_key
from backend.signing.signers.revocation import CertificateRevoked, require_not_revoked
from sandbox.authority import Authority, create_authority
from tests.contracts.sandbox_process import Sandbox

PASSPHRASE = "frase de prueba"
NOW = datetime.now(UTC)


@dataclass
class Issuing:
    """An authority whose addresses the sandbox answers."""

    authority: Authority
    sandbox: Sandbox
    folder: Path

    def key(self, name: str, *, revoked: bool = False) -> LocalKey:
        path = self.folder / f"{name}.p12"
        self.authority.issue_official(
            common_name="Tesorería Municipal de Ñuñoa",
            rut="49900001-4",
            organisation="Municipalidad de Ñuñoa",
            path=path,
            passphrase=PASSPHRASE,
            revoked=revoked,
        )
        return open_local_key(path, PASSPHRASE)


@pytest.fixture(scope="module")
def issuing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuing]:
    folder = tmp_path_factory.mktemp("authority")
    with Sandbox(SANDBOX_PKI=str(folder / "pki")) as sandbox:
        yield Issuing(create_authority(folder / "pki", f"http://127.0.0.1:{sandbox.port}"), sandbox, folder)


def ask(key: LocalKey, *, after: timedelta = timedelta()) -> None:
    require_not_revoked(key.certificate, key.chain, at=NOW + after)


def test_a_good_certificate_may_sign(issuing: Issuing) -> None:
    ask(issuing.key("good"))


def test_a_revoked_certificate_may_not_and_a_new_one_may(issuing: Issuing) -> None:
    revoked = issuing.key("revoked", revoked=True)

    with pytest.raises(CertificateRevoked):
        ask(revoked)
    with pytest.raises(CertificateRevoked):
        ask(revoked)
    ask(issuing.key("new"))


def test_a_certificate_that_is_revoked_in_office_is_known_after_five_minutes(issuing: Issuing) -> None:
    key = issuing.key("in-office")
    ask(key)
    issuing.authority.revoke(key.certificate.serial_number)

    ask(key, after=timedelta(minutes=4))
    with pytest.raises(CertificateRevoked):
        ask(key, after=timedelta(minutes=5))


def test_a_silent_authority_lets_nobody_begin_and_its_last_list_holds_to_its_end(tmp_path: Path) -> None:
    with Sandbox(SANDBOX_PKI=str(tmp_path / "pki")) as sandbox:
        issuing = Issuing(create_authority(tmp_path / "pki", f"http://127.0.0.1:{sandbox.port}"), sandbox, tmp_path)
        known, unknown = issuing.key("known"), issuing.key("unknown")
        ask(known)

    ask(known, after=timedelta(days=6))
    with pytest.raises(RevocationUnknown, match="no responde"):
        ask(known, after=timedelta(days=7, hours=1))
    with pytest.raises(RevocationUnknown, match="no responde"):
        ask(unknown)


def test_the_list_of_another_authority_says_nothing(issuing: Issuing, tmp_path: Path) -> None:
    other = Issuing(create_authority(tmp_path / "pki", issuing.authority.base_url), issuing.sandbox, tmp_path)

    with pytest.raises(RevocationUnknown, match="no es de la autoridad"):
        ask(other.key("of-another"))


def test_without_the_certificate_of_the_authority_its_list_cannot_be_believed(issuing: Issuing) -> None:
    with pytest.raises(RevocationUnknown, match="falta el certificado"):
        require_not_revoked(issuing.key("alone").certificate, (), at=NOW)


def test_an_outdated_list_says_nothing(issuing: Issuing) -> None:
    with pytest.raises(RevocationUnknown, match="vencida"):
        ask(issuing.key("later"), after=timedelta(days=8))
