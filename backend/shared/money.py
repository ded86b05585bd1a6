"""Whole Chilean pesos. The peso has no cents; what the law computes in fractions is rounded here, half up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


def half_up(value: Fraction) -> int:
    """Round to the nearest whole number; a half goes up (towards +∞).

    Deduced to the peso from amounts published with SII's figures (34,875.5 → 34,876; 33,714.5 → 33,715).
    """
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


@dataclass(frozen=True, order=True)
class Money:
    """An amount of whole pesos. Only whole numbers enter; fractions come through `of` and `share`."""

    pesos: int

    def __post_init__(self) -> None:
        if type(self.pesos) is not int:  # a bool or a float here is a mistake of the programmer
            raise TypeError(f"Money takes whole pesos, not {self.pesos!r}")

    @classmethod
    def of(cls, exact: Fraction) -> Money:
        """Round an exact amount half up."""
        return cls(half_up(exact))

    def share(self, part: Fraction) -> Money:
        """Take a part of the amount, rounded half up."""
        return Money.of(self.pesos * part)

    def __add__(self, other: Money) -> Money:
        return Money(self.pesos + other.pesos)

    def __sub__(self, other: Money) -> Money:
        return Money(self.pesos - other.pesos)

    def __mul__(self, times: int) -> Money:
        return Money(self.pesos * times)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.pesos)

    def __bool__(self) -> bool:
        return self.pesos != 0

    def __str__(self) -> str:
        sign = "-" if self.pesos < 0 else ""
        return f"{sign}${abs(self.pesos):,}".replace(",", ".")
