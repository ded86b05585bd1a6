from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.shared import clock

days = st.dates(min_value=date(2016, 1, 1), max_value=date(2035, 12, 31))


def test_the_calendar_is_the_one_of_santiago() -> None:
    assert clock.domain_date(datetime(2025, 4, 1, 2, 59, tzinfo=UTC)) == date(2025, 3, 31)
    assert clock.domain_date(datetime(2025, 4, 1, 3, 0, tzinfo=UTC)) == date(2025, 4, 1)


def test_a_day_begins_at_three_in_summer_and_at_four_in_winter() -> None:
    assert clock.day_starts_at(date(2025, 3, 20)) == datetime(2025, 3, 20, 3, 0, tzinfo=UTC)
    assert clock.day_starts_at(date(2025, 7, 1)) == datetime(2025, 7, 1, 4, 0, tzinfo=UTC)


def test_a_day_whose_midnight_does_not_exist_begins_at_the_change() -> None:
    assert clock.day_starts_at(date(2025, 9, 7)) == datetime(2025, 9, 7, 4, 0, tzinfo=UTC)
    assert clock.domain_date(datetime(2025, 9, 7, 3, 59, 59, tzinfo=UTC)) == date(2025, 9, 6)


def test_the_hour_that_comes_twice_in_april_belongs_to_the_day_before() -> None:
    assert clock.day_starts_at(date(2025, 4, 6)) == datetime(2025, 4, 6, 4, 0, tzinfo=UTC)
    assert clock.domain_date(datetime(2025, 4, 6, 3, 30, tzinfo=UTC)) == date(2025, 4, 5)


@given(day=days, shift=st.integers(-700, 700))
def test_a_day_begins_exactly_where_the_day_before_ends(day: date, shift: int) -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SEM_CLOCK_SHIFT_DAYS", str(shift))
        start = clock.day_starts_at(day)

        assert clock.domain_date(start) == day
        assert clock.domain_date(start - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_a_shift_moves_the_calendar_and_not_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEM_CLOCK_SHIFT_DAYS", "0")
    before, real_today = clock.now(), clock.today()
    monkeypatch.setenv("SEM_CLOCK_SHIFT_DAYS", "-612")

    assert clock.shift_days() == -612
    assert clock.now() - before < timedelta(hours=1)
    assert clock.today() - (real_today - timedelta(days=612)) in {timedelta(0), timedelta(days=1)}


def test_without_the_variable_nothing_is_shifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEM_CLOCK_SHIFT_DAYS", raising=False)

    assert clock.shift_days() == 0


def test_an_instant_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.domain_date(datetime(2025, 3, 20, 12, 0))  # noqa: DTZ001 - that is the point
