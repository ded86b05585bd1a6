"""Signing in and out: equal answers, locks, keys that nobody knew before, and when a session ends."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.hashers import reset_hashers
from django.contrib.sessions.models import Session
from django.test import override_settings
from django_tenants.utils import schema_context

from backend.people import operations, sign_in
from backend.people.hashing import StaffPasswordHasher
from backend.people.rules import ATTEMPTS_BEFORE_LOCK, IDLE_LIMIT, SESSION_LIMIT, Role, lock_after
from backend.shared import clock
from backend.tenants.limits import SIGN_INS_PER_ACCOUNT, SIGN_INS_PER_NETWORK
from tests.staff.people import (
    ME,
    OTHER_TOWN,
    PASSWORD,
    SETUP,
    SIGN_OUT,
    TOWN,
    Json,
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


def test_signing_in_tells_who_one_is_and_what_one_may_do() -> None:
    account = new_account(Role.AUDITOR)
    person = Person()

    payload = person.sign_in(account.email.upper())

    assert payload["errors"] == []
    assert payload["me"]["account"]["email"] == account.email
    assert payload["me"]["permissions"][0] == "OWN_ACCOUNT"
    assert "ROLLS_APPLY" not in payload["me"]["permissions"]
    assert person.ask(ME)["data"]["me"]["municipality"] == "Ñuñoa"
    assert [entry.account_id for entry in entries(act="session.created", object_key=account.id)] == [account.id]


def test_unknown_account_wrong_password_closed_account_and_account_of_elsewhere_get_one_answer() -> None:
    here, elsewhere, closed = new_account(), new_account(town=OTHER_TOWN), new_account()
    with schema_context(TOWN):
        operations.set_account_active(account_id=closed.id, is_active=False, actor=SETUP)

    answers = [
        Person().sign_in(f"nadie-{uuid4()}@nunoa.example", PASSWORD),
        Person().sign_in(f"no es un correo {uuid4()}", PASSWORD),
        Person().sign_in(here.email, "otra-contraseña-larga"),
        Person().sign_in(elsewhere.email, PASSWORD),
        Person().sign_in(closed.email, PASSWORD),
        Person().sign_in(here.email, "x" * 5000),
    ]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["errors"][0]["code"] == "people.sign_in_refused"
    assert answers[0]["me"] is None


class _CountingHasher(StaffPasswordHasher):
    hashed: ClassVar[list[str]] = []

    def encode(self, password: Any, salt: Any) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)

    def verify(self, password: Any, encoded: Any) -> bool:
        self.hashed.append(password)
        return super().verify(password, encoded)


def test_an_unknown_account_costs_one_hash_as_a_wrong_password_does() -> None:
    account = new_account()
    with override_settings(PASSWORD_HASHERS=[f"{__name__}._CountingHasher"]):
        reset_hashers(setting="PASSWORD_HASHERS")
        _CountingHasher.hashed.clear()

        Person().sign_in(account.email, "otra-contraseña-larga")
        wrong = len(_CountingHasher.hashed)
        Person().sign_in(f"nadie-{uuid4()}@nunoa.example", "otra-contraseña-larga")
        unknown = len(_CountingHasher.hashed) - wrong
    reset_hashers(setting="PASSWORD_HASHERS")

    assert (wrong, unknown) == (1, 1)


def test_a_refused_attempt_is_logged_without_what_was_typed() -> None:
    account = new_account()
    stranger, forgetful = Person(), Person()

    stranger.sign_in(f"clave-escrita-en-el-campo-equivocado-{uuid4()}", PASSWORD)
    forgetful.sign_in(account.email, "otra-contraseña-larga")

    (unknown,) = entries(network=stranger.network)
    (known,) = entries(network=forgetful.network)
    assert (unknown.act, unknown.outcome, unknown.object_key) == ("session.created", "DENIED", "")
    assert (known.act, known.outcome, known.object_key) == ("session.created", "DENIED", str(account.id))
    assert "clave-escrita" not in str(vars(unknown))


def test_wrong_passwords_lock_the_account_longer_and_longer() -> None:
    account = new_account()
    now = clock.now()

    def attempt(password: str) -> bool:
        try:
            sign_in.sign_in(email=account.email, password=password, network="198.51.100.1", now=now)
        except sign_in.SignInRefused:
            return False
        return True

    with schema_context(TOWN):
        for _ in range(ATTEMPTS_BEFORE_LOCK):
            assert not attempt("otra-contraseña-larga")
        first_lock = fresh(account).locked_until
        assert not attempt(PASSWORD)  # the right one, while it is locked
        assert fresh(account).failed_attempts == ATTEMPTS_BEFORE_LOCK

        now += timedelta(minutes=1, seconds=1)
        assert not attempt("otra-contraseña-larga")
        second_lock = fresh(account).locked_until
        now += timedelta(minutes=2, seconds=1)
        assert attempt(PASSWORD)

    assert first_lock is not None
    assert second_lock is not None
    assert second_lock - first_lock == timedelta(minutes=2, seconds=1)
    assert (fresh(account).failed_attempts, fresh(account).locked_until) == (0, None)


def test_a_lock_never_exceeds_an_hour() -> None:
    assert [lock_after(failed) for failed in (4, 5, 6, 7)] == [
        None,
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
    ]
    assert lock_after(10**6) == timedelta(hours=1)


def test_attempts_on_one_account_are_limited_whatever_network_they_come_from() -> None:
    email = new_account().email

    allowed = _attempts_until_limited(lambda _: Person().sign_in(email, "otra-contraseña-larga"))

    assert SIGN_INS_PER_ACCOUNT.most <= allowed <= 2 * SIGN_INS_PER_ACCOUNT.most


def test_attempts_from_one_network_are_limited_whatever_account_they_name() -> None:
    person = Person()

    allowed = _attempts_until_limited(lambda _: person.sign_in(f"nadie-{uuid4()}@nunoa.example", "x"))

    assert SIGN_INS_PER_NETWORK.most <= allowed <= 2 * SIGN_INS_PER_NETWORK.most


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


def _attempts_until_limited(attempt: Callable[[int], Json]) -> int:
    """How many were let through; a window of the limit may end meanwhile, so up to two windows' worth."""
    for number in range(100):
        code = attempt(number)["errors"][0]["code"]
        if code == "schema.too_many_requests":
            return number
        assert code == "people.sign_in_refused"
    raise AssertionError("nothing limits the attempts")


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
