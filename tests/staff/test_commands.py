"""./sem staff: accounts from the command line, as one does before there is anybody to sign in."""

import subprocess

import pytest

from tests.operations.platform import run_python
from tests.staff.people import PASSWORD, Person, entries

TOWN = "valdivia"


def _staff(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run_python("-m", "backend.cli", "staff", *arguments, stdin=stdin)


@pytest.fixture
def email() -> str:
    from uuid import uuid4

    return f"administradora-{uuid4().hex[:8]}@valdivia.example"


def test_an_account_of_the_command_line_signs_in_and_its_password_can_be_reset(email: str) -> None:
    made = _staff("create", TOWN, email, "--name", "Administradora de prueba", "--role", "administrator")
    assert made.returncode == 0, made.stderr
    temporary = made.stdout.strip()
    assert Person(TOWN).sign_in(email, temporary)["me"]["account"]["email"] == email

    reset = _staff("reset-password", TOWN, email, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (reset.returncode, reset.stdout) == (0, "")

    assert Person(TOWN).sign_in(email, temporary)["errors"]
    assert not Person(TOWN).sign_in(email, PASSWORD)["errors"]
    listed = [line.split("\t") for line in _staff("list", TOWN).stdout.splitlines()]
    assert [email, "Administradora de prueba", "administrator", "active"] in listed
    (entry,) = entries(TOWN, act="account.created", changes__email__1=email)
    assert entry.account_name.startswith("terminal: ")


def test_what_cannot_be_is_told_in_one_sentence(email: str) -> None:
    for arguments, said in [
        (("create", TOWN, email, "--name", "x", "--role", "emperor"), "emperor"),
        (("create", TOWN, "no es un correo", "--name", "x", "--role", "clerk"), "correo"),
        (("create", "nowhere", email, "--name", "x", "--role", "clerk"), "nowhere"),
        (("reset-password", TOWN, "nadie@valdivia.example"), "cuenta"),
    ]:
        done = _staff(*arguments)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
