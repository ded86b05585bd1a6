"""When a gateway is asked again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.billing.asking_rules import ASKED_FOR, LONGEST_WAIT, next_ask, next_ask_after_failure

NOW = datetime(2025, 3, 20, 15, tzinfo=UTC)


def waits(count: int, *, age: timedelta) -> list[float]:
    found = [next_ask(attempts=attempts, created_at=NOW - age, now=NOW) for attempts in range(count)]
    return [(due - NOW).total_seconds() for due in found if due is not None]


def test_the_wait_doubles_up_to_two_minutes_while_the_payer_may_be_there() -> None:
    assert waits(8, age=timedelta(0)) == [5, 10, 20, 40, 80, 120, 120, 120]


def test_the_wait_doubles_up_to_ten_minutes_afterwards() -> None:
    assert waits(9, age=timedelta(hours=1)) == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_it_is_given_up_after_seven_days() -> None:
    created_at = NOW - timedelta(days=7)

    assert next_ask(attempts=1, created_at=created_at + timedelta(seconds=1), now=NOW) is not None
    assert next_ask(attempts=1, created_at=created_at, now=NOW) is None


@given(attempts=st.integers(0, 40_000), age=st.integers(0, int(ASKED_FOR.total_seconds()) - 1))
def test_there_is_always_a_next_time_and_never_at_once(attempts: int, age: int) -> None:
    due = next_ask(attempts=attempts, created_at=NOW - timedelta(seconds=age), now=NOW)

    assert due is not None
    assert timedelta(seconds=5) <= due - NOW <= LONGEST_WAIT


def test_what_failed_is_asked_four_times_more_in_six_days() -> None:
    times = []
    now = NOW
    while (due := next_ask_after_failure(created_at=NOW, now=now)) is not None:
        times.append(due - NOW)
        now = due

    assert times == [timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=6)]
