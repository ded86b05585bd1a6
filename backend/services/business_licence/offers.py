"""Quotes the options of a licence that can be paid online."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from backend.services.base import PaymentOption, QuoteLine, RateNotAvailable, Rates
from backend.services.business_licence import rules, texts
from backend.services.business_licence.exemptions import EXEMPTIONS
from backend.services.business_licence.licence import Kind, Licence
from backend.services.business_licence.period import Calendar, Period, utm_changes_on, utm_for
from backend.services.business_licence.provisional import lapses_on
from backend.services.business_licence.tariff import Parameters
from backend.services.instalments import total_of, with_late_payment
from backend.services.late_payment import readjustment_line
from backend.services.wording import day
from backend.shared.money import Money
from backend.shared.text import Text

SLOTS = {"single": (1, 2), "first": (1,), "second": (2,)}

Part = tuple[tuple[QuoteLine, ...], date]
"""Lines as on time, and when they fall due."""


@dataclass(frozen=True)
class Offers:
    """One licence on one day."""

    licence: Licence
    period: Period
    calendar: Calendar
    parameters: Parameters
    rates: Rates
    today: date

    def options(self, paid: frozenset[int]) -> list[PaymentOption]:
        """Give every option in its order; `paid` only decides whether the second instalment may be paid alone."""
        annual = self._charges(1)
        if not sum(charge.amount.pesos for charge in annual):
            return [self._exempt(annual)]
        if self.licence.kind == Kind.PROFESSIONAL:
            return [self._offer("single", self.calendar.first, self._year)]
        if self.calendar.only_second:
            return [self._offer("single", self.calendar.second, self._second_semester)]
        first = self._offer("first", self.calendar.first, self._first)
        return [self._single(), first, self._second(first_is_paid=1 in paid)]

    def _single(self) -> PaymentOption:
        """The year at once while that is in time; later, both instalments as soon as the second may be paid."""
        if self.today <= self.calendar.first:
            return self._offer("single", self.calendar.first, self._year)
        if self.today >= self.calendar.second_opens:
            return self._offer("single", self.calendar.first, lambda: [*self._first(), *self._readjusted_second()])
        due_on, opens_on = day(self.calendar.first), day(self.calendar.second_opens)
        return closed("single", self.calendar.first, texts.SINGLE_IS_OVER.format(due_on=due_on, opens_on=opens_on))

    def _second(self, *, first_is_paid: bool) -> PaymentOption:
        opens_on, due_on = self.calendar.second_opens, self.calendar.second
        if self.today >= opens_on:
            if first_is_paid:
                return self._offer("second", due_on, self._readjusted_second)
            return closed("second", due_on, texts.FIRST_COMES_FIRST)
        note = texts.SECOND_OPENS.format(opens_on=day(opens_on), due_on=day(due_on))
        try:
            return closed("second", due_on, note, self._instalment(2))
        except RateNotAvailable:  # January's UTM, where the second semester goes by its own
            return closed("second", due_on, texts.SECOND_OPENS_UNKNOWN.format(opens_on=day(opens_on)))

    def _exempt(self, annual: tuple[rules.Charge, ...]) -> PaymentOption:
        lines = tuple(charge.line() for charge in annual)
        reason = EXEMPTIONS[self.licence.exemption].name if self.licence.exemption else texts.REDUCED_TO_NOTHING
        return closed("single", self.calendar.first, texts.EXEMPT.format(reason=reason), lines)

    def _year(self) -> list[Part]:
        return [(tuple(charge.line() for charge in self._charges(1)), self.calendar.first)]

    def _first(self) -> list[Part]:
        return [(self._instalment(1), self.calendar.first)]

    def _second_semester(self) -> list[Part]:
        """A licence granted in the second semester pays it as it is: there was no first to be readjusted against."""
        return [(self._instalment(2), self.calendar.second)]

    def _readjusted_second(self) -> list[Part]:
        lines, rule = self._instalment(2), self.parameters.second_readjustment
        if not rule.applies:
            return [(lines, self.calendar.second)]
        line = readjustment_line(
            base=total_of(line for line in lines if rule.surcharges or line.code not in rules.SURCHARGES),
            first=(self.period.year, rule.first_month),
            last=(self.period.year, rule.last_month),
            rates=self.rates,
            on=self.calendar.second_opens,
            law="DL 3.063 art. 29",
        )
        return [((*lines, line) if line.amount else lines, self.calendar.second)]

    def _charges(self, slot: int) -> tuple[rules.Charge, ...]:
        due_on = self.calendar.first if slot == 1 else self.calendar.second
        utm = utm_for(
            slot, due_on=due_on, period=self.period, parameters=self.parameters, rates=self.rates, today=self.today
        )
        return rules.charges(self.licence, utm=utm, parameters=self.parameters)

    def _instalment(self, slot: int) -> tuple[QuoteLine, ...]:
        return rules.instalment_lines(self._charges(slot), slot=slot, rounding=self.parameters.rounding)

    def _offer(self, code: str, due_on: date, parts: Callable[[], list[Part]]) -> PaymentOption:
        """Quote the parts with what their late payment costs; an index or rate that is missing closes the option."""
        lines: tuple[QuoteLine, ...] = ()
        changes: list[date] = []
        try:
            for on_time, part_due_on in parts():
                added, changes_on = with_late_payment(on_time, due_on=part_due_on, today=self.today, rates=self.rates)
                lines += added
                utm = utm_changes_on(due_on=part_due_on, parameters=self.parameters, today=self.today)
                changes += [changes_on] if utm is None else [changes_on, utm]
        except RateNotAvailable:
            return closed(code, due_on, texts.NOT_KNOWN_YET)
        lapse = lapses_on(self.licence.provisional, self.today) if self.licence.provisional else None
        return PaymentOption(
            code=code,
            slots=SLOTS[code],
            title=texts.OPTIONS[code],
            due_on=due_on,
            lines=lines,
            total=total_of(lines),
            available=True,
            note=None,
            changes_on=min(changes if lapse is None else [*changes, lapse]),
        )


def closed(code: str, due_on: date, note: Text, lines: tuple[QuoteLine, ...] = ()) -> PaymentOption:
    """An option that cannot be paid here or today, with what may be told of its amount."""
    return PaymentOption(
        code=code,
        slots=SLOTS[code],
        title=texts.OPTIONS[code],
        due_on=due_on,
        lines=lines,
        total=total_of(lines) if lines else Money(0),
        available=False,
        note=note,
        changes_on=None,
    )
