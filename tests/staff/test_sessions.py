"""Sessions of staff: keys that nobody knew before, and when a session ends."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django_tenants.utils import schema_context

from backend.people import operations
from backend.people.rules import IDLE_LIMIT, SESSION_LIMIT, Role
from backend.shared import clock
from tests.staff.people import (
    ME,
    PASSWORD,
    SETUP,
    SIGN_OUT,
    TOWN,
    Person,
    codes,
    entries,
    fresh,
    new_account,
    signed_in,
)

CHANGE = """mutation ($input: PasswordChangeInput!) {
  passwordChange(input: $input) { me { account { passwordIsTemporary } } errors { code field message } }
}"""
NEW_PASSWORD = "Otra-calle-del-puerto-77"


def test_a_key_that_was_planted_before_is_not_the_sessions_key() -> None:
    """Session fixation (CWE-384)."""
    with schema_context(TOWN):
        planted = import_module(settings.SESSION_ENGINE).SessionStore()
        planted["somebody"] = "planted this"
        planted.save()
        key = planted.session_key
    person = Person()
    person.client.cookies["sem-session"] = key

    person.sign_in(new_account().email)

    assert person.cookie != key
    assert not _exists(key)


def test_signing_in_again_changes_key_and_token() -> None:
    account = new_account()
    person = Person()
    before = person.token
    person.sign_in(account.email)
    first_key, first_token = person.cookie, person.token

    person.sign_in(account.email)

    assert first_token != before
    assert person.cookie != first_key
    assert not _exists(first_key)


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie() -> None:
    person, thief = signed_in(), Person()
    thief.client.cookies["sem-session"] = person.cookie
    assert thief.is_signed_in()

    assert person.ask(SIGN_OUT)["data"]["sessionEnd"]["errors"] == []

    assert not person.is_signed_in()
    assert not thief.is_signed_in()
    assert entries(act="session.ended")[-1].network == person.network


@pytest.mark.parametrize(
    ("opened", "used", "is_open"),
    [
        (timedelta(0), IDLE_LIMIT - timedelta(minutes=1), True),
        (timedelta(0), IDLE_LIMIT + timedelta(minutes=1), False),
        (SESSION_LIMIT - timedelta(minutes=1), timedelta(0), True),
        (SESSION_LIMIT + timedelta(minutes=1), timedelta(0), False),
    ],
)
def test_a_session_ends_unused_or_old(opened: timedelta, used: timedelta, is_open: bool) -> None:
    person = signed_in()
    _age(person, opened=max(opened, used), used=used)

    assert person.is_signed_in() is is_open
    assert _exists(person.client.cookies["sem-session"].value) is is_open


def test_use_keeps_a_session_open() -> None:
    person = signed_in()
    _age(person, opened=IDLE_LIMIT, used=IDLE_LIMIT - timedelta(minutes=1))

    assert person.is_signed_in()
    with schema_context(TOWN):
        used = Session.objects.get(session_key=person.cookie).get_decoded()["used_at"]

    assert clock.now().timestamp() - used < 60


def _close(account_id: int) -> None:
    operations.set_account_active(account_id=account_id, is_active=False, actor=SETUP)


def _reset(account_id: int) -> None:
    operations.reset_password(account_id=account_id, actor=SETUP)


@pytest.mark.parametrize("ending", [_close, _reset])
def test_closing_an_account_or_resetting_its_password_ends_its_sessions(ending: Callable[[int], None]) -> None:
    account = new_account()
    person = Person()
    person.sign_in(account.email)

    with schema_context(TOWN):
        ending(account.id)

    assert codes(person.ask(ME)) == ["people.not_signed_in"]


def test_a_role_that_is_taken_away_counts_at_once() -> None:
    account = new_account(Role.AUDITOR, Role.CLERK)
    person = Person()
    person.sign_in(account.email)
    document = "query { auditLog { pageInfo { hasNextPage } } }"
    assert codes(person.ask(document)) == []

    with schema_context(TOWN):
        operations.update_account(account_id=account.id, roles=[Role.CLERK], actor=SETUP)

    assert codes(person.ask(document)) == ["people.permission_denied"]


def test_a_changed_password_ends_the_other_sessions_and_keeps_ones_own() -> None:
    account = new_account()
    here, there = Person(), Person()
    here.sign_in(account.email)
    there.sign_in(account.email)

    payload = here.ask(CHANGE, input={"current": PASSWORD, "new": NEW_PASSWORD})["data"]["passwordChange"]

    assert payload["errors"] == []
    assert here.is_signed_in()
    assert not there.is_signed_in()
    assert Person().sign_in(account.email, PASSWORD)["errors"]
    assert not Person().sign_in(account.email, NEW_PASSWORD)["errors"]


def test_the_current_password_must_be_right_and_a_wrong_one_is_logged() -> None:
    account = new_account()
    person = Person()
    person.sign_in(account.email)

    payload = person.ask(CHANGE, input={"current": "x", "new": NEW_PASSWORD})["data"]["passwordChange"]

    assert [error["code"] for error in payload["errors"]] == ["people.password_wrong"]
    assert fresh(account).password == account.password
    assert [entry.outcome for entry in entries(act="account.password_changed", account_id=account.id)] == ["DENIED"]


def test_a_temporary_password_is_changed_and_then_opens_everything() -> None:
    with schema_context(TOWN):
        opened = operations.create_account(
            email=f"provisoria-{uuid4()}@nunoa.example",
            full_name="Funcionaria de prueba 2",
            roles=[Role.AUDITOR],
            actor=SETUP,
        )
    assert opened.temporary_password is not None
    person = Person()
    person.sign_in(opened.account.email, opened.temporary_password)
    document = "query { auditLog { pageInfo { hasNextPage } } }"
    assert codes(person.ask(document)) == ["people.password_is_temporary"]

    change = {"current": opened.temporary_password, "new": NEW_PASSWORD}
    payload = person.ask(CHANGE, input=change)["data"]["passwordChange"]

    assert payload["me"]["account"]["passwordIsTemporary"] is False
    assert codes(person.ask(document)) == []


def _exists(key: str | None) -> bool:
    with schema_context(TOWN):
        return Session.objects.filter(session_key=key).exists()


def _age(person: Person, *, opened: timedelta, used: timedelta) -> None:
    """Let the session have been opened and used that long ago."""
    now = int(clock.now().timestamp())
    with schema_context(TOWN):
        store = import_module(settings.SESSION_ENGINE).SessionStore(person.cookie)
        store["opened_at"] = now - int(opened.total_seconds())
        store["used_at"] = now - int(used.total_seconds())
        store.save()
