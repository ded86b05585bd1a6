"""A property and a municipality of tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backend.reference.files import FileRates
from backend.services.base import JSON, PaymentOption
from backend.services.waste_fee import SERVICE
from backend.services.waste_fee.property import Property

OWN: Mapping[tuple[str, str], JSON] = {
    ("waste_fee", "tariffs"): {"GENERAL": {"pesos": 74_071}, "COMERCIAL": {"utm": "1.5"}},
}
TOWN = FileRates(own=OWN)

HOUSE = Property(
    use="VIVIENDA",
    valuation=48_500_000,
    tariff="GENERAL",
    special_tariff=0,
    collection="DIRECTO",
    benefit="",
    benefit_until="",
)


def town(**values: JSON) -> FileRates:
    """The municipality with other parameters of its own."""
    return FileRates(own={**OWN, **{("waste_fee", key): value for key, value in values.items()}})


def quote(
    place: Property = HOUSE,
    today: date = date(2025, 4, 20),
    *,
    rates: FileRates = TOWN,
    paid: frozenset[int] = frozenset(),
    period: str = "2025",
) -> dict[str, PaymentOption]:
    options = SERVICE.options(place.to_subject(), period=period, rates=rates, today=today, paid=paid)
    return {option.code: option for option in options}
