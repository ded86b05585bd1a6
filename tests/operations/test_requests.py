"""Requests under a key: one effect and one outcome, whatever is repeated, raced, refused, slow or killed."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event as Signal

import pytest

from backend.audit.actors import Actor
from backend.outbox.models import Event, Request
from backend.outbox.requests import (
    KEPT_FOR,
    LEASE,
    Asked,
    KeyNotUsable,
    KeyUsedOtherwise,
    Lease,
    RequestRunning,
    finish,
    forget_old_requests,
    give_up,
    once_per_key,
    row_of,
    take,
)
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from tests.operations.debts import in_town
from tests.operations.orders import at_once, kinds

CLERK = Actor(account_id=None, name="funcionaria@nunoa.example")
COLLEAGUE = Actor(account_id=None, name="colega@nunoa.example")


class NeverThis(DomainError):
    """A refusal that is final."""

    code = "tests.never"
    message = Text(es="Nunca: {name}.", en="Never: {name}.")


class NotThisYet(DomainError):
    """A refusal that a person can mend."""

    code = "tests.not_yet"


def nothing() -> None:
    """What usually happens meanwhile."""


def making(meanwhile: Callable[[], object] = nothing) -> Callable[..., Event]:
    """The operation of these tests: makes a row; `meanwhile` happens before its end."""

    @once_per_key(kept=row_of(Event), final=(NeverThis,))
    def make(*, name: str, actor: Actor = CLERK, now: datetime | None = None, key: str | None = None) -> Event:
        event = Event.objects.create(name=name, payload={}, occurred_at=clock.now(), expanded_at=clock.now())
        meanwhile()
        return event

    return make


def ask(name: str, key: str, meanwhile: Callable[[], object] = nothing, **more: object) -> int:
    """Ask in Ñuñoa; the number of the row."""
    with in_town("nunoa"):
        return int(making(meanwhile)(name=name, key=key, **more).id)


def refuse(refusal: Exception) -> Callable[[], None]:
    def meanwhile() -> None:
        raise refusal

    return meanwhile


def made(name: str, town: str = "nunoa") -> list[int]:
    """Numbers of the rows of that name."""
    with in_town(town):
        return list(Event.objects.filter(name=name).order_by("id").values_list("id", flat=True))


def row(key: str) -> Request | None:
    with in_town("nunoa"):
        return Request.objects.filter(key=key).first()


def a_name() -> str:
    return f"Hecho de prueba {uuid.uuid4().hex}"


def a_key() -> str:
    return uuid.uuid4().hex


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
    def make_otherwise(*, name: str, actor: Actor = CLERK, key: str) -> Event:
        raise AssertionError("it was done")

    name, key = a_name(), a_key()
    ask(name, key)

    with in_town("nunoa"), pytest.raises(KeyUsedOtherwise):
        make_otherwise(name=name, key=key)


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
        making()(name=name, key=key)

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


def test_the_same_request_at_the_same_moment_is_done_once() -> None:
    name, key = a_name(), a_key()

    results = at_once(*[lambda: ask(name, key)] * 4)

    (number,) = made(name)
    assert set(kinds(results)) <= {"int", "RequestRunning"}
    assert {each for each in results if isinstance(each, int)} == {number}
    assert ask(name, key) == number


def test_while_a_request_is_running_its_repeat_is_told_so_and_waits_for_no_lock() -> None:
    name, key = a_name(), a_key()
    begun, go_on = Signal(), Signal()

    def first() -> int:
        def slowly() -> None:
            begun.set()
            go_on.wait(30)

        return ask(name, key, slowly)

    def second() -> int:
        try:
            assert begun.wait(30)
            return ask(name, key)
        finally:
            go_on.set()

    number, repeat = at_once(first, second)

    assert isinstance(repeat, RequestRunning), "a repeat was done while the first was running"
    assert made(name) == [number] == [ask(name, key)]


def test_two_requests_under_one_key_at_the_same_moment_are_one_effect_and_one_refusal() -> None:
    names, key = [a_name(), a_name()], a_key()

    results = at_once(*[lambda name=name: ask(name, key) for name in names])

    assert kinds(results) == ["KeyUsedOtherwise", "int"]
    assert sorted(len(made(name)) for name in names) == [0, 1]


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
    def make(*, name: str, actor: Actor = CLERK, now: datetime | None = None, key: str) -> Event:
        raise AssertionError("it was done")

    name, key = a_name(), a_key()
    with pytest.raises(NeverThis):
        ask(name, key, refuse(NeverThis(name=name)))

    with in_town("nunoa"), pytest.raises(DomainError) as again:
        make(name=name, key=key)

    assert (again.value.code, again.value.message.es) == ("tests.never", f"Nunca: {name}.")


def test_a_failure_of_ours_leaves_nothing_and_the_key_free() -> None:
    name, key = a_name(), a_key()

    with pytest.raises(RuntimeError):
        ask(name, key, refuse(RuntimeError("broken")))

    assert (made(name), row(key)) == ([], None)
    assert made(name) == [] != [ask(name, key)]


def test_a_lease_ends_by_itself_and_is_taken_over() -> None:
    asked = Asked(a_key(), "make", "f" * 64)
    now = clock.now()

    with in_town("nunoa"):
        first = take(asked, now=now)
        with pytest.raises(RequestRunning):
            take(asked, now=now + LEASE - timedelta(seconds=1))
        second = take(asked, now=now + LEASE)

    assert isinstance(first, Lease)
    assert second == Lease(first.request_id, first.attempt + 1)


def test_who_lost_the_lease_undoes_what_it_did() -> None:
    name, key = a_name(), a_key()
    numbers = []

    def overtaken() -> None:
        with in_town("nunoa"):
            Request.objects.filter(key=key).update(lease_until=clock.now())
        numbers.append(ask(name, key))

    def slow() -> int:
        return ask(name, key, lambda: at_once(overtaken))

    with pytest.raises(RequestRunning):
        slow()

    assert made(name) == numbers, "who lost the lease finished as well"
    assert ask(name, key) == numbers[0]


def test_who_lost_the_lease_can_neither_finish_nor_free_the_key() -> None:
    asked, now = Asked(a_key(), "make", "f" * 64), clock.now()

    with in_town("nunoa"):
        lost = take(asked, now=now)
        held = take(asked, now=now + LEASE)
        assert isinstance(lost, Lease)
        assert isinstance(held, Lease)
        give_up(lost)
        with pytest.raises(RequestRunning):
            finish(lost, {"gave": 1})
        finish(held, {"gave": 2})
        give_up(held)

        assert take(asked, now=now + LEASE) == {"gave": 2}


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
    with pytest.raises(TypeError, match="takes no key"):

        @once_per_key(kept=row_of(Event))
        def keyless(*, name: str) -> Event:
            raise AssertionError("it was done")
