"""What the platform keeps about a property of the roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum

from backend.services.base import JSON


class Use(StrEnum):
    """The words of the roll's column Destino. Source: DL 3.063 art. 7, Ley 19.704 for vacant lots."""

    DWELLING = "VIVIENDA"
    SHOP = "LOCAL"
    OFFICE = "OFICINA"
    KIOSK = "KIOSKO"
    VACANT_LOT = "SITIO_ERIAZO"


class Collection(StrEnum):
    """Who collects: the municipality itself, the Treasury with the land tax, the municipality with a licence."""

    DIRECT = "DIRECTO"
    TREASURY = "TGR"
    LICENCE = "PATENTE"


@dataclass(frozen=True)
class Property:
    """The service's own data of an obligation. Valuation and special tariff in pesos, `benefit_until` an ISO date.

    `benefit` is a code that the municipality gave: why it was given (bracket of the social register, illness, pension)
    is sensitive (Ley 21.719) and neither asked nor kept. No address either. `special_tariff` is 0 for most.
    """

    use: str
    valuation: int
    tariff: str
    special_tariff: int
    collection: str
    benefit: str
    benefit_until: str

    @classmethod
    def from_subject(cls, subject: Mapping[str, JSON]) -> Property:
        values = {field.name: subject[field.name] for field in fields(cls)}
        return cls(**values)  # type: ignore[arg-type]  # only ever written by to_subject

    def to_subject(self) -> dict[str, JSON]:
        return asdict(self)

    def benefit_on(self, day: date) -> str:
        """The code of the benefit in force on a day; empty when there is none."""
        is_over = bool(self.benefit_until) and date.fromisoformat(self.benefit_until) < day
        return "" if is_over else self.benefit
