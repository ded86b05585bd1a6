"""The scale of light vehicles: DL 3.063 art. 12 a), as replaced by Ley 18.681 art. 15 b)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.circulation_permit.rules import instalment_amounts, light_vehicle_lines, light_vehicle_tax
from backend.services.circulation_permit.tariff import TariffNotAvailable, light_tariff
from backend.shared.money import Money
from tests.rules.vectors import vectors

valuations = st.integers(1, 3_000_000_000).map(Money)
utms = st.integers(40_000, 80_000).map(Money)
TARIFF = light_tariff(2025)


def tax(valuation: Money, utm: Money) -> Money:
    return light_vehicle_tax(valuation=valuation, utm=utm, tariff=TARIFF)


@pytest.mark.parametrize(
    "vector", vectors("permiso_liviano"), ids=lambda vector: f"{vector['input']['year']}-{vector['input']['tasacion']}"
)
def test_known_amounts_are_reproduced_to_the_peso(vector: dict[str, Any]) -> None:
    given_ = vector["input"]
    valuation, utm = Money(given_["tasacion"]), Money(given_["utm_enero"])
    tariff = light_tariff(given_["year"])

    lines = light_vehicle_lines(valuation=valuation, utm=utm, year=given_["year"], tariff=tariff)

    assert light_vehicle_tax(valuation=valuation, utm=utm, tariff=tariff) == Money(vector["expected"])
    assert sum((line.amount for line in lines), Money(0)) == Money(vector["expected"])


@given(valuations, utms)
def test_the_lines_sum_to_the_tax(valuation: Money, utm: Money) -> None:
    lines = light_vehicle_lines(valuation=valuation, utm=utm, year=2025, tariff=TARIFF)

    assert sum((line.amount for line in lines), Money(0)) == tax(valuation, utm)
    assert all(line.amount >= Money(0) for line in lines)


@given(valuations, utms)
def test_the_slices_cover_the_valuation_and_each_line_is_within_a_peso_of_its_exact_value(
    valuation: Money, utm: Money
) -> None:
    lines = light_vehicle_lines(valuation=valuation, utm=utm, year=2025, tariff=TARIFF)
    if lines[0].code == "floor":
        return

    assert sum((line.base or Money(0) for line in lines), Money(0)) == valuation
    for line, part in zip(lines, TARIFF.slices, strict=False):
        assert line.base is not None
        assert abs(line.amount.pesos - line.base.pesos * part.rate) < 1


@given(valuations, st.integers(0, 100_000_000), utms)
def test_a_dearer_vehicle_never_pays_less(valuation: Money, more: int, utm: Money) -> None:
    assert tax(valuation, utm) <= tax(valuation + Money(more), utm)


@given(utms, st.sampled_from([60, 120, 250, 400]))
def test_one_peso_across_a_limit_moves_the_tax_by_at_most_one_peso(utm: Money, limit: int) -> None:
    at = utm * limit
    amounts = [tax(at + Money(step), utm).pesos for step in (-1, 0, 1)]

    assert amounts[0] <= amounts[1] <= amounts[2]
    assert amounts[2] - amounts[0] <= 2
    assert max(amounts[1] - amounts[0], amounts[2] - amounts[1]) <= 1


@given(valuations, utms)
def test_the_tax_is_half_a_utm_at_least_and_four_and_a_half_percent_at_most(valuation: Money, utm: Money) -> None:
    floor = utm.share(Fraction(1, 2))

    assert floor <= tax(valuation, utm) <= max(floor, valuation.share(Fraction(45, 1000)))


@given(valuations, utms)
def test_the_same_vehicle_pays_the_same_twice(valuation: Money, utm: Money) -> None:
    lines = [light_vehicle_lines(valuation=valuation, utm=utm, year=2025, tariff=TARIFF) for _ in range(2)]

    assert lines[0] == lines[1]


@given(st.integers(0, 10**9).map(Money))
def test_two_instalments_sum_to_the_whole_and_differ_by_a_peso_at_most(annual: Money) -> None:
    first, second = instalment_amounts(annual)

    assert first + second == annual
    assert Money(0) <= first - second <= Money(1)


def test_a_line_says_what_it_is_made_of() -> None:
    lines = light_vehicle_lines(valuation=Money(9_876_543), utm=Money(67_429), year=2025, tariff=TARIFF)

    assert [(line.code, line.base, line.rate, line.law, line.amount) for line in lines] == [
        ("slice_1", Money(4_045_740), "1 %", "DL 3.063 art. 12 a)", Money(40_457)),
        ("slice_2", Money(4_045_740), "2 %", "DL 3.063 art. 12 a)", Money(80_915)),
        ("slice_3", Money(1_785_063), "3 %", "DL 3.063 art. 12 a)", Money(53_552)),
    ]
    assert lines[1].text.es == "Tasación sobre 60 y hasta 120 UTM ($8.091.480)"


def test_the_highest_slice_is_told_by_its_lower_limit() -> None:
    lines = light_vehicle_lines(valuation=Money(30_000_000), utm=Money(67_429), year=2025, tariff=TARIFF)

    assert lines[-1].rate == "4,5 %"
    assert lines[-1].text.es == "Tasación sobre 400 UTM ($26.971.600)"


def test_a_cheap_vehicle_pays_one_line_of_half_a_utm() -> None:
    (line,) = light_vehicle_lines(valuation=Money(900_000), utm=Money(67_429), year=2025, tariff=TARIFF)

    assert (line.code, line.base, line.rate, line.amount) == ("floor", Money(67_429), "50 %", Money(33_715))
    assert line.text.es == "Mínimo legal: media UTM (UTM de enero de 2025: $67.429)"


def test_a_year_without_tariff_is_not_guessed() -> None:
    with pytest.raises(TariffNotAvailable) as refused:
        light_tariff(2010)

    assert refused.value.message.es == "Todavía no hay tarifa para el permiso de circulación 2010."
