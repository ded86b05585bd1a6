"""Who pays less or nothing: by law, and by a municipality's own rules as data."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reference.files import parameters
from backend.services.base import JSON, RateNotAvailable
from backend.services.waste_fee.exemptions import Facts, best_exemption, holds
from backend.shared.money import Money
from tests.rules.properties import HOUSE, quote, town

LIMIT_2025 = 15_171_525


def exemption(percent: str, when: JSON, **more: JSON) -> dict[str, JSON]:
    return {
        "code": "B",
        "name": "nombre que nadie más ve",
        "percent": percent,
        "when": when,
        "documents": ["cartola"],
        "law": "Ordenanza local art. 5",
        **more,
    }


# Lo Prado's shape (100, 45 and 30 % by benefit) and Calama's (by valuation), with codes that say nothing of people.
SOCIAL: list[JSON] = [
    exemption("100", {"field": "benefit", "equals": "B01"}),
    exemption("45", {"field": "benefit", "in": ["B02", "B03"]}),
    exemption("30", {"all": [{"field": "use", "equals": "VIVIENDA"}, {"field": "valuation_utm", "at_most": "706"}]}),
]


@pytest.mark.parametrize(("year", "limit"), [(2024, 14_549_850), (2025, LIMIT_2025), (2026, 15_693_975)])
def test_dwellings_up_to_225_utm_of_january_are_exempt(year: int, limit: int) -> None:
    (option,) = quote(replace(HOUSE, valuation=limit), date(year, 4, 1), period=str(year)).values()
    above = quote(replace(HOUSE, valuation=limit + 1), date(year, 4, 1), period=str(year))

    assert (option.available, option.total) == (False, Money(0))
    assert [(line.code, line.amount) for line in option.lines] == [
        ("waste", Money(74_071)),
        ("waste_exemption", Money(-74_071)),
    ]
    assert option.note is not None
    assert above["all"].total == Money(74_071)


@pytest.mark.parametrize("use", ["LOCAL", "OFICINA", "KIOSKO", "SITIO_ERIAZO"])
def test_only_dwellings_are_exempt_by_their_valuation(use: str) -> None:
    assert quote(replace(HOUSE, use=use, valuation=LIMIT_2025))["all"].available


@pytest.mark.parametrize(("benefit", "total"), [("B01", 0), ("B02", 40_739), ("B03", 40_739), ("", 51_850)])
def test_the_best_of_the_municipality_s_exemptions_counts(benefit: str, total: int) -> None:
    place = replace(HOUSE, valuation=40_000_000, benefit=benefit)

    option = quote(place, rates=town(exemptions=SOCIAL))["all"]

    assert option.total == Money(total)
    assert option.available is bool(total)
    assert [line.code for line in option.lines] == ["waste", "waste_reduction"]


def test_the_quote_never_tells_why_somebody_pays_less() -> None:
    for today in (date(2025, 4, 1), date(2025, 8, 1)):
        for option in quote(replace(HOUSE, benefit="B02"), today, rates=town(exemptions=SOCIAL)).values():
            told = " ".join([line.text.es + line.rate + line.law for line in option.lines])
            assert "B02" not in told
            assert "nadie más" not in told


def test_instalments_part_what_is_left() -> None:
    options = quote(replace(HOUSE, benefit="B02"), rates=town(exemptions=SOCIAL))

    assert [options[f"q{number}"].total.pesos for number in (1, 2, 3, 4)] == [10_185, 10_185, 10_185, 10_184]
    assert options["q1"].lines[0].base == Money(40_739)


@pytest.mark.parametrize(("until", "total"), [("2024-12-31", 74_071), ("2025-01-01", 40_739), ("", 40_739)])
def test_a_benefit_holds_for_the_year_on_whose_first_day_it_is_in_force(until: str, total: int) -> None:
    place = replace(HOUSE, benefit="B02", benefit_until=until)

    assert quote(place, rates=town(exemptions=SOCIAL[:2]))["all"].total == Money(total)


@pytest.mark.parametrize(
    ("validity", "total"),
    [
        ({}, 40_739),
        ({"valid_from": "2025-01-01"}, 40_739),
        ({"valid_from": "2025-01-02"}, 74_071),
        ({"valid_from": "2020-01-01", "valid_to": "2024-12-31"}, 74_071),
    ],
)
def test_an_exemption_has_its_own_validity(validity: dict[str, JSON], total: int) -> None:
    rule = exemption("45", {"field": "benefit", "equals": "B02"}, **validity)

    assert quote(replace(HOUSE, benefit="B02"), rates=town(exemptions=[rule]))["all"].total == Money(total)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_limits_are_included_and_parts_combine(low: int, high: int, value: int) -> None:
    facts: Facts = {"valuation": Fraction(value), "use": "LOCAL"}
    at_least: JSON = {"field": "valuation", "at_least": str(low)}
    at_most: JSON = {"field": "valuation", "at_most": str(high)}

    assert holds({"field": "valuation", "at_least": str(low), "at_most": str(high)}, facts) is (low <= value <= high)
    assert holds({"all": [at_least, at_most]}, facts) is (low <= value <= high)
    assert holds({"any": [at_least, at_most]}, facts) is (low <= value or value <= high)


def test_an_unknown_valuation_fits_no_limit() -> None:
    assert not holds({"field": "valuation_utm", "at_most": "706"}, {"use": "LOCAL"})


@pytest.mark.parametrize(
    "when",
    [
        None,
        {},
        {"field": "rsh", "equals": "40"},
        {"field": "benefit"},
        {"field": "benefit", "like": "B%"},
        {"field": "valuation"},
        {"field": "valuation", "at_most": "mucho"},
        {"any": [{"field": "use", "equals": "VIVIENDA"}, {"field": "rsh", "equals": "40"}]},
    ],
)
def test_a_predicate_that_cannot_be_understood_charges_nobody(when: JSON) -> None:
    with pytest.raises(RateNotAvailable):
        quote(rates=town(exemptions=[exemption("50", when)]))


@pytest.mark.parametrize("percent", ["101", "-1", "medio"])
def test_a_percentage_that_cannot_be_is_refused(percent: str) -> None:
    entries: JSON = [exemption(percent, {"field": "use", "equals": "VIVIENDA"})]

    with pytest.raises(RateNotAvailable):
        best_exemption(entries, {"use": "VIVIENDA"}, on=date(2025, 1, 1))


def test_what_a_municipality_may_set_is_checked_by_the_schema_of_the_parameter() -> None:
    (schema,) = [row["schema"] for row in parameters() if (row["service"], row["key"]) == ("waste_fee", "exemptions")]
    assert isinstance(schema, dict)
    wrongs: list[JSON] = [{"field": "rsh", "equals": "40"}, {"field": "use", "sql": "1"}]

    jsonschema.validate(SOCIAL, schema)
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([exemption("50", wrong)], schema)
