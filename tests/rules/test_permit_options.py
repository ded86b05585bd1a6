from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.services import UnknownService, get_service, services
from backend.services.base import PaymentOption, RateNotAvailable
from backend.services.circulation_permit import SERVICE
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.money import Money
from backend.shared.plate import InvalidPlate, Plate
from backend.shared.rut import InvalidRut, Rut
from tests.rules.known_rates import KnownRates

CAR = Vehicle(
    sii_code="AU0110001",
    year=2018,
    valuation=9_876_543,
    engine="ZZ00000001",
    chassis="ZZZPRUEBA00000001",
    colour="Azul",
    seats=5,
    type="Automóvil",
    make="Marca de prueba",
    model="Modelo de prueba",
    displacement=1600,
    fuel="Bencina",
    transmission="Mecánica",
    equipment="FULL",
    doors=4,
    green_seal=True,
    due_on="2025-03-31",
    free_zone=False,
    priced_from_invoice=False,
)


def quote(vehicle: Vehicle = CAR, today: date = date(2025, 3, 20), period: str = "2025") -> dict[str, PaymentOption]:
    options = SERVICE.options(vehicle.to_subject(), period=period, rates=KnownRates(), today=today)
    return {option.code: option for option in options}


def test_a_permit_is_paid_at_once_or_in_two_instalments() -> None:
    options = quote()

    assert list(options) == ["single", "first", "second"]
    assert [option.slots for option in options.values()] == [(1, 2), (1,), (2,)]
    assert [option.total for option in options.values()] == [Money(174_924), Money(87_462), Money(87_462)]
    assert [option.available for option in options.values()] == [True, True, False]
    assert [option.due_on for option in options.values()] == [
        date(2025, 3, 31),
        date(2025, 3, 31),
        date(2025, 8, 31),
    ]


def test_the_utm_is_the_one_of_january_of_the_permit_year() -> None:
    rates = KnownRates()

    SERVICE.options(CAR.to_subject(), period="2025", rates=rates, today=date(2025, 3, 20))

    assert set(rates.asked) == {(2025, 1)}


@given(st.integers(1, 200_000_000))
def test_every_option_is_the_sum_of_its_lines_and_the_instalments_sum_to_the_whole(valuation: int) -> None:
    options = quote(replace(CAR, valuation=valuation))

    for option in options.values():
        assert sum((line.amount for line in option.lines), Money(0)) == option.total
        assert option.total > Money(0)
    assert options["first"].total + options["second"].total == options["single"].total


def test_the_last_day_is_still_in_time() -> None:
    options = quote(today=date(2025, 3, 31))

    assert options["single"].available
    assert options["first"].changes_on == date(2025, 4, 1)


@given(st.integers(1, 700))
def test_after_the_due_date_no_amount_is_told(days: int) -> None:
    options = quote(today=date(2025, 3, 31) + timedelta(days=days))

    for option in (options["single"], options["first"]):
        assert (option.available, option.total, option.lines, option.changes_on) == (False, Money(0), (), None)
        assert option.note is not None
        assert "venció el 31-03-2025" in option.note.es
    assert not options["second"].available


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_the_second_instalment_is_told_and_never_sold(today: date) -> None:
    second = quote(today=today)["second"]

    assert not second.available
    assert second.note is not None
    assert "del 01-08-2025 al 31-08-2025" in second.note.es
    assert "IPC" in second.note.es


@pytest.mark.parametrize("kind", ["AUTOMOVIL", "automóvil", "Station  Wagon", "Furgón", "camioneta", "MOTOCICLETA"])
def test_light_vehicles_are_known_however_the_roll_writes_them(kind: str) -> None:
    assert quote(replace(CAR, type=kind))["single"].available


@pytest.mark.parametrize("kind", ["CAMION", "BUS", "TAXI BASICO", "REMOLQUE", "FURGON ESCOLAR", "", "algo"])
def test_any_other_type_has_no_amount_yet(kind: str) -> None:
    (option,) = quote(replace(CAR, type=kind, due_on="2025-09-30")).values()

    assert (option.available, option.total, option.due_on) == (False, Money(0), date(2025, 9, 30))
    assert option.note is not None
    assert "todavía no está disponible" in option.note.es


@pytest.mark.parametrize(
    "vehicle",
    [
        replace(CAR, fuel="Eléctrico"),
        replace(CAR, fuel="HIBRIDO"),
        replace(CAR, fuel="Híbrido enchufable"),
        replace(CAR, free_zone=True),
        replace(CAR, priced_from_invoice=True),
    ],
)
def test_a_vehicle_under_other_rules_is_not_charged_the_ordinary_scale(vehicle: Vehicle) -> None:
    (option,) = quote(vehicle).values()

    assert (option.available, option.total) == (False, Money(0))


def test_a_year_whose_utm_is_not_known_is_not_available() -> None:
    with pytest.raises(RateNotAvailable):
        quote(period="2027", today=date(2027, 3, 1))


def test_the_citizen_sees_make_model_year_and_colour_and_nothing_more() -> None:
    traits = SERVICE.traits(CAR.to_subject())

    assert [(label.es, value) for label, value in traits] == [
        ("Marca", "Marca de prueba"),
        ("Modelo", "Modelo de prueba"),
        ("Año", "2018"),
        ("Color", "Azul"),
    ]


def test_plate_and_rut_are_brought_to_their_one_form() -> None:
    assert SERVICE.normalise_lookup({"plate": "zz-bb-10", "rut": "12.345.678-5"}) == ("ZZBB10", Rut(12_345_678))


def test_the_wrong_field_is_named() -> None:
    with pytest.raises(InvalidPlate) as plate:
        SERVICE.normalise_lookup({"plate": "ZZBB10-4", "rut": "12.345.678-5"})
    with pytest.raises(InvalidRut) as rut:
        SERVICE.normalise_lookup({"plate": "ZZBB10"})

    assert (plate.value.field, rut.value.field) == ("plate", "rut")


def test_the_insurance_must_run_to_the_end_of_march_of_the_next_year() -> None:
    question = SERVICE.check_question(CAR.to_subject(), object_key="ZZBB10", period="2025", today=date(2025, 3, 20))

    assert question.must_cover_until == date(2026, 3, 31)
    assert (question.plate, question.today, question.model_year) == (Plate("ZZBB10"), date(2025, 3, 20), 2018)


@pytest.mark.parametrize(
    ("option", "until"),
    [("single", date(2026, 3, 31)), ("first", date(2025, 8, 31)), ("second", date(2026, 3, 31))],
)
def test_a_first_instalment_is_valid_until_august_and_all_else_until_march(option: str, until: date) -> None:
    assert SERVICE.valid_until(period="2025", option=option) == until


def test_an_option_that_does_not_exist_has_no_validity() -> None:
    with pytest.raises(ValueError, match="third"):
        SERVICE.valid_until(period="2025", option="third")


def test_the_service_is_found_by_its_folder() -> None:
    assert services()["circulation_permit"] is get_service("circulation_permit") is SERVICE
    with pytest.raises(UnknownService):
        get_service("no_such_service")
