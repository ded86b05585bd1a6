"""The ways to pay a year's waste fee on a given day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backend.services.base import PaymentOption, QuoteLine, RateNotAvailable, Rates
from backend.services.instalments import instalments, total_of, with_late_payment
from backend.services.parameters import as_list, as_text
from backend.services.waste_fee import texts
from backend.services.waste_fee.property import Collection, Property
from backend.services.waste_fee.rules import ARTICLE, CODE, Assessment, assess
from backend.shared.money import Money
from backend.shared.text import Text

Part = tuple[tuple[QuoteLine, ...], date]
"""Lines as on time, and when they fall due."""


def payment_options(
    place: Property, *, period: str, rates: Rates, today: date, paid: frozenset[int]
) -> list[PaymentOption]:
    """Quote a year: all that is left, what is past due, and each instalment, of which the oldest alone can be paid.

    Slot n is instalment n of the municipality's calendar. Raises `RateNotAvailable` where the tariff is missing.
    """
    year = int(period)
    due_dates = _due_dates(year, rates)
    left = [slot for slot in due_dates if slot not in paid]
    if not left:
        return []
    if note := _collected_elsewhere(place):
        return [_closed("all", left, texts.ALL, due_dates[left[0]], note)]
    assessment = assess(place, year=year, rates=rates)
    if not assessment.net:
        note = assessment.note or texts.EXEMPT_LOCALLY
        return [_closed("all", left, texts.ALL, due_dates[left[0]], note, assessment.lines)]
    return _Quote(assessment, year, due_dates, left, rates, today).options()


def _collected_elsewhere(place: Property) -> Text | None:
    match Collection(place.collection):
        case Collection.DIRECT:
            return None
        case Collection.TREASURY:
            return texts.TREASURY
        case Collection.LICENCE:
            return texts.WITH_LICENCE


def _due_dates(year: int, rates: Rates) -> dict[int, date]:
    """Give the due date of each slot: the calendar's days, moved in a year by a due date `q1`, `q2`… of its own.

    They are not moved when they fall on a weekend.
    """
    calendar = as_list(rates.parameter(CODE, "calendar", date(year, 1, 1)), "calendar")
    return {slot: _due_on(year, slot, as_text(day, "calendar"), rates) for slot, day in enumerate(calendar, start=1)}


def _due_on(year: int, slot: int, usual: str, rates: Rates) -> date:
    try:
        return rates.due_on(CODE, str(year), f"q{slot}")
    except RateNotAvailable:
        pass  # no year of its own: the calendar's day
    try:
        return date.fromisoformat(f"{year}-{usual}")
    except ValueError as wrong:
        raise RateNotAvailable(what="calendar", value=usual) from wrong


@dataclass(frozen=True)
class _Quote:
    assessment: Assessment
    year: int
    due_dates: dict[int, date]
    left: Sequence[int]
    rates: Rates
    today: date

    def options(self) -> list[PaymentOption]:
        parts = self._parts()
        overdue = [slot for slot in self.left if self.due_dates[slot] < self.today]
        found = []
        if len(self.left) > 1:
            found.append(self._all(parts))
        if 1 < len(overdue) < len(self.left):
            found.append(self._offer("due", overdue, texts.DUE, [parts[slot] for slot in overdue]))
        return found + [self._single_instalment(slot, parts[slot]) for slot in self.left]

    def _all(self, parts: dict[int, Part]) -> PaymentOption:
        first_due = self.due_dates[self.left[0]]
        if len(self.left) == len(self.due_dates) and self.today <= first_due:
            return self._offer("all", self.left, texts.ALL, [(self.assessment.lines, first_due)])
        title = texts.ALL if len(self.left) == len(self.due_dates) else texts.REST
        return self._offer("all", self.left, title, [parts[slot] for slot in self.left])

    def _single_instalment(self, slot: int, part: Part) -> PaymentOption:
        title = texts.INSTALMENT.format(number=slot, count=len(self.due_dates))
        if slot == self.left[0]:
            return self._offer(f"q{slot}", [slot], title, [part])
        note = texts.OLDEST_FIRST.format(number=self.left[0])
        return _closed(f"q{slot}", [slot], title, part[1], note, part[0])

    def _parts(self) -> dict[int, Part]:
        """Part the year's amount among the slots, by the rounding that the municipality uses."""
        rounding = as_text(self.rates.parameter(CODE, "instalment_rounding", date(self.year, 1, 1)), "rounding")
        amounts = instalments(self.assessment.net, len(self.due_dates), rounding)
        return {
            slot: ((self._line(slot, amount),), due_on)
            for (slot, due_on), amount in zip(self.due_dates.items(), amounts, strict=True)
        }

    def _line(self, slot: int, amount: Money) -> QuoteLine:
        text = texts.PART if len(self.assessment.lines) == 1 else texts.PART_REDUCED
        count = len(self.due_dates)
        return QuoteLine(
            code="waste",
            text=text.format(number=slot, count=count, year=self.year),
            base=self.assessment.net,
            rate=str(Fraction(1, count)),
            law=ARTICLE,
            amount=amount,
        )

    def _offer(self, code: str, slots: Sequence[int], title: Text, parts: Sequence[Part]) -> PaymentOption:
        """Quote parts with what their late payment costs; an index or rate that is missing closes the option."""
        lines: tuple[QuoteLine, ...] = ()
        changes: list[date] = []
        due_on = self.due_dates[slots[0]]
        try:
            for on_time, part_due_on in parts:
                added, changes_on = with_late_payment(on_time, due_on=part_due_on, today=self.today, rates=self.rates)
                lines, changes = lines + added, [*changes, changes_on]
        except RateNotAvailable:
            return _closed(code, slots, title, due_on, texts.NOT_KNOWN_YET)
        total = total_of(lines)
        return PaymentOption(code, tuple(slots), title, due_on, lines, total, True, None, min(changes))


def _closed(
    code: str, slots: Sequence[int], title: Text, due_on: date, note: Text, lines: tuple[QuoteLine, ...] = ()
) -> PaymentOption:
    return PaymentOption(code, tuple(slots), title, due_on, lines, total_of(lines), False, note, None)
