"""The annual tax of a vehicle, step by step: scale or fixed amount, then what the law takes off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backend.services.base import QuoteLine, Rates
from backend.services.circulation_permit import rules, texts
from backend.services.circulation_permit.bases import taxable_base
from backend.services.circulation_permit.classes import VehicleClass
from backend.services.circulation_permit.electric import electric_line
from backend.services.circulation_permit.errors import NotQuotable
from backend.services.circulation_permit.fixed import fixed_line, utm_month_of
from backend.services.circulation_permit.tariff import light_tariff
from backend.services.circulation_permit.vehicle import Vehicle
from backend.services.parameters import as_object, as_whole
from backend.services.wording import month
from backend.shared.money import Money

SERVICE = "circulation_permit"


@dataclass(frozen=True)
class Assessment:
    """What a permit costs in its year, before instalments and surcharges; the lines sum to the total."""

    lines: tuple[QuoteLine, ...]
    is_first_permit: bool

    @property
    def total(self) -> Money:
        return Money(sum(line.amount.pesos for line in self.lines))


def assess(vehicle: Vehicle, *, year: int, rates: Rates) -> Assessment:
    """Compute the tax of a permit year. Parameters are those in force on 1 January of it.

    Raises `NotQuotable`, `RateNotAvailable`, `TariffNotAvailable`.
    """
    if vehicle.exemption:
        raise NotQuotable(texts.EXEMPT)
    group = vehicle.group
    if group is None:
        raise NotQuotable(texts.UNKNOWN_TYPE.format(type=vehicle.type))
    bought_on = vehicle.bought_on
    is_first = bought_on is not None and bought_on.year == year
    if group.pays_by_valuation:
        lines, floor = _by_scale(vehicle, is_first=is_first, year=year, rates=rates)
    else:
        utm_month = _first_permit_month(year, rates) if is_first else None
        lines = (fixed_line(group, load_kg=vehicle.load_kg, year=year, utm_month=utm_month, rates=rates),)
        floor = None
    reduced = electric_line(vehicle, annual=_sum(lines), floor=floor, year=year, rates=rates)
    lines = (*lines, reduced) if reduced else lines
    if bought_on is not None and is_first:
        lines = (*lines, _prorated(_sum(lines), bought_on, rates))
    return Assessment(lines=lines, is_first_permit=is_first)


def utm_of(vehicle: Vehicle, *, year: int, rates: Rates) -> Money:
    """Give the UTM that the permit is computed by, for the document. Raises as `assess` does."""
    group = vehicle.group
    if group is None:
        raise NotQuotable(texts.UNKNOWN_TYPE.format(type=vehicle.type))
    return rates.utm(year, _month(group, vehicle, year, rates))


def _month(group: VehicleClass, vehicle: Vehicle, year: int, rates: Rates) -> int:
    bought_on = vehicle.bought_on
    if bought_on is not None and bought_on.year == year:
        return _first_permit_month(year, rates)
    return light_tariff(year).utm_month if group.pays_by_valuation else utm_month_of(group, year=year, rates=rates)


def _by_scale(vehicle: Vehicle, *, is_first: bool, year: int, rates: Rates) -> tuple[tuple[QuoteLine, ...], Money]:
    tariff = light_tariff(year)
    utm_month = _first_permit_month(year, rates) if is_first else tariff.utm_month
    utm = rates.utm(year, utm_month)
    base = taxable_base(vehicle, year=year, rates=rates)
    lines = rules.light_vehicle_lines(valuation=base.value, utm=utm, year=year, tariff=tariff, utm_month=utm_month)
    return (*base.notes, *lines), utm.share(tariff.floor)


def _prorated(annual: Money, bought_on: date, rates: Rates) -> QuoteLine:
    """Take off the months of the year before the purchase; whether its own month counts is a parameter."""
    rule = as_object(rates.parameter(SERVICE, "first_permit", date(bought_on.year, 1, 1)), "first_permit")
    months = 12 - bought_on.month + (1 if rule["count_purchase_month"] is True else 0)
    return QuoteLine(
        code="prorated",
        text=texts.PRORATED.format(months=months, month=month(bought_on.month)),
        base=annual,
        rate=f"{months}/12",
        law="DL 3.063 arts. 16 y 17",
        amount=annual.share(Fraction(months, 12)) - annual,
    )


def _first_permit_month(year: int, rates: Rates) -> int:
    rule = as_object(rates.parameter(SERVICE, "first_permit", date(year, 1, 1)), "first_permit")
    return as_whole(rule["utm_month"], "first_permit")


def _sum(lines: tuple[QuoteLine, ...]) -> Money:
    return Money(sum(line.amount.pesos for line in lines))
