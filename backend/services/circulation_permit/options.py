"""The ways to pay a circulation permit on a given day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from backend.services.base import JSON, PaymentOption, QuoteLine, RateNotAvailable, Rates
from backend.services.circulation_permit import rules, texts
from backend.services.circulation_permit.assessment import SERVICE, Assessment, assess
from backend.services.circulation_permit.errors import NotQuotable
from backend.services.circulation_permit.vehicle import Vehicle
from backend.services.late_payment import changes_on, late_lines, readjustment_line
from backend.services.parameters import as_fraction, as_list, as_object, as_text, as_whole
from backend.shared.money import Money
from backend.shared.text import Text

SLOTS = {"single": (1, 2), "first": (1,), "second": (2,)}


def payment_options(
    vehicle: Vehicle, *, period: str, rates: Rates, today: date, paid: frozenset[int] = frozenset()
) -> list[PaymentOption]:
    """Quote a permit. What cannot be computed rightly is told in a note and cannot be charged.

    A surcharge or an index that is not known closes its option only, which then shows what is known of the amount.
    Due dates come from `rates` and are not moved when they fall on a weekend. Raises `RateNotAvailable`,
    `TariffNotAvailable` when the tax itself is not known.
    """
    year = int(period)
    try:
        assessment = assess(vehicle, year=year, rates=rates)
    except NotQuotable as refused:
        return [_closed("single", _due_on("single", vehicle, period, rates), refused.message)]
    quote = _Quote(vehicle, period, rates, today)
    if not assessment.total:
        return [_closed("single", quote.due_on("single"), texts.NOTHING_TO_PAY)]
    if assessment.is_first_permit:
        return [quote.payable("single", _first_permit_due(year, rates), assessment.lines)]
    return [
        quote.payable("single", quote.due_on("single"), assessment.lines),
        quote.first(assessment),
        quote.second(assessment, paid),
    ]


@dataclass(frozen=True)
class _Quote:
    """One vehicle, one period, one day."""

    vehicle: Vehicle
    period: str
    rates: Rates
    today: date

    def due_on(self, code: str) -> date:
        return _due_on(code, self.vehicle, self.period, self.rates)

    def payable(self, code: str, due_on: date, lines: tuple[QuoteLine, ...]) -> PaymentOption:
        """Open an option, with what late payment adds; closed where that cannot be known."""
        base = Money(sum(line.amount.pesos for line in lines))
        try:
            lines = (*lines, *late_lines(base=base, due_on=due_on, paid_on=self.today, rates=self.rates))
        except RateNotAvailable as missing:
            return _closed(code, due_on, _late_note(due_on, missing), lines=lines)
        return PaymentOption(
            code=code,
            slots=SLOTS[code],
            title=texts.OPTIONS[code],
            due_on=due_on,
            lines=lines,
            total=Money(sum(line.amount.pesos for line in lines)),
            available=True,
            note=texts.LATE.format(due_on=texts.day(due_on)) if self.today > due_on else None,
            changes_on=changes_on(due_on=due_on, today=self.today),
        )

    def first(self, assessment: Assessment) -> PaymentOption:
        share, rule = self._instalments()
        due_on = self.due_on("first")
        amount, _ = rules.instalment_amounts(assessment.total, share)
        line = rules.instalment_line(code="first", annual=assessment.total, amount=amount, share=share)
        if self.today > due_on and rule["late_first"] is not True:
            return _closed("first", due_on, texts.NO_LATE_FIRST.format(due_on=texts.day(due_on)), lines=(line,))
        return self.payable("first", due_on, (line,))

    def second(self, assessment: Assessment, paid: frozenset[int]) -> PaymentOption:
        """Open the second instalment in its month and after, readjusted, once the first is paid."""
        share, rule = self._instalments()
        due_on = self.due_on("second")
        opens_on = _day_of(self.period, as_text(rule["second_opens"], "instalments"))
        _, amount = rules.instalment_amounts(assessment.total, share)
        line = rules.instalment_line(code="second", annual=assessment.total, amount=amount, share=1 - share)
        if self.today < opens_on:
            text = texts.SECOND if rule["index"] else texts.SECOND_AS_IT_IS
            note = text.format(opens_on=texts.day(opens_on), due_on=texts.day(due_on))
            return _closed("second", due_on, note, lines=(line,), changes_on=opens_on)
        if 1 not in paid:
            return _closed("second", due_on, texts.SECOND_AFTER_FIRST, lines=(line,))
        try:
            lines = (line, *self._readjustment(amount, rule))
        except RateNotAvailable as missing:
            return _closed("second", due_on, texts.NOT_YET.format(what=missing.fields.get("what", "")), lines=(line,))
        return self.payable("second", due_on, lines)

    def _instalments(self) -> tuple[Fraction, dict[str, JSON]]:
        """Give the share of the first instalment and the rule of the vehicle's period."""
        begin = date(int(self.period), 1, 1)
        share = as_fraction(self.rates.parameter(SERVICE, "first_instalment_share", begin), "first_instalment_share")
        rule = self.rates.parameter(SERVICE, f"instalments.{self.vehicle.period}", begin)
        return share, as_object(rule, "instalments")

    def _readjustment(self, amount: Money, rule: dict[str, JSON]) -> tuple[QuoteLine, ...]:
        """Readjust by the IPC of the months in `index`, first and last; an empty list readjusts nothing."""
        months = [as_whole(number, "instalments") for number in as_list(rule["index"], "instalments")]
        if not months:
            return ()
        year = int(self.period)
        line = readjustment_line(
            code="index",
            base=amount,
            first=(year, months[0]),
            last=(year, months[-1]),
            rates=self.rates,
            on=self.today,
            law="DL 3.063 art. 15",
        )
        return (line,) if line.amount else ()


def _due_on(code: str, vehicle: Vehicle, period: str, rates: Rates) -> date:
    return rates.due_on(SERVICE, period, f"{vehicle.period}.{code}")


def _first_permit_due(year: int, rates: Rates) -> date:
    rule = as_object(rates.parameter(SERVICE, "first_permit", date(year, 1, 1)), "first_permit")
    return _day_of(str(year), as_text(rule["due"], "first_permit"))


def _day_of(period: str, month_and_day: str) -> date:
    return date.fromisoformat(f"{period}-{month_and_day}")


def _late_note(due_on: date, missing: RateNotAvailable) -> Text:
    return texts.LATE_NOT_YET.format(due_on=texts.day(due_on), what=missing.fields.get("what", ""))


def _closed(
    code: str, due_on: date, note: Text, *, lines: tuple[QuoteLine, ...] = (), changes_on: date | None = None
) -> PaymentOption:
    return PaymentOption(
        code=code,
        slots=SLOTS[code],
        title=texts.OPTIONS[code],
        due_on=due_on,
        lines=lines,
        total=Money(sum(line.amount.pesos for line in lines)),
        available=False,
        note=note,
        changes_on=changes_on,
    )
