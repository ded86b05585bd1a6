"""What the platform keeps about a vehicle of the roll."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from backend.services.base import JSON
from backend.services.circulation_permit.tariff import FUELS_WITH_OTHER_RULES, LIGHT_TYPES


@dataclass(frozen=True)
class Vehicle:
    """The service's own data of an obligation. Valuation in pesos, displacement in cm³, `due_on` an ISO date.

    Only what the quote, the checks and the document need: the roll's address and telephone of the owner are read by
    nobody and kept nowhere (data minimisation, Ley 21.719), nor is any amount a file might claim.
    """

    sii_code: str
    year: int
    valuation: int
    engine: str
    chassis: str
    colour: str
    seats: int
    type: str
    make: str
    model: str
    displacement: int
    fuel: str
    transmission: str
    equipment: str
    doors: int
    green_seal: bool
    due_on: str
    free_zone: bool
    priced_from_invoice: bool

    @classmethod
    def from_subject(cls, subject: Mapping[str, JSON]) -> Vehicle:
        values = {field.name: subject[field.name] for field in fields(cls)}
        return cls(**values)  # type: ignore[arg-type]  # only ever written by to_subject

    def to_subject(self) -> dict[str, JSON]:
        return asdict(self)

    @property
    def is_light(self) -> bool:
        """Whether the vehicle is of the class of DL 3.063 art. 12 a)."""
        return plain(self.type) in LIGHT_TYPES

    @property
    def has_other_rules(self) -> bool:
        """Whether the ordinary scale on the valuation would give a wrong amount: electric, free zone, invoice."""
        fuel = plain(self.fuel)
        return self.free_zone or self.priced_from_invoice or any(mark in fuel for mark in FUELS_WITH_OTHER_RULES)


def plain(text: str) -> str:
    """Write a name of the roll in capitals, without accents or double spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in decomposed if not unicodedata.combining(sign)).upper().split())
