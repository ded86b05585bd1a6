"""What a licence costs: DL 3.063 arts. 23 to 33."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.base import JSON, PaymentOption, RateNotAvailable
from backend.services.business_licence.exemptions import EXEMPTIONS
from backend.services.business_licence.rules import licence_tax, taxed_capital
from backend.services.business_licence.tariff import RateOutsideLaw
from backend.shared.money import Money
from tests.rules.licences import SHOP, quote, town

UTM_OF_JULY_2025 = 68_923
capitals = st.integers(0, 400_000_000_000)
rates_by_law = st.fractions(Fraction(25, 10_000), Fraction(50, 10_000), max_denominator=10_000)


def codes(option: PaymentOption) -> list[str]:
    return [line.code for line in option.lines]


@pytest.mark.parametrize(
    ("capital", "rate", "annual", "semester"),
    [
        (100_000_000, "5", 500_000, 250_000),
        (100_000_000, "2.5", 250_000, 125_000),
        (1_000_000, "5", 68_923, 34_462),
        (200_000_000_000, "5", 551_384_000, 275_692_000),
    ],
)
def test_the_worked_examples(capital: int, rate: str, annual: int, semester: int) -> None:
    options = quote(replace(SHOP, capital=capital), rates=town(rate_per_mil=rate))

    assert options["single"].total == Money(annual)
    assert options["first"].total == Money(semester)


def test_floor_and_cap_are_told_by_the_utm_and_never_by_the_capital() -> None:
    floor = quote(replace(SHOP, capital=1_000_000))["single"].lines[0]
    cap = quote(replace(SHOP, capital=200_000_000_000))["single"].lines[0]

    assert (floor.base, floor.rate) == (Money(UTM_OF_JULY_2025), "1 UTM")
    assert (cap.base, cap.rate) == (Money(UTM_OF_JULY_2025), "8.000 UTM")
    assert "julio de 2025: $68.923" in floor.text.es


@given(st.lists(capitals, min_size=2, max_size=2).map(sorted), rates_by_law)
def test_more_capital_never_pays_less(pair: list[int], rate: Fraction) -> None:
    less, more = (licence_tax(capital=Fraction(capital), rate=rate, utm=Money(UTM_OF_JULY_2025)) for capital in pair)

    assert less <= more


@given(capitals, rates_by_law, st.integers(1, 10**6))
def test_the_tax_lies_between_1_and_8000_utm(capital: int, rate: Fraction, utm: int) -> None:
    tax = licence_tax(capital=Fraction(capital), rate=rate, utm=Money(utm))

    assert Money(utm) <= tax <= Money(8_000 * utm)


@given(capitals, capitals, st.integers(0, 500), st.integers(1, 500))
def test_a_branch_pays_for_its_share_of_what_is_left_of_the_capital(
    capital: int, deduction: int, here: int, elsewhere: int
) -> None:
    licence = replace(SHOP, capital=capital, deduction=deduction)
    total = here + elsewhere
    parts = [
        taxed_capital(replace(licence, workers_here=workers, workers_total=total)) for workers in (here, elsewhere)
    ]

    assert sum(parts) == taxed_capital(licence) == max(0, capital - deduction)
    assert min(parts) >= 0


@pytest.mark.parametrize("rate", ["2.49", "5.01", "0", "50"])
def test_a_rate_outside_the_law_is_refused(rate: str) -> None:
    with pytest.raises(RateOutsideLaw):
        quote(rates=town(rate_per_mil=rate))


def test_the_rate_of_a_zone_stands_in_the_roll_and_wins() -> None:
    option = quote(replace(SHOP, rate_per_mil="2.5"))["single"]

    assert (option.total, option.lines[0].rate) == (Money(250_000), "2,5 ‰")


def test_without_the_municipality_s_rate_there_is_no_amount() -> None:
    with pytest.raises(RateNotAvailable):
        quote(rates=town(rate_per_mil=None))


def test_investments_and_branches_are_told_on_the_line() -> None:
    branch = replace(SHOP, deduction=20_000_000, workers_here=3, workers_total=12)

    (line,) = quote(branch)["single"].lines

    assert (line.base, line.rate, line.amount) == (Money(20_000_000), "5 ‰", Money(100_000))
    assert "menos inversiones en otros negocios, por 3 de 12 trabajadores" in line.text.es
    assert line.law == "DL 3.063 arts. 24 y 25"


def test_waste_and_advertising_are_charged_with_the_licence_on_lines_of_their_own() -> None:
    shop = replace(SHOP, waste_code="GENERAL", sign_m2="2.5", luminous_sign_m2="4")

    option = quote(shop)["single"]

    assert [(line.code, line.rate, line.amount) for line in option.lines] == [
        ("licence", "5 ‰", Money(500_000)),
        ("waste", "1,2 UTM", Money(82_708)),  # 82,707.6
        ("advertising", "1,25 UTM", Money(86_154)),  # 86,153.75
        ("advertising_luminous", "4 UTM", Money(275_692)),
    ]


def test_a_tariff_for_each_semester_counts_twice_a_year() -> None:
    tariff: JSON = {"plain_utm": "0.5", "luminous_utm": "1", "per": "semester"}

    option = quote(replace(SHOP, sign_m2="1"), rates=town(advertising_tariff=tariff))["single"]

    assert option.lines[1].amount == Money(UTM_OF_JULY_2025)


def test_a_waste_class_without_a_tariff_has_no_amount() -> None:
    assert quote(replace(SHOP, waste_code="FERIA"))["single"].lines[1].amount == Money(30_001)
    with pytest.raises(RateNotAvailable):
        quote(replace(SHOP, waste_code="OTRA"))


@pytest.mark.parametrize("code", EXEMPTIONS)
def test_who_is_exempt_has_nothing_to_pay(code: str) -> None:
    (option,) = quote(replace(SHOP, exemption=code)).values()

    assert (option.available, option.total) == (False, Money(0))
    assert codes(option) == ["licence", "licence_exemption"]
    assert option.note is not None
    assert "No hay nada que pagar" in option.note.es


def test_an_exempt_body_still_pays_the_waste_of_its_premises() -> None:
    option = quote(replace(SHOP, exemption="CULTO", waste_code="GENERAL"))["single"]

    assert option.available
    assert option.total == Money(82_708)
    assert codes(option) == ["licence", "licence_exemption", "waste"]


def test_a_professional_pays_one_utm_once_a_year() -> None:
    options = quote(replace(SHOP, kind="PROFESIONAL", capital_source="PRESUNTO", capital=0))

    assert list(options) == ["single"]
    assert options["single"].total == Money(UTM_OF_JULY_2025)
    assert options["single"].lines[0].law == "DL 3.063 art. 32"


def test_who_keeps_no_balance_pays_one_utm() -> None:
    option = quote(replace(SHOP, capital_source="PRESUNTO", capital=0))["single"]

    assert option.total == Money(UTM_OF_JULY_2025)


def test_a_municipality_may_charge_a_family_micro_business_less() -> None:
    family = replace(SHOP, kind="MEF", capital=2_000_000)

    assert quote(family)["single"].total == Money(UTM_OF_JULY_2025)
    assert quote(family, rates=town(mef_reduction_percent="50"))["single"].total == Money(34_461)
    assert not quote(family, rates=town(mef_reduction_percent="100"))["single"].available


def test_an_alcohol_licence_is_not_paid_online() -> None:
    (option,) = quote(replace(SHOP, kind="ALCOHOLES", capital_source="PRESUNTO", capital=0)).values()

    assert (option.available, option.total) == (False, Money(0))
    assert option.note is not None
    assert "no se paga en línea" in option.note.es


@pytest.mark.parametrize(
    ("month", "today", "utm"),
    [
        ("period_start", date(2026, 1, 20), 68_923),
        ("semester_start", date(2026, 1, 20), 69_751),
        ("payment", date(2025, 8, 3), 68_923),
        ("payment", date(2026, 1, 20), 69_751),
    ],
)
def test_which_utm_counts_is_the_municipality_s_to_say(month: str, today: date, utm: int) -> None:
    rates = town(utm_month=month, second_readjustment={**_NOT_READJUSTED})
    paid = frozenset({1}) if today.year == 2026 else frozenset[int]()
    code = "second" if paid else "first"

    option = quote(replace(SHOP, capital=0), today, rates=rates, paid=paid)[code]

    assert option.lines[0].base == Money(utm)


_NOT_READJUSTED: dict[str, JSON] = {"applies": False, "first_month": 6, "last_month": 11, "surcharges": False}
