"""Two clocks: the machine's, in UTC, and the calendar of Chile, in which due dates and quotes live.

`SEM_CLOCK_SHIFT_DAYS` (whole days, demo and tests only) moves the calendar and nothing else: certificates, tokens,
leases, time-outs and audit keep the machine's clock. The shifted calendar ticks.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SANTIAGO = ZoneInfo("America/Santiago")


def shift_days() -> int:
    """Tell by how many days the calendar is ahead of the machine; 0 in production."""
    return int(os.environ.get("SEM_CLOCK_SHIFT_DAYS", "").strip() or "0")


def now() -> datetime:
    """Read the machine's clock (aware, UTC)."""
    return datetime.now(UTC)


def today() -> date:
    """Read today's date in the calendar of Chile."""
    return domain_date(now())


def domain_date(instant: datetime) -> date:
    """Tell on which date of the Chilean calendar an instant of the machine falls.

    Raises `ValueError` for an instant without time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SANTIAGO).date() + timedelta(days=shift_days())


def day_starts_at(day: date) -> datetime:
    """Find the machine's instant (UTC) at which a date of the Chilean calendar begins.

    Chile changes its clocks at midnight: in September 00:00 does not exist. `fold=0` reads it with the offset that
    was in force until then, which is exactly the instant of the change.
    """
    local = day - timedelta(days=shift_days())
    return datetime.combine(local, time.min, tzinfo=SANTIAGO).astimezone(UTC)
