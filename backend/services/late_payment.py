"""What late payment costs, in both regimes of Código Tributario art. 53, to which DL 3.063 art. 48 sends.

The day of payment decides, for all older debt too (arts. 3 and 55): daily penal interest from 1 January 2025 (Ley
21.713), 1.5 % for each month or fraction before. A municipality may be held to the monthly rule by a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from backend.services.base import QuoteLine, Rates
from backend.services.parameters import as_fraction, as_text
from backend.services.wording import decimal, month, percent
from backend.shared.money import Money, half_up
from backend.shared.text import Text

CODE = "late_payment"
DAILY_FROM = date(2025, 1, 1)
FIRST_SEMESTER = (2002, 2)
"""Days before it carry its rate: Ley 21.713, first transitory article no. 2."""

_ARTICLE = "Código Tributario art. 53"
_REGIME, _MONTHLY_PERCENT, _NEGATIVE_INDEX = "regime", "monthly_percent", "negative_index"
_READJUSTED = Text(
    es="Reajuste por IPC de {first} a {last}", en="Readjustment by the consumer price index of {first} to {last}"
)
_READJUSTED_BY_ONE = Text(es="Reajuste por IPC de {first}", en="Readjustment by the consumer price index of {first}")
_PENAL = Text(
    es="Interés penal de {days} días del {semester}° semestre de {year} ({rate} % anual)",
    en="Penal interest of {days} days in semester {semester} of {year} ({rate} % a year)",
)
_BY_MONTH = Text(es="Interés de {months} meses o fracción", en="Interest of {months} months or fractions")

Month = tuple[int, int]
"""Year and month."""


def late_lines(*, base: Money, due_on: date, paid_on: date, rates: Rates) -> tuple[QuoteLine, ...]:
    """Explain what is added to `base` when it is paid on `paid_on`; nothing in time.

    The lines are the readjustment, then interest on the readjusted amount; together they are rounded as one sum, to
    the nearest peso. Raises `RateNotAvailable` where the index of a month or the rate of a semester is missing.
    """
    if paid_on <= due_on:
        return ()
    readjustment = _readjustment(base, due_on, paid_on, rates)
    readjusted = base + readjustment.amount if readjustment else base
    if _is_monthly(paid_on, rates):
        interest = [_monthly_line(readjusted, due_on, paid_on, rates)]
    else:
        interest = list(_daily_lines(readjusted, due_on, paid_on, rates))
    return tuple(line for line in (readjustment, *interest) if line and line.amount)


def changes_on(*, due_on: date, today: date) -> date:
    """Tell the first day on which an amount quoted today would differ: interest runs by the day."""
    return max(due_on, today) + timedelta(days=1)


def index_change(*, first: Month, last: Month, rates: Rates, on: date) -> Fraction:
    """Compound the IPC of the months from `first` to `last`, as a percentage with one decimal.

    A fall counts as zero unless the parameter `negative_index` says otherwise. Raises `RateNotAvailable`.
    """
    product = Fraction(1)
    for year, number in _months(first, last):
        product *= 1 + rates.ipc(year, number) / 100
    change = Fraction(half_up((product - 1) * 1000), 10)
    if change < 0 and as_text(rates.parameter(CODE, _NEGATIVE_INDEX, on), _NEGATIVE_INDEX) == "zero":
        return Fraction(0)
    return change


def readjustment_line(
    *, base: Money, first: Month, last: Month, rates: Rates, on: date, law: str, code: str = "readjustment"
) -> QuoteLine:
    """Explain what the IPC of some months adds to an amount. Raises `RateNotAvailable`."""
    change = index_change(first=first, last=last, rates=rates, on=on)
    return QuoteLine(
        code=code,
        text=(_READJUSTED_BY_ONE if first == last else _READJUSTED).format(first=_named(first), last=_named(last)),
        base=base,
        rate=percent(change / 100),
        law=law,
        amount=base.share(change / 100),
    )


def _readjustment(base: Money, due_on: date, paid_on: date, rates: Rates) -> QuoteLine | None:
    """From the end of the second month before the due date to that of the second month before payment."""
    first, last = _month_before(due_on, 1), _month_before(paid_on, 2)
    if last < first:  # paid within the month of the due date
        return None
    return readjustment_line(
        base=base, first=first, last=last, rates=rates, on=paid_on, law=f"{_ARTICLE} incisos 1 y 2"
    )


def _is_monthly(paid_on: date, rates: Rates) -> bool:
    return paid_on < DAILY_FROM or as_text(rates.parameter(CODE, _REGIME, paid_on), _REGIME) == "monthly"


def _monthly_line(readjusted: Money, due_on: date, paid_on: date, rates: Rates) -> QuoteLine:
    months = _months_or_fractions(due_on, paid_on)
    a_month = as_fraction(rates.parameter(CODE, _MONTHLY_PERCENT, paid_on), _MONTHLY_PERCENT)
    share = months * a_month / 100
    return QuoteLine(
        code="interest",
        text=_BY_MONTH.format(months=months),
        base=readjusted,
        rate=percent(share),
        law=f"{_ARTICLE} (antes de la Ley 21.713)",
        amount=readjusted.share(share),
    )


def _daily_lines(readjusted: Money, due_on: date, paid_on: date, rates: Rates) -> Iterator[QuoteLine]:
    """One line for each semester, without compounding; each is what it adds to the rounded sum."""
    exact = Fraction(0)
    for (year, semester), days in _days_by_semester(due_on, paid_on):
        annual = rates.penal_rate(*max((year, semester), FIRST_SEMESTER))
        before, exact = exact, exact + readjusted.pesos * days * annual / 36_000
        yield QuoteLine(
            code="interest",
            text=_PENAL.format(days=days, semester=semester, year=year, rate=decimal(annual)),
            base=readjusted,
            rate=f"{decimal(annual / 360)} % diario",
            law=f"{_ARTICLE} incisos 3 a 5, Ley 21.713",
            amount=Money(half_up(exact) - half_up(before)),
        )


def _days_by_semester(due_on: date, paid_on: date) -> Iterator[tuple[tuple[int, int], int]]:
    """Part the days after `due_on` up to and including `paid_on` by semester."""
    begin = due_on + timedelta(days=1)
    while begin <= paid_on:
        semester = 1 if begin.month <= 6 else 2
        ends = date(begin.year, 6, 30) if semester == 1 else date(begin.year, 12, 31)
        until = min(ends, paid_on)
        yield (begin.year, semester), (until - begin).days + 1
        begin = until + timedelta(days=1)


def _months_or_fractions(due_on: date, paid_on: date) -> int:
    """Count months from the due date, begun ones as whole: from 31 March, 30 April ends the first."""
    months = (paid_on.year - due_on.year) * 12 + paid_on.month - due_on.month
    return months if paid_on.day <= due_on.day else months + 1


def _month_before(when: date, count: int) -> Month:
    year, number = divmod(when.year * 12 + when.month - 1 - count, 12)
    return year, number + 1


def _months(first: Month, last: Month) -> Iterator[Month]:
    year, number = first
    while (year, number) <= last:
        yield year, number
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)


def _named(when: Month) -> Text:
    name = month(when[1])
    return Text(es=f"{name.es} de {when[0]}", en=f"{name.en} {when[0]}")
