"""Requests under a key at the same moment: raced, slow, overtaken. Real threads on connections of their own."""

from datetime import timedelta
from threading import Event as Signal

import pytest

from backend.outbox.models import Request
from backend.outbox.requests import LEASE, Asked, Lease, RequestRunning, finish, give_up, take
from backend.shared import clock
from tests.operations.debts import in_town
from tests.operations.making import NotThisYet, a_key, a_name, ask, made, refuse, row
from tests.operations.orders import at_once, kinds


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


def test_requests_that_are_refused_at_the_same_moment_leave_the_key_free() -> None:
    name, key = a_name(), a_key()

    results = [each for _ in range(5) for each in at_once(*[lambda: ask(name, key, refuse(NotThisYet()))] * 4)]

    assert set(kinds(results)) <= {"NotThisYet", "RequestRunning"}
    assert "NotThisYet" in kinds(results)
    assert (made(name), row(key)) == ([], None)


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
