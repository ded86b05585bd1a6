"""The twelve months of a licence, its due dates, and which UTM it is computed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from backend.services.base import Rates
from backend.services.business_licence.licence import Licence
from backend.services.business_licence.rules import Utm
from backend.services.business_licence.tariff import CODE, Parameters
from backend.shared.rates import RateNotAvailable


@dataclass(frozen=True)
class Period:
    """Licence year "2025": 1 July 2025 to 30 June 2026. Source: DL 3.063 art. 24."""

    year: int

    @property
    def begins_on(self) -> date:
        return date(self.year, 7, 1)

    @property
    def second_begins_on(self) -> date:
        return date(self.year + 1, 1, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year + 1, 6, 30)


@dataclass(frozen=True)
class Calendar:
    """When the two instalments fall due, and from when the second can be paid.

    A licence granted after the period began pays its first instalment some days after the grant; one granted in the
    second semester owes only that semester (`only_second`).
    """

    first: date
    second: date
    second_opens: date
    only_second: bool


def calendar_of(licence: Licence, period: Period, *, parameters: Parameters, rates: Rates) -> Calendar:
    """Give the calendar; due dates are law, and data where a year had others. Raises `RateNotAvailable`."""
    first = _due_on(rates, period, "first", date(period.year, 7, 31))
    second = _due_on(rates, period, "second", date(period.year + 1, 1, 31))
    month, day = parameters.second_opens
    opens = date(period.year + 1, month, day)
    granted = licence.granted
    if granted is None or granted < period.begins_on:
        return Calendar(first, second, opens, only_second=False)
    term = granted + timedelta(days=parameters.days_to_pay_a_new_licence)
    if granted < period.second_begins_on:
        return Calendar(max(first, term), max(second, term), opens, only_second=False)
    return Calendar(max(second, term), max(second, term), opens, only_second=True)


def utm_for(slot: int, *, due_on: date, period: Period, parameters: Parameters, rates: Rates, today: date) -> Utm:
    """Give the UTM of an instalment; no source says which month's it is, so a parameter does.

    `period_start`: July's for both. `semester_start`: July's, then January's. `payment`: that of the month of payment,
    at the latest of the due date. Raises `RateNotAvailable`.
    """
    match parameters.utm_month:
        case "period_start":
            when = period.begins_on
        case "semester_start":
            when = period.begins_on if slot == 1 else period.second_begins_on
        case "payment":
            when = min(max(today, period.begins_on), due_on)
        case other:
            raise RateNotAvailable(what="utm_month", value=other)
    return Utm(rates.utm(when.year, when.month), when.year, when.month)


def utm_changes_on(*, due_on: date, parameters: Parameters, today: date) -> date | None:
    """Tell the first day with another UTM, where the amount follows the month of payment."""
    if parameters.utm_month != "payment" or today > due_on:
        return None
    year, month = divmod(today.year * 12 + today.month, 12)
    next_month = date(year, month + 1, 1)
    return next_month if next_month <= due_on else None


def _due_on(rates: Rates, period: Period, key: str, by_law: date) -> date:
    """Source of the days: DL 3.063 art. 29, 31 July and 31 January; they are not moved off a weekend."""
    try:
        return rates.due_on(CODE, str(period.year), key)
    except RateNotAvailable:
        return by_law
