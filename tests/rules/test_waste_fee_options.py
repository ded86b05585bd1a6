"""The waste fee of a year and its instalments: DL 3.063 arts. 7 to 9."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.base import RateNotAvailable
from backend.services.instalments import instalments
from backend.services.waste_fee import SERVICE
from backend.services.waste_fee.property import Property
from backend.shared.money import Money
from tests.rules.made_up_rates import SteadyRates
from tests.rules.properties import HOUSE, OWN, TOWN, quote, town

special = st.integers(1, 10**8).map(lambda pesos: replace(HOUSE, special_tariff=pesos))


def test_the_instalments_of_san_antonio_2022() -> None:
    rates = town(instalment_rounding="each_rounded")

    options = quote(today=date(2022, 4, 1), period="2022", rates=rates)

    assert [options[f"q{number}"].total for number in (1, 2, 3, 4)] == [Money(18_518)] * 4
    assert options["all"].total == Money(74_071)


def test_without_a_rule_of_its_own_the_last_takes_the_rest() -> None:
    options = quote()

    assert [options[f"q{number}"].total.pesos for number in (1, 2, 3, 4)] == [18_518, 18_518, 18_518, 18_517]
    assert [options[f"q{number}"].due_on for number in (1, 2, 3, 4)] == [
        date(2025, 4, 30),
        date(2025, 6, 30),
        date(2025, 9, 30),
        date(2025, 11, 30),
    ]


@given(st.integers(0, 10**9), st.integers(1, 12))
def test_instalments_sum_as_their_rounding_says_and_none_is_negative(annual: int, parts: int) -> None:
    rest = instalments(Money(annual), parts, "rest_to_last")
    rounded = instalments(Money(annual), parts, "each_rounded")

    assert sum(rest, Money(0)) == Money(annual)
    assert len(set(rounded)) == 1
    assert abs(sum(part.pesos for part in rounded) - annual) * 2 <= parts
    assert min(rest) >= Money(0)
    assert min(rounded) >= Money(0)
    assert instalments(Money(-annual), parts, "rest_to_last") == tuple(-part for part in rest)


def test_a_rounding_that_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(RateNotAvailable):
        instalments(Money(100), 2, "as you like")


@given(special, st.dates(date(2025, 1, 1), date(2026, 6, 30)), st.frozensets(st.integers(1, 4)))
def test_every_option_is_the_sum_of_its_lines_and_takes_only_what_is_left(
    place: Property, today: date, paid: frozenset[int]
) -> None:
    options = quote(place, today, paid=paid)

    assert bool(options) is (paid != {1, 2, 3, 4})
    for option in options.values():
        assert sum((line.amount for line in option.lines), Money(0)) == option.total
        assert option.total >= Money(0)
        assert option.slots
        assert not paid & set(option.slots)
        assert option.available is (option.note is None)
        assert not option.available or (option.changes_on is not None and option.changes_on > today)


@given(st.dates(date(2025, 1, 1), date(2026, 1, 31)), st.frozensets(st.integers(1, 4), max_size=3))
def test_only_the_oldest_instalment_can_be_paid_alone(today: date, paid: frozenset[int]) -> None:
    options = quote(today=today, paid=paid)
    oldest = min({1, 2, 3, 4} - paid)

    alone = [option.slots for code, option in options.items() if option.available and code.startswith("q")]

    assert alone == [(oldest,)]
    if len(paid) < 3:
        assert options["all"].slots == tuple(sorted({1, 2, 3, 4} - paid))


def test_what_is_past_due_can_be_paid_together() -> None:
    options = quote(today=date(2025, 8, 20))

    due = options["due"]
    assert due.slots == (1, 2)
    assert [(line.code, line.amount.pesos) for line in due.lines] == [
        ("waste", 18_518),
        ("readjustment", 93),
        ("interest", 256),
        ("interest", 211),
        ("waste", 18_518),
        ("interest", 210),
    ]
    assert (due.total, due.changes_on) == (Money(37_806), date(2025, 8, 21))
    assert options["all"].total == due.total + Money(18_518 + 18_517)


@given(special, st.integers(0, 400), st.integers(0, 400))
def test_paying_later_is_never_cheaper(place: Property, days: int, more: int) -> None:
    rates = SteadyRates(own=OWN)
    earlier, later = (
        quote(place, date(2025, 4, 30) + timedelta(days=count), rates=rates) for count in (days, days + more)
    )

    assert earlier["all"].total <= later["all"].total
    assert earlier["q1"].total <= later["q1"].total


def test_the_last_instalment_left_stands_alone() -> None:
    assert list(quote(paid=frozenset({1, 2, 3}))) == ["q4"]


def test_the_calendar_is_the_municipality_s_and_a_year_may_move_a_date() -> None:
    rates = town(calendar=["03-31", "08-31"], **{"due_on.2025.q1": "2025-05-15"})

    options = quote(rates=rates)

    assert [(code, option.due_on) for code, option in options.items()] == [
        ("all", date(2025, 5, 15)),
        ("q1", date(2025, 5, 15)),
        ("q2", date(2025, 8, 31)),
    ]
    assert list(quote(rates=town(calendar=["03-31"]))) == ["q1"]


def test_a_day_that_does_not_exist_is_not_guessed() -> None:
    with pytest.raises(RateNotAvailable):
        quote(rates=town(calendar=["02-30"]))


def test_a_tariff_in_utm_goes_by_january() -> None:
    option = quote(replace(HOUSE, use="LOCAL", tariff="COMERCIAL"))["all"]

    assert option.total == Money(101_144)  # 1.5 × 67,429 = 101,143.5
    assert (option.lines[0].base, option.lines[0].rate) == (Money(67_429), "1,5 UTM")


def test_without_a_tariff_there_is_no_amount() -> None:
    for place, rates in [(HOUSE, town(tariffs=None)), (replace(HOUSE, tariff="OTRA"), TOWN)]:
        with pytest.raises(RateNotAvailable):
            quote(place, rates=rates)


def test_a_tariff_fixed_for_one_property_wins() -> None:
    assert quote(replace(HOUSE, special_tariff=900_000))["all"].total == Money(900_000)


@pytest.mark.parametrize(
    ("collection", "said"), [("TGR", "junto con las contribuciones"), ("PATENTE", "con la patente")]
)
def test_what_another_collects_is_not_charged_again(collection: str, said: str) -> None:
    (option,) = quote(replace(HOUSE, collection=collection)).values()

    assert (option.available, option.total, option.lines) == (False, Money(0), ())
    assert option.note is not None
    assert said in option.note.es


def test_a_missing_rate_of_interest_closes_the_option() -> None:
    option = quote(today=date(2026, 8, 1))["q1"]

    assert (option.available, option.total) == (False, Money(0))
    assert option.note is not None


def test_the_citizen_sees_the_use_and_nothing_more() -> None:
    assert [(label.es, value) for label, value in SERVICE.traits(HOUSE.to_subject())] == [("Destino", "Vivienda")]


@pytest.mark.parametrize(
    ("option", "printed"),
    [("q3", "Cuota 3"), ("all", "Todo lo pendiente del año"), ("due", "Cuotas vencidas")],
)
def test_the_receipt_names_role_year_and_instalment_but_no_valuation(option: str, printed: str) -> None:
    fields = SERVICE.document_fields(
        HOUSE.to_subject(), object_key="00573-00024", period="2025", option=option, evidence={}
    )

    assert fields == {"role": "573-24", "use": "Vivienda", "period": "2025", "payment_form": printed}
    assert SERVICE.valid_until(period="2025", option=option) == date(2025, 12, 31)


def test_what_is_typed_by_hand_goes_by_the_rules_of_the_roll() -> None:
    subject = SERVICE.subject_from({"tariff": 74_071}, period="2025")

    assert quote(Property.from_subject(subject), rates=town(tariffs=None))["all"].total == Money(74_071)
    with pytest.raises(Exception, match="not_understood"):
        SERVICE.subject_from({"use": "CASTILLO"}, period="2025")
