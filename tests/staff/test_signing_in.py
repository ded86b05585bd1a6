"""Signing in: equal answers, equal cost, and locks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.hashers import reset_hashers
from django.test import override_settings
from django_tenants.utils import schema_context

from backend.people import operations, sign_in
from backend.people.hashing import StaffPasswordHasher
from backend.people.rules import ATTEMPTS_BEFORE_LOCK, Role, lock_after
from backend.shared import clock
from backend.tenants.limits import SIGN_INS_PER_ACCOUNT, SIGN_INS_PER_NETWORK
from tests.staff.people import (
    ME,
    OTHER_TOWN,
    PASSWORD,
    SETUP,
    TOWN,
    Json,
    Person,
    entries,
    fresh,
    new_account,
)


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


def _attempts_until_limited(attempt: Callable[[int], Json]) -> int:
    """How many were let through; a window of the limit may end meanwhile, so up to two windows' worth."""
    for number in range(100):
        code = attempt(number)["errors"][0]["code"]
        if code == "schema.too_many_requests":
            return number
        assert code == "people.sign_in_refused"
    raise AssertionError("nothing limits the attempts")
