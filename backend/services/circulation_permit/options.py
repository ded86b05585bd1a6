"""The ways to pay a circulation permit on a given day."""

from __future__ import annotations

from datetime import date, timedelta

from backend.services.base import PaymentOption, QuoteLine, Rates
from backend.services.circulation_permit import rules, texts
from backend.services.circulation_permit.tariff import INSTALMENTS, light_tariff
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.money import Money
from backend.shared.text import Text

CODE = "circulation_permit"
SLOTS = {"single": (1, 2), "first": (1,), "second": (2,)}


def payment_options(vehicle: Vehicle, *, period: str, rates: Rates, today: date) -> list[PaymentOption]:
    """Quote a permit. What cannot be computed rightly is told in a note and has no amount.

    Due dates come from `rates` and are not moved when they fall on a weekend.
    Raises `RateNotAvailable`, `TariffNotAvailable`.
    """
    if not vehicle.is_light:
        return [_closed("single", date.fromisoformat(vehicle.due_on), texts.NOT_LIGHT)]
    if vehicle.has_other_rules:
        return [_closed("single", date.fromisoformat(vehicle.due_on), texts.OTHER_RULES)]
    year = int(period)
    tariff = light_tariff(year)
    lines = rules.light_vehicle_lines(
        valuation=Money(vehicle.valuation), utm=rates.utm(year, tariff.utm_month), year=year, tariff=tariff
    )
    annual = Money(sum(line.amount.pesos for line in lines))
    first, second = rules.instalment_amounts(annual)
    due_on = {code: rates.due_on(CODE, period, code) for code in SLOTS}
    return [
        _open_until_due("single", due_on["single"], lines, annual, today),
        _open_until_due("first", due_on["first"], _instalment("first", annual, first), first, today),
        _second(due_on["second"], _instalment("second", annual, second), second, year),
    ]


def _instalment(code: str, annual: Money, amount: Money) -> tuple[QuoteLine, ...]:
    return (rules.instalment_line(code=code, annual=annual, amount=amount),)


def _open_until_due(code: str, due_on: date, lines: tuple[QuoteLine, ...], total: Money, today: date) -> PaymentOption:
    if today > due_on:
        return _closed(code, due_on, texts.LATE.format(due_on=texts.day(due_on)))
    return PaymentOption(
        code=code,
        slots=SLOTS[code],
        title=texts.OPTIONS[code],
        due_on=due_on,
        lines=lines,
        total=total,
        available=True,
        note=None,
        changes_on=due_on + timedelta(days=1),
    )


def _second(due_on: date, lines: tuple[QuoteLine, ...], before_readjustment: Money, year: int) -> PaymentOption:
    """Tell about the second instalment; its amount is the one before the readjustment, and cannot be charged."""
    opens_on = date(year, *INSTALMENTS.second_opens)
    return PaymentOption(
        code="second",
        slots=SLOTS["second"],
        title=texts.OPTIONS["second"],
        due_on=due_on,
        lines=lines,
        total=before_readjustment,
        available=False,
        note=texts.SECOND.format(opens_on=texts.day(opens_on), due_on=texts.day(due_on)),
        changes_on=None,
    )


def _closed(code: str, due_on: date, note: Text) -> PaymentOption:
    return PaymentOption(
        code=code,
        slots=SLOTS[code],
        title=texts.OPTIONS[code],
        due_on=due_on,
        lines=(),
        total=Money(0),
        available=False,
        note=note,
        changes_on=None,
    )
