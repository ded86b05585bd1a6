"""A licence and a municipality of tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backend.reference.files import FileRates
from backend.services.base import JSON, PaymentOption
from backend.services.business_licence import SERVICE
from backend.services.business_licence.licence import Licence

OWN: Mapping[tuple[str, str], JSON] = {
    ("business_licence", "rate_per_mil"): "5",
    ("business_licence", "waste_tariffs"): {"GENERAL": {"utm": "1.2"}, "FERIA": {"pesos": 30_001}},
    ("business_licence", "advertising_tariff"): {"plain_utm": "0.5", "luminous_utm": "1", "per": "year"},
}
TOWN = FileRates(own=OWN)

SHOP = Licence(
    kind="COMERCIAL",
    activity="Almacén de comestibles",
    capital_source="PROPIO",
    capital=100_000_000,
    deduction=0,
    workers_here=0,
    workers_total=0,
    rate_per_mil="",
    waste_code="",
    sign_m2="",
    luminous_sign_m2="",
    exemption="",
    granted_on="2015-03-02",
    state="",
    expires_on="",
    sanitary=False,
    remarks=False,
)


def town(**values: JSON) -> FileRates:
    """The municipality with other parameters of its own."""
    return FileRates(own={**OWN, **{("business_licence", key): value for key, value in values.items()}})


def quote(
    licence: Licence = SHOP,
    today: date = date(2025, 7, 20),
    *,
    rates: FileRates = TOWN,
    paid: frozenset[int] = frozenset(),
    period: str = "2025",
) -> dict[str, PaymentOption]:
    options = SERVICE.options(licence.to_subject(), period=period, rates=rates, today=today, paid=paid)
    return {option.code: option for option in options}
