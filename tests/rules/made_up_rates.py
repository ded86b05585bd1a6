"""Rates that no office published, where a property must hold for any, or for years that nobody has published yet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from backend.reference.files import FileRates
from backend.shared.money import Money


@dataclass(frozen=True)
class SteadyRates(FileRates):
    """The project's own files, with one index and one penal rate for every month; `monthly_ipc` in percent."""

    monthly_ipc: Fraction = Fraction(3, 10)
    annual_penal: Fraction = Fraction(8)

    def ipc(self, year: int, month: int) -> Fraction:
        return self.monthly_ipc

    def penal_rate(self, year: int, semester: int) -> Fraction:
        return self.annual_penal


@dataclass(frozen=True)
class OneUtm(SteadyRates):
    """The same UTM in every month."""

    pesos: int = 67_429

    def utm(self, year: int, month: int) -> Money:
        return Money(self.pesos)
