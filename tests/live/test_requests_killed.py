"""The web process is killed while it answers somebody of the staff: she sends it again, and it was done once."""

import secrets
from uuid import uuid4

import httpx
import pytest

from backend.cli.bench_staff import StaffMember
from backend.cli.problems import Problem
from tests.live.platform import Platform, Town

BEFORE, AFTER = "kill-before-", "kill-after-"
"""Keys that `tests.controls.wsgi_killed_requests` looks for: killed before the commit, or after it."""

PASSWORD = secrets.token_urlsafe(18)
CREATE = """mutation ($input: AccountCreateInput!) {
  accountCreate(input: $input) { account { id } errors { code } } }"""
END_OF_LEASE = "UPDATE outbox_request SET lease_until = now() WHERE key = %s AND finished_at IS NULL"
MADE = "SELECT id FROM people_staffaccount WHERE email = %s"


@pytest.fixture(scope="module")
def administrator(platform: Platform) -> str:
    """Address of an account that may make others."""
    email = f"administradora-{uuid4().hex[:8]}@prueba.example"
    account = ("staff", "create", platform.control_town.slug, email, "--name=Administradora de prueba")
    platform.command(*account, "--role=administrator", "--password-stdin", stdin=PASSWORD)
    return email


def at_a_browser(platform: Platform, town: Town, email: str) -> StaffMember:
    member = platform.entered(StaffMember(town.origin))
    member.sign_in(email, PASSWORD)
    return member


@pytest.mark.parametrize(("where", "is_made"), [(BEFORE, False), (AFTER, True)])
def test_what_was_asked_of_a_killed_process_is_done_once(
    platform: Platform, administrator: str, where: str, is_made: bool
) -> None:
    town, key = platform.control_town, f"{where}{uuid4().hex}"
    email = f"{key}@prueba.example"
    wish = {"email": email, "fullName": "Funcionaria de prueba", "roles": ["CLERK"], "idempotencyKey": key}
    with platform.web_with("tests.controls.wsgi_killed_requests") as killed:
        unlucky = at_a_browser(platform, killed, administrator)
        with pytest.raises(httpx.TransportError):
            unlucky.ask(CREATE, "accountCreate", input=wish)

    made = platform.rows(town.slug, MADE, email)
    again = at_a_browser(platform, town, administrator)
    if not is_made:
        with pytest.raises(Problem, match="failed") as refusal:
            again.ask(CREATE, "accountCreate", input=wish)
        assert "outbox.request_running" in str(refusal.value.remedy)
        platform.rows(town.slug, END_OF_LEASE, key)
    answers = [again.ask(CREATE, "accountCreate", input=wish) for _ in range(2)]

    assert len(made) == is_made
    assert len(platform.rows(town.slug, MADE, email)) == 1
    assert answers[0] == answers[1]
    assert made in ([], platform.rows(town.slug, MADE, email))
