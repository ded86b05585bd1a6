"""The scale of light vehicles: what the law itself fixes. All else that may change is a parameter (`parameters`).

Certainty HIGH: read in the law and proved by published amounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from backend.shared.errors import DomainError
from backend.shared.text import Text


class TariffNotAvailable(DomainError):
    """Raised by `light_tariff`: no tariff is known for the permit year."""

    code: ClassVar[str] = "circulation_permit.tariff_not_available"
    message: Text = Text(
        es="Todavía no hay tarifa para el permiso de circulación {year}.",
        en="There is no tariff yet for the {year} circulation permit.",
    )


@dataclass(frozen=True)
class Slice:
    """The part of the valuation above `above` and up to `up_to` UTM pays `rate`."""

    above: int
    up_to: int | None
    rate: Fraction


@dataclass(frozen=True)
class LightTariff:
    """The progressive scale of light vehicles; `floor` is a share of the UTM of January of the permit year."""

    first_year: int
    last_year: int | None
    slices: tuple[Slice, ...]
    floor: Fraction
    utm_month: int
    law: str
    source: str
    certainty: str


LIGHT_TARIFFS = (
    LightTariff(
        first_year=2016,  # the first year whose UTM we hold
        last_year=None,
        slices=(
            Slice(0, 60, Fraction(1, 100)),
            Slice(60, 120, Fraction(2, 100)),
            Slice(120, 250, Fraction(3, 100)),
            Slice(250, 400, Fraction(4, 100)),
            Slice(400, None, Fraction(45, 1000)),
        ),
        floor=Fraction(1, 2),
        utm_month=1,
        law="DL 3.063 art. 12 a)",
        source="DL 3.063 art. 12 a), as replaced by Ley 18.681 art. 15 b); SII FAQ 5079 (30-01-2025)",
        certainty="HIGH",
    ),
)


def light_tariff(year: int) -> LightTariff:
    """Find the scale of a permit year. Raises `TariffNotAvailable`."""
    for tariff in LIGHT_TARIFFS:
        if tariff.first_year <= year and (tariff.last_year is None or year <= tariff.last_year):
            return tariff
    raise TariffNotAvailable(year=year)
