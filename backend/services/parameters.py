"""Reads parameters: JSON that a person may have written. What cannot be understood is not available, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from backend.services.base import JSON, RateNotAvailable


def as_fraction(value: JSON, what: str) -> Fraction:
    """Read an exact number: 2, "0.45", "1/2". Binary fractions are refused. Raises `RateNotAvailable`."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass  # told below
    raise RateNotAvailable(what=what, value=value)


def as_whole(value: JSON, what: str) -> int:
    """Read a whole number. Raises `RateNotAvailable`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RateNotAvailable(what=what, value=value)


def as_text(value: JSON, what: str) -> str:
    """Read a word. Raises `RateNotAvailable`."""
    if isinstance(value, str):
        return value
    raise RateNotAvailable(what=what, value=value)


def as_object(value: JSON, what: str) -> dict[str, JSON]:
    """Read named values. Raises `RateNotAvailable`."""
    if isinstance(value, dict):
        return value
    raise RateNotAvailable(what=what, value=value)


def as_list(value: JSON, what: str) -> Sequence[JSON]:
    """Read a list. Raises `RateNotAvailable`."""
    if isinstance(value, list):
        return value
    raise RateNotAvailable(what=what, value=value)
