"""For how long a paid permit of a light vehicle is valid, and how far its insurance must reach."""

from __future__ import annotations

from datetime import date


def valid_until(*, period: str, option: str) -> date:
    """Tell the last valid day: 31 August after the first instalment, else 31 March of the following year.

    Raises `ValueError` for an option that does not exist.
    """
    year = int(period)
    match option:
        case "first":
            return date(year, 8, 31)
        case "single" | "second":
            return date(year + 1, 3, 31)
        case _:
            raise ValueError(f"no such payment option: {option!r}")


def insured_until(*, period: str) -> date:
    """Tell to which day the compulsory insurance must run, also when only the first instalment is paid.

    Source: Ley 18.490 art. 1 (text in Ley 18.681 art. 54): 31 March of the next year for this class.
    """
    return date(int(period) + 1, 3, 31)
