"""Requests under a key: one effect and one outcome, whatever is repeated, changed or refused."""

from datetime import datetime, timedelta

import pytest

from backend.audit.actors import Actor
from backend.outbox.models import Event, Request
from backend.outbox.requests import KEPT_FOR, KeyNotUsable, KeyUsedOtherwise, forget_old_requests, once_per_key, row_of
from backend.shared import clock
from backend.shared.errors import DomainError
from tests.operations.debts import in_town
from tests.operations.making import (
    CLERK,
    COLLEAGUE,
    NeverThis,
    NotThisYet,
    a_key,
    a_name,
    ask,
    made,
    making,
    refuse,
    row,
)


def test_the_same_request_under_the_same_key_is_done_once_and_answered_alike() -> None:
    name, key = a_name(), a_key()

    numbers = [ask(name, key) for _ in range(3)]

    assert made(name) == [numbers[0]]
    assert set(numbers) == {numbers[0]}


def test_another_request_under_the_same_key_is_refused_and_not_done() -> None:
    name, other, key = a_name(), a_name(), a_key()
    first = ask(name, key)

    with pytest.raises(KeyUsedOtherwise) as refusal:
        ask(other, key)
    with pytest.raises(KeyUsedOtherwise):
        ask(name, key, actor=COLLEAGUE)

    assert refusal.value.field == "idempotencyKey"
    assert (made(other), made(name), ask(name, key)) == ([], [first], first)


def test_another_operation_under_the_same_key_is_another_request() -> None:
    @once_per_key(kept=row_of(Event))
    def make_otherwise(*, name: str, actor: Actor = CLERK, request_key: str) -> Event:
        raise AssertionError("it was done")

    name, key = a_name(), a_key()
    ask(name, key)

    with in_town("nunoa"), pytest.raises(KeyUsedOtherwise):
        make_otherwise(name=name, request_key=key)


def test_the_time_and_the_network_of_a_repeat_may_differ() -> None:
    name, key = a_name(), a_key()
    first = ask(name, key, now=clock.now())

    from_elsewhere = Actor(account_id=None, name=CLERK.name, roles=("treasurer",), network="10.0.0.9")

    assert ask(name, key, now=clock.now() + timedelta(hours=1), actor=from_elsewhere) == first
    assert made(name) == [first]


def test_the_same_request_under_another_key_is_another_one() -> None:
    name = a_name()

    numbers = [ask(name, a_key()), ask(name, a_key())]

    assert made(name) == numbers


def test_one_key_serves_both_municipalities_without_a_meeting() -> None:
    name, key = a_name(), a_key()

    ask(name, key)
    with in_town("valdivia"):
        making()(name=name, request_key=key)

    assert (len(made(name)), len(made(name, "valdivia"))) == (1, 1)


def test_without_a_key_each_call_is_done() -> None:
    name = a_name()

    with in_town("nunoa"):
        numbers = [making()(name=name).id for _ in range(2)]

    assert made(name) == numbers


@pytest.mark.parametrize("key", ["", "1234567", "x" * 81, "1234567\x00", "1234567\ud800", "contraseña"])
def test_a_key_that_cannot_tell_requests_apart_is_refused(key: str) -> None:
    name = a_name()

    with pytest.raises(KeyNotUsable):
        ask(name, key)

    assert made(name) == []


def test_a_refusal_that_can_be_mended_leaves_the_key_free_even_for_other_data() -> None:
    name, mended, key = a_name(), a_name(), a_key()

    with pytest.raises(NotThisYet):
        ask(name, key, refuse(NotThisYet(field="name")))

    assert (made(name), row(key)) == ([], None)
    number = ask(mended, key)
    assert made(mended) == [number]
    with pytest.raises(KeyUsedOtherwise):  # what was refused arrives late
        ask(name, key)


def test_a_final_refusal_is_the_outcome_in_the_same_words() -> None:
    name, key = a_name(), a_key()
    with pytest.raises(NeverThis):
        ask(name, key, refuse(NeverThis(field="name", name=name)))

    with pytest.raises(NeverThis) as again:
        ask(name, key)

    assert (again.value.message.es, again.value.message.en) == (f"Nunca: {name}.", f"Never: {name}.")
    assert (again.value.code, again.value.field, made(name)) == ("tests.never", "name", [])
    with pytest.raises(KeyUsedOtherwise):
        ask(a_name(), key)


def test_a_refusal_whose_class_is_gone_keeps_its_code() -> None:
    @once_per_key(kept=row_of(Event))
    def make(*, name: str, actor: Actor = CLERK, now: datetime | None = None, request_key: str) -> Event:
        raise AssertionError("it was done")

    name, key = a_name(), a_key()
    with pytest.raises(NeverThis):
        ask(name, key, refuse(NeverThis(name=name)))

    with in_town("nunoa"), pytest.raises(DomainError) as again:
        make(name=name, request_key=key)

    assert (again.value.code, again.value.message.es) == ("tests.never", f"Nunca: {name}.")


def test_a_failure_of_ours_leaves_nothing_and_the_key_free() -> None:
    name, key = a_name(), a_key()

    with pytest.raises(RuntimeError):
        ask(name, key, refuse(RuntimeError("broken")))

    assert (made(name), row(key)) == ([], None)
    assert made(name) == [] != [ask(name, key)]


def test_old_requests_are_forgotten_and_those_of_late_are_not() -> None:
    old, late, name = a_key(), a_key(), a_name()
    ask(name, old)
    ask(name, late)
    with in_town("nunoa"):
        now = Request.objects.get(key=old).taken_at + KEPT_FOR
        Request.objects.filter(key=late).update(taken_at=now)

        forgotten = [forget_old_requests(now=now + timedelta(seconds=1)) for _ in range(2)]

    assert forgotten[0] >= 1
    assert forgotten[1] == 0
    assert row(old) is None
    assert row(late) is not None


def test_an_operation_without_a_key_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="takes no request_key"):

        @once_per_key(kept=row_of(Event))
        def keyless(*, name: str) -> Event:
            raise AssertionError("it was done")
