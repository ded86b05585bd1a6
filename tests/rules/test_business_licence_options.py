"""When and in how many parts a licence is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services.base import JSON
from backend.services.business_licence import SERVICE
from backend.services.business_licence.licence import Licence
from backend.shared.money import Money
from tests.rules.licences import OWN, SHOP, quote, town
from tests.rules.made_up_rates import SteadyRates

licences = st.builds(
    replace,
    st.just(SHOP),
    capital=st.integers(0, 10**12),
    deduction=st.integers(0, 10**11),
    waste_code=st.sampled_from(["", "GENERAL", "FERIA"]),
    sign_m2=st.sampled_from(["", "0.5", "12.25"]),
    exemption=st.sampled_from(["", "CULTO"]),
)


def test_a_licence_is_paid_at_once_or_in_two_semesters() -> None:
    options = quote()

    assert [(code, option.slots, option.due_on) for code, option in options.items()] == [
        ("single", (1, 2), date(2025, 7, 31)),
        ("first", (1,), date(2025, 7, 31)),
        ("second", (2,), date(2026, 1, 31)),
    ]
    assert [option.available for option in options.values()] == [True, True, False]
    assert [option.total for option in options.values()] == [Money(500_000), Money(250_000), Money(250_000)]
    assert options["first"].changes_on == date(2025, 8, 1)


@given(licences, st.dates(date(2025, 7, 1), date(2026, 1, 31)), st.sampled_from([frozenset[int](), frozenset({1})]))
def test_every_option_is_the_sum_of_its_lines_and_never_negative(
    licence: Licence, today: date, paid: frozenset[int]
) -> None:
    for option in quote(licence, today, paid=paid).values():
        assert sum((line.amount for line in option.lines), Money(0)) == option.total
        assert option.total >= Money(0)
        assert not option.available or option.total > Money(0)
        assert not option.available or (option.changes_on is not None and option.changes_on > today)
        assert option.available is (option.note is None)


@given(licences)
def test_the_two_semesters_sum_to_the_year_where_the_last_takes_the_rest(licence: Licence) -> None:
    options = quote(licence)

    if "first" in options:
        assert options["first"].total + options["second"].total == options["single"].total


def test_each_semester_may_be_rounded_for_itself() -> None:
    options = quote(replace(SHOP, capital=0), rates=town(instalment_rounding="each_rounded"))

    assert options["first"].total == options["second"].total == Money(34_462)
    assert options["single"].total == Money(68_923)


def test_the_second_semester_is_readjusted_by_the_index_of_june_to_november() -> None:
    option = quote(today=date(2026, 1, 15), paid=frozenset({1}))["second"]

    assert [(line.code, line.rate, line.amount) for line in option.lines] == [
        ("licence", "50 %", Money(250_000)),
        ("readjustment", "1,2 %", Money(3_000)),
    ]
    assert (option.available, option.changes_on) == (True, date(2026, 2, 1))


def test_only_the_licence_is_readjusted_where_the_municipality_says_so() -> None:
    rule: JSON = {"applies": True, "first_month": 6, "last_month": 11, "surcharges": False}
    shop = replace(SHOP, waste_code="GENERAL")

    with_all = quote(shop, date(2026, 1, 15), paid=frozenset({1}))["second"]
    licence_only = quote(shop, date(2026, 1, 15), paid=frozenset({1}), rates=town(second_readjustment=rule))["second"]

    assert with_all.lines[-1].base == Money(291_354)
    assert licence_only.lines[-1].base == Money(250_000)


def test_before_january_the_second_semester_is_told_and_not_sold() -> None:
    for paid in (frozenset[int](), frozenset({1})):
        second = quote(today=date(2025, 12, 31), paid=paid)["second"]
        assert not second.available
        assert second.note is not None
        assert "del 01-01-2026 al 31-01-2026" in second.note.es


def test_what_is_paid_is_not_offered_again() -> None:
    assert list(quote(today=date(2026, 1, 10), paid=frozenset({1}))) == ["second"]
    assert quote(paid=frozenset({1, 2})) == {}


def test_a_late_first_semester_carries_readjustment_and_daily_interest() -> None:
    options = quote(today=date(2025, 9, 20))

    first = options["first"]
    assert [(line.code, line.amount) for line in first.lines] == [
        ("licence", Money(250_000)),
        ("readjustment", Money(1_250)),
        ("interest", Money(2_848)),
    ]
    assert (first.total, first.changes_on) == (Money(254_098), date(2025, 9, 21))
    assert not options["single"].available


def test_in_january_both_semesters_can_be_paid_together() -> None:
    options = quote(today=date(2026, 1, 15))

    assert options["single"].total == options["first"].total + Money(253_000)
    assert not options["second"].available
    assert quote(today=date(2026, 1, 15), paid=frozenset({1}))["second"].total == Money(253_000)


@given(st.integers(0, 10**11), st.integers(0, 300), st.integers(0, 300))
def test_paying_later_is_never_cheaper(capital: int, days: int, more: int) -> None:
    rates = SteadyRates(own=OWN)
    earlier, later = (
        quote(replace(SHOP, capital=capital), date(2025, 7, 31) + timedelta(days=count), rates=rates)["first"]
        for count in (days, days + more)
    )

    assert earlier.total <= later.total


def test_a_missing_rate_of_interest_closes_the_option_and_tells_no_amount() -> None:
    option = quote(period="2024", today=date(2026, 8, 1), paid=frozenset({1}))["second"]

    assert (option.available, option.total) == (False, Money(0))
    assert option.note is not None
    assert "Todavía no se publica" in option.note.es


def test_a_licence_granted_within_the_first_semester_pays_after_its_grant() -> None:
    new = replace(SHOP, capital_source="INICIAL", granted_on="2025-10-10")

    options = quote(new, date(2025, 10, 20))

    assert options["first"].due_on == date(2025, 11, 9)
    assert "capital inicial declarado" in options["single"].lines[0].text.es


def test_a_licence_granted_in_the_second_semester_owes_only_that_one() -> None:
    new = replace(SHOP, capital_source="INICIAL", granted_on="2026-03-10")

    (option,) = quote(new, date(2026, 3, 20)).values()

    assert (option.code, option.slots, option.due_on) == ("single", (1, 2), date(2026, 4, 9))
    assert option.total == Money(250_000)


def test_a_due_date_of_its_own_moves_the_limit() -> None:
    rates = town(**{"due_on.2025.first": "2025-08-29"})

    assert quote(today=date(2025, 8, 20), rates=rates)["first"].total == Money(250_000)


def test_where_the_month_of_payment_gives_the_utm_the_amount_changes_with_it() -> None:
    late_due = town(**{"utm_month": "payment", "due_on.2025.first": "2025-08-29"})

    assert quote(replace(SHOP, capital=0), rates=late_due)["first"].changes_on == date(2025, 8, 1)


def test_the_citizen_sees_kind_and_activity_and_nothing_more() -> None:
    traits = SERVICE.traits(SHOP.to_subject())

    assert [(label.es, value) for label, value in traits] == [
        ("Tipo", "Comercial"),
        ("Giro", "Almacén de comestibles"),
    ]


def test_the_receipt_names_role_period_and_payment_but_no_capital() -> None:
    fields = SERVICE.document_fields(SHOP.to_subject(), object_key="2-1234", period="2025", option="first", evidence={})

    assert fields == {
        "role": "2-1234",
        "kind": "Comercial",
        "activity": "Almacén de comestibles",
        "period": "01-07-2025 al 30-06-2026",
        "payment_form": "Primera cuota",
        "valid_until": "31-12-2025",
    }
    assert SERVICE.valid_until(period="2025", option="second") == date(2026, 6, 30)


def test_what_is_typed_by_hand_goes_by_the_rules_of_the_roll() -> None:
    subject = SERVICE.subject_from({"capital": 100_000_000, "rate_per_mil": "2.5", "kind": "Industrial"}, period="2025")

    assert quote(Licence.from_subject(subject))["single"].total == Money(250_000)


@pytest.mark.parametrize("typed", [{"kind": "PIRATA"}, {"capital": 5, "rate_per_mil": "6"}, {"workers_here": 3}])
def test_what_a_roll_would_refuse_is_refused_when_typed(typed: dict[str, object]) -> None:
    with pytest.raises(Exception, match="not_understood"):
        SERVICE.subject_from(typed, period="2025")
