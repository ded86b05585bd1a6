from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.shared.money import Money, half_up

fractions = st.fractions(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("exact", "pesos"),
    [
        (Fraction(69751, 2), 34876),
        (Fraction(67429, 2), 33715),
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), 0),
        (Fraction(49, 100), 0),
        (Fraction(-51, 100), -1),
        (Fraction(7), 7),
    ],
)
def test_a_half_peso_goes_up(exact: Fraction, pesos: int) -> None:
    assert half_up(exact) == pesos


@given(fractions)
def test_rounding_never_moves_an_amount_by_more_than_half_a_peso(exact: Fraction) -> None:
    assert -Fraction(1, 2) < half_up(exact) - exact <= Fraction(1, 2)


@given(fractions, fractions)
def test_rounding_keeps_the_order(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))

    assert Money.of(low) <= Money.of(high)


def test_money_is_written_as_chile_does() -> None:
    assert [str(Money(pesos)) for pesos in (0, 999, 1_234_567, -33_715)] == ["$0", "$999", "$1.234.567", "-$33.715"]


def test_money_adds_subtracts_multiplies_and_knows_zero() -> None:
    assert Money(5) + Money(7) - Money(2) == Money(10)
    assert 3 * Money(5) == Money(5) * 3 == Money(15)
    assert sum((Money(2), Money(3)), Money(0)) == Money(5)
    assert not Money(0)
    assert Money(-1)


def test_a_share_is_rounded_half_up() -> None:
    assert Money(67_429).share(Fraction(1, 2)) == Money(33_715)


@pytest.mark.parametrize("wrong", [1.0, True, "5", None])
def test_only_whole_pesos_are_money(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong)  # type: ignore[arg-type]  # that is the point
