"""Reference data of a few years, as the rules ask for them. UTM of January: SII."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from backend.services.base import RateNotAvailable
from backend.shared.money import Money

UTM_OF_JANUARY = {2024: 64_666, 2025: 67_429, 2026: 69_751}


@dataclass(frozen=True)
class KnownRates:
    asked: list[tuple[int, int]] = field(default_factory=list)

    def utm(self, year: int, month: int) -> Money:
        self.asked.append((year, month))
        if month != 1 or year not in UTM_OF_JANUARY:
            raise RateNotAvailable(year=year, month=month)
        return Money(UTM_OF_JANUARY[year])

    def due_on(self, service: str, period: str, key: str) -> date:
        if service != "circulation_permit" or int(period) not in UTM_OF_JANUARY:
            raise RateNotAvailable(service=service, period=period)
        month = {"single": 3, "first": 3, "second": 8}[key]
        return date(int(period), month, 31)
