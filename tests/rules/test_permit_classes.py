"""Classes that pay an amount in UTM: DL 3.063 art. 12 b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.reference.files import FileRates
from backend.services.base import JSON, RateNotAvailable
from backend.services.circulation_permit.classes import CLASSES
from backend.shared.money import Money
from tests.rules.test_permit_options import CAR, quote


@pytest.mark.parametrize(
    ("kind", "load_kg", "pesos", "due_on"),
    [
        ("Taxi", 0, 67_429, date(2025, 5, 31)),
        ("TAXI COLECTIVO", 0, 67_429, date(2025, 5, 31)),
        ("Minibús", 0, 67_429, date(2025, 5, 31)),
        ("Remolque", 750, 33_715, date(2025, 3, 31)),
        ("Remolque", 1_750, 33_715, date(2025, 3, 31)),
        ("Remolque", 1_751, 67_429, date(2025, 9, 30)),
        ("Carro de arrastre", 0, 33_715, date(2025, 3, 31)),
        ("Camión", 1_750, 67_429, date(2025, 9, 30)),
        ("Camión", 5_000, 67_429, date(2025, 9, 30)),
        ("Camión", 5_001, 134_858, date(2025, 9, 30)),
        ("CAMION", 10_000, 134_858, date(2025, 9, 30)),
        ("CAMION", 10_001, 202_287, date(2025, 9, 30)),
        ("Tractocamión", 12_000, 101_144, date(2025, 9, 30)),
        ("Semirremolque", 5_000, 33_715, date(2025, 9, 30)),
        ("Motoneta", 0, 13_486, date(2025, 9, 30)),
        ("Retroexcavadora", 0, 33_715, date(2025, 9, 30)),
    ],
)
def test_a_class_pays_its_amount_in_its_period(kind: str, load_kg: int, pesos: int, due_on: date) -> None:
    single = quote(replace(CAR, type=kind, load_kg=load_kg, valuation=0, sii_code=""))["single"]

    assert (single.total, single.due_on, single.available) == (Money(pesos), due_on, True)
    assert [line.law for line in single.lines] == ["DL 3.063 art. 12 b)"]


def test_the_line_says_load_month_and_utm() -> None:
    (line,) = quote(replace(CAR, type="Camión", load_kg=7_000))["single"].lines

    assert line.text.es == "Monto fijo: camión de 7.000 kg de carga (UTM de enero de 2025: $67.429)"
    assert (line.base, line.rate, line.amount) == (Money(67_429), "2 UTM", Money(134_858))


def test_the_published_taxi_of_2024_paid_by_the_utm_of_february() -> None:
    months: JSON = {"march": 1, "may": 2, "september": 1}
    rates = FileRates(own={("circulation_permit", "utm_month"): months})

    single = quote(replace(CAR, type="Taxi"), period="2024", today=date(2024, 5, 2), rates=rates)["single"]

    assert single.total == Money(64_343)


@pytest.mark.parametrize(
    ("load_kg", "said"), [(0, "Falta la capacidad de carga"), (1_000, "No hay un monto para 1000")]
)
def test_a_lorry_without_a_band_is_not_quoted(load_kg: int, said: str) -> None:
    (option,) = quote(replace(CAR, type="Camión", load_kg=load_kg)).values()

    assert (option.available, option.total) == (False, Money(0))
    assert option.note is not None
    assert said in option.note.es


def test_bands_that_overlap_are_a_mistake_and_no_amount() -> None:
    bands: JSON = {"bands": [{"from_kg": 0, "to_kg": 9_000, "utm": "1"}, {"from_kg": 5_000, "to_kg": None, "utm": "2"}]}
    rates = FileRates(own={("circulation_permit", "fixed.truck"): bands})

    with pytest.raises(RateNotAvailable):
        quote(replace(CAR, type="Camión", load_kg=7_000), rates=rates)


def test_a_municipality_s_own_bands_win() -> None:
    bands: JSON = {"bands": [{"from_kg": 1, "to_kg": None, "utm": "2.5"}]}
    rates = FileRates(own={("circulation_permit", "fixed.truck"): bands})

    assert quote(replace(CAR, type="Camión", load_kg=7_000), rates=rates)["single"].total == Money(168_573)


def test_second_halves_of_may_and_september_come_the_month_after() -> None:
    taxi = quote(replace(CAR, type="Taxi"), today=date(2025, 6, 15), paid=frozenset({1}))["second"]
    lorry = quote(replace(CAR, type="Camión", load_kg=7_000), today=date(2025, 10, 1), paid=frozenset({1}))["second"]

    assert (taxi.available, taxi.total, taxi.due_on) == (True, Money(33_714), date(2025, 6, 30))
    assert (lorry.available, lorry.total, lorry.due_on) == (True, Money(67_429), date(2025, 10, 31))


@given(st.sampled_from(["Camión", "Semirremolque", "Tractocamión"]), st.integers(1_750, 40_000), st.integers(0, 20_000))
def test_a_greater_load_never_pays_less(kind: str, load_kg: int, more: int) -> None:
    light, heavy = (quote(replace(CAR, type=kind, load_kg=load))["single"].total for load in (load_kg, load_kg + more))

    assert Money(0) < light <= heavy


def test_no_name_belongs_to_two_classes() -> None:
    names = [name for group in CLASSES for name in group.names]

    assert len(names) == len(set(names))
