"""Every class but the light one pays an amount in UTM, flat or by bands of load: DL 3.063 art. 12 b).

The amounts are parameters (`fixed.<class>`) in the shape that a real municipal system keeps: `{"utm": "1"}`, or up to
four `{"bands": [{"from_kg": 1750, "to_kg": 5000, "utm": "1"}, …]}` whose ends belong to them.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from backend.services.base import JSON, QuoteLine, RateNotAvailable, Rates
from backend.services.circulation_permit import texts
from backend.services.circulation_permit.classes import VehicleClass
from backend.services.circulation_permit.errors import NotQuotable
from backend.services.parameters import as_fraction, as_list, as_object, as_whole
from backend.services.wording import decimal, month
from backend.shared.text import Text

SERVICE = "circulation_permit"
LAW = "DL 3.063 art. 12 b)"

_FLAT = Text(
    es="Monto fijo: {kind} (UTM de {month} de {year}: {utm})", en="Fixed amount: {kind} (UTM of {month} {year}: {utm})"
)
_BY_LOAD = Text(
    es="Monto fijo: {kind} de {load} kg de carga (UTM de {month} de {year}: {utm})",
    en="Fixed amount: {kind} of {load} kg of load (UTM of {month} {year}: {utm})",
)


def fixed_line(group: VehicleClass, *, load_kg: int, year: int, utm_month: int | None, rates: Rates) -> QuoteLine:
    """Compute the annual amount of a class. `utm_month` None asks the parameter `utm_month` of the class's period.

    Raises `RateNotAvailable`, and `NotQuotable` where the load decides and is not known or is in no band.
    """
    begin = date(year, 1, 1)
    number = utm_month or utm_month_of(group, year=year, rates=rates)
    utm = rates.utm(year, number)
    tariff = as_object(rates.parameter(SERVICE, f"fixed.{group.code}", begin), group.code)
    amount, by_load = _amount(tariff, load_kg, group)
    return QuoteLine(
        code="fixed",
        text=(_BY_LOAD if by_load else _FLAT).format(
            kind=group.title, load=f"{load_kg:,}".replace(",", "."), month=month(number), year=year, utm=utm
        ),
        base=utm,
        rate=f"{decimal(amount)} UTM",
        law=LAW,
        amount=utm.share(amount),
    )


def utm_month_of(group: VehicleClass, *, year: int, rates: Rates) -> int:
    """Tell which month's UTM the class pays by; the law's text says January for light vehicles only."""
    months = as_object(rates.parameter(SERVICE, "utm_month", date(year, 1, 1)), "utm_month")
    return as_whole(months.get(group.period), "utm_month")


def _amount(tariff: dict[str, JSON], load_kg: int, group: VehicleClass) -> tuple[Fraction, bool]:
    if "utm" in tariff:
        return as_fraction(tariff["utm"], group.code), False
    if not load_kg:
        raise NotQuotable(texts.NO_LOAD)
    amounts = [
        as_fraction(band["utm"], group.code)
        for band in (as_object(band, group.code) for band in as_list(tariff.get("bands"), group.code))
        if as_whole(band["from_kg"], group.code) <= load_kg and _reaches(band["to_kg"], load_kg, group)
    ]
    if not amounts:
        raise NotQuotable(texts.NO_BAND.format(load=load_kg))
    if len(amounts) > 1:
        raise RateNotAvailable(what=f"{SERVICE} fixed.{group.code}: overlapping bands at {load_kg} kg")
    return amounts[0], True


def _reaches(to_kg: JSON, load_kg: int, group: VehicleClass) -> bool:
    return to_kg is None or load_kg <= as_whole(to_kg, group.code)
