from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reference.files import FileRates
from backend.services import UnknownService, get_service, services
from backend.services.base import JSON, PaymentOption, RateNotAvailable, Rates
from backend.services.circulation_permit import SERVICE
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.money import Money
from backend.shared.plate import InvalidPlate, Plate
from backend.shared.rut import InvalidRut, Rut
from tests.rules.made_up_rates import SteadyRates

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
)


def quote(
    vehicle: Vehicle = CAR,
    today: date = date(2025, 3, 20),
    period: str = "2025",
    rates: Rates | None = None,
    paid: frozenset[int] = frozenset(),
) -> dict[str, PaymentOption]:
    rates = rates or FileRates()
    options = SERVICE.options(vehicle.to_subject(), period=period, rates=rates, today=today, paid=paid)
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


def test_a_late_permit_carries_readjustment_and_interest_until_today() -> None:
    single = quote(today=date(2025, 6, 20))["single"]

    assert [(line.code, line.amount) for line in single.lines[3:]] == [
        ("readjustment", Money(1_924)),
        ("interest", Money(3_231)),
    ]
    assert (single.available, single.total, single.changes_on) == (True, Money(180_079), date(2025, 6, 21))
    assert single.note is not None
    assert "venció el 31-03-2025" in single.note.es


@given(st.integers(1, 200_000_000), st.integers(0, 900), st.integers(1, 60))
def test_paying_later_never_costs_less_and_the_lines_always_add_up(valuation: int, days: int, more: int) -> None:
    vehicle = replace(CAR, valuation=valuation)
    early, later = (
        quote(vehicle, today=date(2025, 3, 31) + timedelta(days=count), rates=SteadyRates(), paid=frozenset({1}))
        for count in (days, days + more)
    )

    for code in ("single", "first"):
        assert Money(0) < early[code].total <= later[code].total
    for option in (*early.values(), *later.values()):
        assert sum((line.amount for line in option.lines), Money(0)) == option.total


def test_a_surcharge_that_is_not_known_is_not_charged() -> None:
    for option in quote(period="2024", today=date(2025, 3, 20)).values():
        assert not option.available
        assert option.note is not None
    single = quote(period="2024", today=date(2025, 3, 20))["single"]
    assert single.note is not None
    assert "falta interés penal 2024-S1" in single.note.es
    assert single.total == sum((line.amount for line in single.lines), Money(0)) > Money(0)


def test_before_2025_a_late_permit_pays_by_the_month() -> None:
    single = quote(period="2024", today=date(2024, 4, 15))["single"]

    assert [line.code for line in single.lines[-2:]] == ["readjustment", "interest"]
    assert single.lines[-1].rate == "1,5 %"


@given(st.dates(date(2025, 1, 1), date(2025, 7, 31)))
def test_the_second_instalment_opens_in_august(today: date) -> None:
    second = quote(today=today, paid=frozenset({1}))["second"]

    assert (second.available, second.changes_on, second.total) == (False, date(2025, 8, 1), Money(87_462))
    assert second.note is not None
    assert "del 01-08-2025 al 31-08-2025" in second.note.es
    assert "IPC" in second.note.es


@pytest.mark.parametrize("day", [1, 20, 31])
def test_the_second_instalment_is_readjusted_by_the_index_from_february_to_june(day: int) -> None:
    second = quote(today=date(2025, 8, day), paid=frozenset({1}))["second"]

    assert [(line.code, line.base, line.rate, line.amount) for line in second.lines] == [
        ("instalment_second", Money(174_924), "50 %", Money(87_462)),
        ("index", Money(87_462), "0,5 %", Money(437)),
    ]
    assert (second.available, second.total, second.changes_on) == (True, Money(87_899), date(2025, 9, 1))


def test_the_second_instalment_is_paid_after_the_first() -> None:
    second = quote(today=date(2025, 8, 20))["second"]

    assert not second.available
    assert second.note is not None
    assert "primera cuota" in second.note.es


def test_a_late_second_instalment_carries_interest_upon_the_readjusted_half() -> None:
    second = quote(today=date(2025, 9, 20), paid=frozenset({1}))["second"]

    assert [(line.code, line.base, line.amount) for line in second.lines[2:]] == [
        ("readjustment", Money(87_899), Money(791)),
        ("interest", Money(88_690), Money(394)),
    ]
    assert (second.total, second.changes_on) == (Money(89_084), date(2025, 9, 21))


def test_an_index_that_is_not_published_closes_the_second_instalment_only() -> None:
    options = quote(period="2026", today=date(2026, 8, 5), paid=frozenset({1}))

    assert options["second"].note is not None
    assert "falta IPC 2026-03" in options["second"].note.es
    assert not options["second"].available


def test_a_municipality_may_refuse_a_late_first_instalment() -> None:
    rule: JSON = {"second_opens": "08-01", "index": [3, 6], "late_first": False}
    rates = FileRates(own={("circulation_permit", "instalments.march"): rule})

    options = quote(today=date(2025, 4, 1), rates=rates)

    assert (options["first"].available, options["single"].available) == (False, True)


def test_a_due_date_moved_by_a_municipality_is_kept_to() -> None:
    rates = FileRates(own={("circulation_permit", "due_on.2025.march.single"): "2025-06-30"})

    single = quote(today=date(2025, 6, 20), rates=rates)["single"]

    assert (single.due_on, single.total, single.changes_on) == (date(2025, 6, 30), Money(174_924), date(2025, 7, 1))


@pytest.mark.parametrize("kind", ["AUTOMOVIL", "automóvil", "Station  Wagon", "Furgón", "camioneta", "MOTOCICLETA"])
def test_light_vehicles_are_known_however_the_roll_writes_them(kind: str) -> None:
    assert quote(replace(CAR, type=kind))["single"].available


@pytest.mark.parametrize("kind", ["FURGON ESCOLAR", "", "algo"])
def test_a_type_that_we_do_not_know_has_no_amount(kind: str) -> None:
    (option,) = quote(replace(CAR, type=kind)).values()

    assert (option.available, option.total, option.lines) == (False, Money(0), ())
    assert option.note is not None
    assert "no está disponible" in option.note.es


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
    ("kind", "whole", "first"),
    [
        ("Automóvil", date(2026, 3, 31), date(2025, 8, 31)),
        ("Taxi", date(2026, 5, 31), date(2025, 6, 30)),
        ("Camión", date(2026, 9, 30), date(2025, 10, 31)),
    ],
)
def test_how_long_a_permit_is_valid_follows_from_the_class(kind: str, whole: date, first: date) -> None:
    subject = replace(CAR, type=kind).to_subject()

    until = {
        code: SERVICE.valid_until(period="2025", option=code, subject=subject) for code in ("single", "first", "second")
    }
    question = SERVICE.check_question(subject, object_key="ZZBB10", period="2025", today=date(2025, 3, 20))

    assert until == {"single": whole, "second": whole, "first": first}
    assert question.must_cover_until == whole


def test_an_option_that_does_not_exist_has_no_validity() -> None:
    with pytest.raises(ValueError, match="third"):
        SERVICE.valid_until(period="2025", option="third")


def test_the_service_is_found_by_its_folder() -> None:
    assert services()["circulation_permit"] is get_service("circulation_permit") is SERVICE
    with pytest.raises(UnknownService):
        get_service("no_such_service")
