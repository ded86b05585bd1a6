"""Late payment: Código Tributario art. 53, before and after Ley 21.713."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reference.files import FileRates
from backend.services.base import QuoteLine, RateNotAvailable
from backend.services.late_payment import changes_on, index_change, late_lines
from backend.shared.money import Money
from tests.rules.made_up_rates import SteadyRates
from tests.rules.vectors import vectors

DUE = date(2025, 3, 31)
bases = st.integers(1, 200_000_000).map(Money)


def late(base: Money, paid_on: date, rates: FileRates | None = None, due_on: date = DUE) -> tuple[QuoteLine, ...]:
    return late_lines(base=base, due_on=due_on, paid_on=paid_on, rates=rates or FileRates())


def total(lines: tuple[QuoteLine, ...]) -> Money:
    return sum((line.amount for line in lines), Money(0))


def test_in_time_nothing_is_added() -> None:
    assert late(Money(100_000), DUE) == late(Money(100_000), date(2025, 1, 2)) == ()


def test_the_example_of_a_permit_paid_in_june() -> None:
    lines = late(Money(100_000), date(2025, 6, 20))

    assert [(line.code, line.base, line.rate, line.amount) for line in lines] == [
        ("readjustment", Money(100_000), "1,1 %", Money(1_100)),
        ("interest", Money(101_100), "0,0225555556 % diario", Money(1_847)),
    ]
    assert lines[0].text.es == "Reajuste por IPC de febrero de 2025 a abril de 2025"
    assert lines[1].text.es == "Interés penal de 81 días del 1° semestre de 2025 (8,12 % anual)"
    assert all(line.law.startswith("Código Tributario art. 53") for line in lines)


def test_a_municipality_may_be_held_to_the_old_rule() -> None:
    rates = FileRates(own={("late_payment", "regime"): "monthly"})

    lines = late(Money(100_000), date(2025, 6, 20), rates)

    assert [(line.code, line.rate, line.amount) for line in lines] == [
        ("readjustment", "1,1 %", Money(1_100)),
        ("interest", "4,5 %", Money(4_550)),
    ]


@pytest.mark.parametrize("vector", vectors("interes_diario"), ids=lambda vector: vector["source"])
def test_published_interest_is_reproduced(vector: dict[str, Any]) -> None:
    capital, days = vector["input"]["capital"], vector["input"]["dias"]
    due_on = date(2025, 1, 1)  # paid in March: the index is none of this example's business

    lines = late(
        Money(capital),
        due_on + timedelta(days=days),
        SteadyRates(monthly_ipc=Fraction(0), annual_penal=Fraction("8.12")),
        due_on,
    )

    assert total(lines) == Money(vector["expected"])


def test_the_day_of_payment_decides_which_rule_holds() -> None:
    due_on = date(2024, 11, 30)
    rates = SteadyRates(monthly_ipc=Fraction(0))

    before = late(Money(1_000_000), date(2024, 12, 31), rates, due_on)
    after = late(Money(1_000_000), date(2025, 1, 1), rates, due_on)

    assert [(line.code, line.rate, line.amount) for line in before] == [("interest", "3 %", Money(30_000))]
    assert [line.code for line in after] == ["interest", "interest"]
    assert total(after) == Money(7_111)  # 32 days of 8 % a year


@pytest.mark.parametrize(
    ("paid_on", "months"),
    [
        (date(2024, 4, 1), 1),
        (date(2024, 4, 30), 1),
        (date(2024, 5, 1), 2),
        (date(2024, 5, 31), 2),
        (date(2024, 6, 1), 3),
        (date(2024, 12, 31), 9),
    ],
)
def test_a_begun_month_counts_whole(paid_on: date, months: int) -> None:
    (interest,) = late(Money(1_000_000), paid_on, SteadyRates(monthly_ipc=Fraction(0)), date(2024, 3, 31))

    assert interest.amount == Money(15_000 * months)


def test_each_semester_has_its_rate() -> None:
    lines = late(Money(1_000_000), date(2025, 9, 28))

    assert [(line.code, line.rate) for line in lines] == [
        ("readjustment", "1,8 %"),
        ("interest", "0,0225555556 % diario"),
        ("interest", "0,0222222222 % diario"),
    ]
    assert "91 días" in lines[1].text.es
    assert "90 días" in lines[2].text.es


def test_within_the_month_of_the_due_date_there_is_interest_and_no_readjustment() -> None:
    lines = late(Money(1_000_000), date(2025, 4, 30), due_on=date(2025, 4, 10))

    assert [line.code for line in lines] == ["interest"]


def test_a_missing_rate_or_index_is_never_guessed() -> None:
    with pytest.raises(RateNotAvailable) as no_rate:
        late(Money(100_000), date(2025, 2, 1), due_on=date(2018, 3, 31))
    with pytest.raises(RateNotAvailable) as no_index:
        late(Money(100_000), date(2026, 6, 1), due_on=date(2026, 3, 31))

    assert no_rate.value.fields["what"] == "interés penal 2018-S1"
    assert no_index.value.fields["what"] == "IPC 2026-03"


def test_a_parameter_that_makes_no_sense_is_not_used() -> None:
    with pytest.raises(RateNotAvailable):
        late(Money(1), date(2024, 5, 1), FileRates(own={("late_payment", "monthly_percent"): 1.5}), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("year", "percent"),
    [
        (2017, "0.3"),
        (2018, "0.9"),
        (2019, "1.4"),
        (2020, "0.1"),
        (2021, "1.2"),
        (2022, "5.5"),
        (2023, "1.3"),
        (2024, "1.1"),
        (2025, "0.5"),
    ],
)
def test_the_index_from_february_to_june_is_the_known_one(year: int, percent: str) -> None:
    change = index_change(first=(year, 3), last=(year, 6), rates=FileRates(), on=date(year, 8, 1))

    assert change == Fraction(percent)


def test_falling_prices_take_nothing_off_unless_a_municipality_says_so() -> None:
    apply = FileRates(own={("late_payment", "negative_index"): "apply"})

    assert index_change(first=(2025, 6), last=(2025, 6), rates=FileRates(), on=DUE) == 0
    assert index_change(first=(2025, 6), last=(2025, 6), rates=apply, on=DUE) == Fraction(-4, 10)


@given(bases, st.integers(1, 900), st.integers(1, 60))
def test_paying_later_never_costs_less_while_prices_do_not_fall(base: Money, days: int, more: int) -> None:
    early, later = (late(base, DUE + timedelta(days=count), SteadyRates()) for count in (days, days + more))

    assert Money(0) <= total(early) <= total(later)


@given(bases, st.integers(1, 900), st.sampled_from(["law", "monthly"]))
def test_no_line_is_negative_and_interest_is_within_a_peso_of_exact(base: Money, days: int, regime: str) -> None:
    rates = SteadyRates(own={("late_payment", "regime"): regime})

    lines = late(base, DUE + timedelta(days=days), rates)

    assert all(line.amount > Money(0) for line in lines)
    interest = [line for line in lines if line.code.startswith("interest")]
    if regime == "law" and interest:
        readjusted = interest[0].base or Money(0)
        exact = Fraction(readjusted.pesos * days * 8, 36_000)
        assert abs(sum(line.amount.pesos for line in interest) - exact) <= Fraction(1, 2)


@given(bases, st.integers(1, 900))
def test_the_same_day_costs_the_same(base: Money, days: int) -> None:
    assert late(base, DUE + timedelta(days=days), SteadyRates()) == late(
        base, DUE + timedelta(days=days), SteadyRates()
    )


def test_an_amount_in_time_holds_to_the_due_date_and_a_late_one_for_the_day() -> None:
    assert changes_on(due_on=DUE, today=date(2025, 3, 1)) == date(2025, 4, 1)
    assert changes_on(due_on=DUE, today=date(2025, 7, 9)) == date(2025, 7, 10)
