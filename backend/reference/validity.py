"""Which of several values with validity holds on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from backend.shared.json import JSON

Span = tuple[date, date | None, JSON]
"""First day, last day (None: open), value."""


def in_force(spans: Iterable[Span], on: date) -> JSON:
    """Give the value that began last among those in force; None when there is none."""
    holding = [(first, value) for first, last, value in spans if first <= on and (last is None or on <= last)]
    return max(holding, key=lambda span: span[0])[1] if holding else None
