"""The three periods of the year in which permits are renewed, and how long a permit is valid.

Source: DL 3.063 art. 15 as municipalities publish it; the second instalments of May and September are recalled only
(certainty LOW). Due dates of payment are data (`due_dates.csv`), because laws have moved them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.services.circulation_permit.classes import PeriodCode


@dataclass(frozen=True)
class Period:
    """Month and day on which a permit of the year before ends, and to which a first instalment alone is valid."""

    renewed: tuple[int, int]
    first_until: tuple[int, int]


PERIODS: dict[PeriodCode, Period] = {
    "march": Period(renewed=(3, 31), first_until=(8, 31)),
    "may": Period(renewed=(5, 31), first_until=(6, 30)),
    "september": Period(renewed=(9, 30), first_until=(10, 31)),
}


def valid_until(code: PeriodCode, *, period: str, option: str) -> date:
    """Tell the last day of a paid permit: a first instalment alone ends when the second is due.

    Raises `ValueError` for an option that does not exist.
    """
    year = int(period)
    match option:
        case "first":
            return date(year, *PERIODS[code].first_until)
        case "single" | "second":
            return date(year + 1, *PERIODS[code].renewed)
        case _:
            raise ValueError(f"no such payment option: {option!r}")


def insured_until(code: PeriodCode, *, period: str) -> date:
    """Tell to which day the compulsory insurance must run, also when only the first instalment is paid.

    Source: Ley 18.490 art. 1 (text in Ley 18.681 art. 54): the end of the class's period in the next year.
    """
    return date(int(period) + 1, *PERIODS[code].renewed)
