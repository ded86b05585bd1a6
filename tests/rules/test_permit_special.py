"""New vehicles, electric ones, franchises and exemptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reference.files import FileRates
from backend.services.base import JSON
from backend.services.circulation_permit import SERVICE, differs
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.money import Money
from tests.rules.test_permit_options import CAR, quote

NEW = replace(CAR, year=2025, valuation=0, invoice_net=10_000_000, invoice_on="2025-04-05")
ELECTRIC = replace(CAR, year=2023, fuel="Eléctrico")


def why_not(vehicle: Vehicle, rates: FileRates | None = None) -> str:
    (option,) = quote(vehicle, rates=rates).values()
    assert (option.available, option.total, option.lines) == (False, Money(0), ())
    assert option.note is not None
    return option.note.es


def test_a_new_vehicle_pays_for_the_months_that_are_left_on_the_net_invoice() -> None:
    (single,) = quote(NEW, today=date(2025, 4, 10)).values()

    assert single.lines[0].text.es == "Valor neto de la factura del 05-04-2025"
    assert (single.lines[-1].base, single.lines[-1].rate) == (Money(178_628), "9/12")
    assert (single.total, single.slots, single.changes_on) == (Money(133_971), (1, 2), date(2026, 1, 1))


def test_whether_the_month_of_purchase_counts_is_a_parameter() -> None:
    rule: JSON = {"count_purchase_month": False, "utm_month": 1, "due": "12-31"}
    rates = FileRates(own={("circulation_permit", "first_permit"): rule})

    assert quote(NEW, today=date(2025, 4, 10), rates=rates)["single"].total == Money(119_085)


@given(st.integers(1, 12), st.integers(1, 200_000_000))
def test_a_later_purchase_never_pays_more_and_never_below_nothing(month: int, net: int) -> None:
    january, later = (
        quote(replace(NEW, invoice_net=net, invoice_on=f"2025-{number:02}-10"), today=date(2025, 12, 20))["single"]
        for number in (1, month)
    )

    assert Money(0) < later.total <= january.total
    assert sum((line.amount for line in later.lines), Money(0)) == later.total


def test_a_vehicle_bought_at_the_end_of_the_year_before_pays_on_the_reduced_invoice() -> None:
    options = quote(replace(NEW, invoice_on="2024-10-05", invoice_net=9_999_999))

    note = options["single"].lines[0]
    assert (note.code, note.base, note.amount) == ("late_purchase", Money(11_305_000), Money(0))
    assert options["single"].total == Money(217_778)
    assert options["second"].total == Money(108_889)


def test_such_a_vehicle_never_pays_on_less_than_last_year_s_model_and_a_tenth() -> None:
    rates = FileRates(valuations={("AU0110001", 2024, 2025): 12_000_000})

    options = quote(replace(NEW, invoice_on="2024-10-05"), rates=rates)

    assert [line.base for line in options["single"].lines[:2]] == [Money(11_305_000), Money(13_200_000)]
    assert options["single"].total == Money(274_628)


@pytest.mark.parametrize("invoice_on", ["2024-08-31", "2019-10-05"])
def test_an_older_invoice_no_longer_counts(invoice_on: str) -> None:
    vehicle = replace(CAR, invoice_net=30_000_000, invoice_on=invoice_on)

    assert quote(vehicle)["single"].total == quote(CAR)["single"].total


def test_half_an_invoice_is_no_invoice() -> None:
    assert "incompleta" in why_not(replace(CAR, invoice_net=1_000_000))
    assert "incompleta" in why_not(replace(CAR, invoice_on="2025-03-05"))
    assert "después del año" in why_not(replace(CAR, invoice_net=1_000_000, invoice_on="2026-01-05"))


def test_the_list_of_the_sii_wins_over_the_roll() -> None:
    rates = FileRates(valuations={("AU0110001", 2018, 2025): 56_600_000})

    assert quote(CAR, rates=rates)["single"].total == Money(2_122_197)
    assert differs(CAR.to_subject(), rates, "2025") == (Money(9_876_543), Money(56_600_000))
    assert differs(CAR.to_subject(), rates, "2026") is None
    assert differs(replace(CAR, valuation=56_600_000).to_subject(), rates, "2025") is None
    assert differs(replace(CAR, type="Camión").to_subject(), rates, "2025") is None


def test_a_light_vehicle_without_a_valuation_is_not_quoted() -> None:
    assert "no tiene tasación" in why_not(replace(CAR, valuation=0))


@pytest.mark.parametrize(("period", "pesos"), [("2024", None), ("2025", 530_549), ("2026", 526_892)])
def test_an_electric_vehicle_pays_the_share_of_its_year(period: str, pesos: int | None) -> None:
    vehicle = replace(ELECTRIC, valuation=56_600_000)
    single = quote(vehicle, period=period, today=date(int(period), 3, 20))["single"]

    if pesos is None:
        assert (single.available, single.total) == (False, Money(0))
        assert single.note is not None
        assert "no tiene costo" in single.note.es
    else:
        assert (single.available, single.total, single.lines[-1].rate) == (True, Money(pesos), "-75 %")


@pytest.mark.parametrize("fuel", ["ELECTRICO", "Híbrido enchufable", "PLUG-IN HYBRID", "Hidrógeno"])
def test_what_plugs_in_or_burns_nothing_is_known_by_its_fuel(fuel: str) -> None:
    assert quote(replace(ELECTRIC, fuel=fuel))["single"].total == Money(43_731)


@pytest.mark.parametrize("vehicle", [replace(ELECTRIC, year=2020), replace(ELECTRIC, fuel="Híbrido no enchufable")])
def test_older_ones_and_ordinary_hybrids_pay_it_all(vehicle: Vehicle) -> None:
    assert quote(vehicle)["single"].total == Money(174_924)


@pytest.mark.parametrize("fuel", ["HIBRIDO", "Bencina/Eléctrico"])
def test_a_hybrid_of_which_nobody_says_whether_it_plugs_in_is_not_quoted(fuel: str) -> None:
    rule = FileRates().parameter("circulation_permit", "electric", date(2025, 1, 1))
    assert isinstance(rule, dict)
    rates = FileRates(own={("circulation_permit", "electric"): {**rule, "plain_hybrid": "ordinary"}})

    assert "enchufable" in why_not(replace(ELECTRIC, fuel=fuel))
    assert quote(replace(ELECTRIC, fuel=fuel), rates=rates)["single"].total == Money(174_924)


def test_whether_the_minimum_outlives_the_reduction_is_a_parameter() -> None:
    cheap = replace(ELECTRIC, valuation=900_000)
    rule = FileRates().parameter("circulation_permit", "electric", date(2025, 1, 1))
    assert isinstance(rule, dict)
    survives = FileRates(own={("circulation_permit", "electric"): {**rule, "floor": "survives"}})

    assert quote(cheap)["single"].total == Money(8_429)
    assert quote(cheap, rates=survives)["single"].total == Money(33_715)


def test_in_an_extreme_zone_half_of_the_valuation_is_the_base() -> None:
    here = quote(CAR, rates=FileRates(commune="12101"))["single"]

    assert (here.lines[0].code, here.lines[0].base, here.lines[0].rate) == ("franchise", Money(9_876_543), "50 %")
    assert here.total == quote(replace(CAR, valuation=4_938_272))["single"].total == Money(58_308)
    assert quote(CAR, rates=FileRates(commune="14101"))["single"].total == Money(174_924)


def test_a_free_zone_vehicle_needs_a_rule_of_its_municipality() -> None:
    free = replace(CAR, free_zone=True)
    rule: JSON = [
        {
            "code": "free_zone",
            "es": "Zona franca",
            "en": "Free zone",
            "communes": ["01101"],
            "vehicles": "free_zone",
            "base_share": "0.4",
            "law": "decreto de prueba",
        }
    ]
    rates = FileRates(commune="01101", own={("circulation_permit", "franchises"): rule})

    assert "franquicia" in why_not(free, FileRates(commune="01101"))
    assert "franquicia" in why_not(free)
    assert quote(free, rates=rates)["single"].lines[0].law == "decreto de prueba"
    assert quote(CAR, rates=rates)["single"].total == Money(174_924)


def test_an_exempt_vehicle_pays_nothing_and_says_why() -> None:
    assert "exento" in why_not(replace(CAR, exemption="fiscal"))


def test_what_is_typed_at_the_terminal_is_a_vehicle() -> None:
    typed = SERVICE.subject_from({"class": "truck", "load": 7_000}, period="2025")

    assert quote(Vehicle.from_subject(typed))["single"].total == Money(134_858)
