"""Parts an annual amount in instalments of whole pesos, each with its own late payment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from backend.services.base import QuoteLine, RateNotAvailable, Rates
from backend.services.late_payment import changes_on, late_lines
from backend.shared.money import Money


def instalments(annual: Money, parts: int, rounding: str) -> tuple[Money, ...]:
    """Part `annual` in `parts` amounts, none of which has the other sign.

    With `each_rounded` every instalment is the annual amount over their number, half up, so that they may sum to some
    pesos more or less (San Antonio 2022: 74,071 in four of 18,518). With `rest_to_last` the last takes what is left,
    and they sum exactly. No law fixes it: a parameter of each municipality. Raises `RateNotAvailable` for another word.
    """
    if annual.pesos < 0:
        return tuple(-part for part in instalments(-annual, parts, rounding))
    each = annual.share(Fraction(1, parts))
    match rounding:
        case "each_rounded":
            return (each,) * parts
        case "rest_to_last":
            if each.pesos * (parts - 1) > annual.pesos:  # 2 pesos in 4: three halves rounded up leave less than nothing
                each = Money(annual.pesos // parts)
            return (*(each,) * (parts - 1), annual - each * (parts - 1))
        case _:
            raise RateNotAvailable(what="rounding of instalments", value=rounding)


def with_late_payment(
    lines: Iterable[QuoteLine], *, due_on: date, today: date, rates: Rates
) -> tuple[tuple[QuoteLine, ...], date]:
    """Add what late payment costs to the lines of one instalment; tell from which day that is no longer true.

    All lines of interest carry the code `interest`, so that one budget account can be named for them.
    Raises `RateNotAvailable`.
    """
    on_time = tuple(lines)
    late = late_lines(base=total_of(on_time), due_on=due_on, paid_on=today, rates=rates)
    named = tuple(replace(line, code="interest") if line.code.startswith("interest") else line for line in late)
    return on_time + named, changes_on(due_on=due_on, today=today)


def total_of(lines: Iterable[QuoteLine]) -> Money:
    """Add up lines."""
    return Money(sum(line.amount.pesos for line in lines))
