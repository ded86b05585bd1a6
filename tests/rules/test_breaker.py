"""An institution that does not answer is left alone, then tried once: in one process, with all its threads."""

from __future__ import annotations

import threading

import pytest

from backend.shared.breaker import Breaker, BreakerState, Resting

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN


class Broken(Exception):
    """What these calls fail with."""


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[BreakerState]:
    return []


@pytest.fixture
def tgr(clock: Clock, told: list[BreakerState]) -> Breaker:
    return Breaker("tgr", failures=3, window=30, rest=15, now=clock, tell=lambda institution, state: told.append(state))


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Broken), breaker.attempt(Broken):
            raise Broken


def succeed(breaker: Breaker) -> None:
    with breaker.attempt(Broken):
        pass


def is_refused(breaker: Breaker) -> bool:
    try:
        succeed(breaker)
    except Resting:
        return True
    return False


def test_three_failures_in_a_row_open_it(tgr: Breaker, told: list[BreakerState]) -> None:
    fail(tgr, 2)
    before = tgr.state
    fail(tgr)

    assert (before, tgr.state, told) == (CLOSED, OPEN, [OPEN])
    assert is_refused(tgr)


def test_an_answer_between_them_begins_the_count_anew(tgr: Breaker) -> None:
    for _ in range(4):
        fail(tgr, 2)
        succeed(tgr)

    assert tgr.state is CLOSED


def test_an_answer_that_is_no_good_is_a_failure(tgr: Breaker) -> None:
    for _ in range(3):
        with tgr.attempt(Broken) as attempt:
            attempt.is_healthy = False

    assert tgr.state is OPEN


def test_failures_far_apart_do_not_open_it(tgr: Breaker, clock: Clock) -> None:
    for _ in range(6):
        fail(tgr)
        clock.seconds += 15.1

    assert tgr.state is CLOSED


def test_failures_at_both_ends_of_the_window_open_it(tgr: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(tgr)
        clock.seconds += 15

    assert tgr.state is OPEN


def test_a_mistake_of_ours_says_nothing_about_the_institution(tgr: Breaker) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), tgr.attempt(Broken):
            raise ZeroDivisionError

    assert tgr.state is CLOSED


def test_it_rests_for_its_seconds_and_no_longer(tgr: Breaker, clock: Clock) -> None:
    fail(tgr, 3)

    clock.seconds += 14.9
    early = is_refused(tgr)
    clock.seconds += 0.1

    assert (early, is_refused(tgr)) == (True, False)


def test_a_trial_that_is_answered_closes_it(tgr: Breaker, clock: Clock, told: list[BreakerState]) -> None:
    fail(tgr, 3)
    clock.seconds += 15

    succeed(tgr)

    assert told == [OPEN, HALF_OPEN, CLOSED]
    fail(tgr, 2)
    assert tgr.state is CLOSED


def test_a_trial_that_fails_makes_it_rest_again(tgr: Breaker, clock: Clock, told: list[BreakerState]) -> None:
    fail(tgr, 3)
    clock.seconds += 15

    fail(tgr)
    clock.seconds += 14.9

    assert told == [OPEN, HALF_OPEN, OPEN]
    assert is_refused(tgr)


def test_a_trial_that_says_nothing_makes_it_rest_again(tgr: Breaker, clock: Clock) -> None:
    fail(tgr, 3)
    clock.seconds += 15

    with pytest.raises(ZeroDivisionError), tgr.attempt(Broken):
        raise ZeroDivisionError

    assert tgr.state is OPEN


def test_a_refusal_of_one_mail_is_an_answer_to_a_trial(tgr: Breaker, clock: Clock) -> None:
    fail(tgr, 3)
    clock.seconds += 15

    with pytest.raises(ZeroDivisionError):
        refuse_one_mail(tgr)

    assert tgr.state is CLOSED


def refuse_one_mail(breaker: Breaker) -> None:
    with breaker.attempt(Broken) as attempt:
        attempt.is_healthy = True
        raise ZeroDivisionError


def test_one_call_tries_and_the_others_are_refused_meanwhile(tgr: Breaker, clock: Clock) -> None:
    fail(tgr, 3)
    clock.seconds += 15

    with tgr.attempt(Broken):
        meanwhile = [is_refused(tgr) for _ in range(3)]

    assert meanwhile == [True, True, True]
    assert tgr.state is CLOSED


def test_a_call_from_before_the_change_is_old_news(tgr: Breaker, clock: Clock) -> None:
    with tgr.attempt(Broken):
        fail(tgr, 3)
        clock.seconds += 15
        with tgr.attempt(Broken) as trial:
            trial.is_healthy = False
        # ends well only now, having begun before all of that

    assert tgr.state is OPEN


def test_nothing_is_held_while_calls_are_under_way(tgr: Breaker) -> None:
    everybody_is_inside = threading.Barrier(4, timeout=10)

    def call() -> None:
        with tgr.attempt(Broken):
            everybody_is_inside.wait()

    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    everybody_is_inside.wait()
    for thread in threads:
        thread.join()

    assert not everybody_is_inside.broken


def test_of_many_threads_one_tries(tgr: Breaker, clock: Clock) -> None:
    fail(tgr, 3)
    clock.seconds += 15
    start, finish = threading.Barrier(8, timeout=10), threading.Event()
    refused: list[bool] = []

    def call() -> None:
        start.wait()
        try:
            with tgr.attempt(Broken):
                finish.wait(10)
            refused.append(False)
        except Resting:
            refused.append(True)
            if len(refused) == 7:
                finish.set()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(refused) == [False] + [True] * 7
