"""The calendar of the simulated world: the machine's clock in Chile, moved by whole days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SANTIAGO = ZoneInfo("America/Santiago")


@dataclass(frozen=True)
class Clock:
    shift_days: int = 0

    def today(self) -> date:
        return self.wall_clock(self.shift_days).date()

    def wall_clock(self, days: int = 0) -> datetime:
        """Local time in Santiago without zone and without fractions, as the messages carry it, `days` later."""
        return datetime.now(SANTIAGO).replace(tzinfo=None, microsecond=0) + timedelta(days=days)

    def days_of(self, sent_at: datetime) -> int:
        """Tell by which calendar a partner writes: 0 for the machine's, `shift_days` for the shifted one.

        A platform with a shifted domain date may stamp its messages by either; its partner follows it,
        so that "due" and "paid" of one order are always comparable.
        """
        return min((0, self.shift_days), key=lambda days: abs(self.wall_clock(days) - sent_at))
