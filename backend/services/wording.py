"""How amounts' reasons are written: shares, days and months as Chile writes them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from backend.shared.money import half_up
from backend.shared.text import Text

_MONTHS = tuple(
    Text(*names.split("/"))
    for names in (
        "enero/January",
        "febrero/February",
        "marzo/March",
        "abril/April",
        "mayo/May",
        "junio/June",
        "julio/July",
        "agosto/August",
        "septiembre/September",
        "octubre/October",
        "noviembre/November",
        "diciembre/December",
    )
)


def percent(share: Fraction) -> str:
    """Write a share of one: 45/1000 is "4,5 %"."""
    return f"{decimal(share * 100)} %"


def decimal(number: Fraction, places: int = 10) -> str:
    """Write a number with a decimal comma, without closing zeros."""
    whole, rest = divmod(abs(half_up(number * 10**places)), 10**places)
    digits = f"{rest:0{places}d}".rstrip("0")
    return f"{'-' if number < 0 else ''}{whole}{',' if digits else ''}{digits}"


def day(when: date) -> str:
    """Write a date: 31-03-2025."""
    return f"{when:%d-%m-%Y}"


def month(number: int) -> Text:
    """Name a month, 1 to 12."""
    return _MONTHS[number - 1]
