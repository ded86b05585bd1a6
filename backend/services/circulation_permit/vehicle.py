"""What the platform keeps about a vehicle of the roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date

from backend.services.base import JSON
from backend.services.circulation_permit.classes import PeriodCode, VehicleClass, class_of
from backend.services.row_reader import plain


@dataclass(frozen=True)
class Vehicle:
    """The service's own data of an obligation. Amounts in pesos, displacement in cm³, days as ISO dates.

    Only what the quote, the checks and the document need: the roll's address and telephone of the owner are read by
    nobody and kept nowhere (data minimisation, Ley 21.719), nor is any amount a file might claim. `exemption` and
    `franchise` are codes that staff grant to a vehicle; no roll carries them.
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
    load_kg: int = 0
    invoice_net: int = 0
    invoice_on: str = ""
    exemption: str = ""
    franchise: str = ""

    @classmethod
    def from_subject(cls, subject: Mapping[str, JSON]) -> Vehicle:
        """Read what `to_subject` wrote, also when it was written before a field existed."""
        values = {
            field.name: subject[field.name]
            for field in fields(cls)
            if field.default is MISSING or field.name in subject
        }
        return cls(**values)  # type: ignore[arg-type]  # only ever written by to_subject

    def to_subject(self) -> dict[str, JSON]:
        return dict(vars(self))

    @property
    def group(self) -> VehicleClass | None:
        """The class of DL 3.063 art. 12; None for a type that we do not know."""
        return class_of(plain(self.type), load_kg=self.load_kg)

    @property
    def period(self) -> PeriodCode:
        """The period in which it pays; March for a type that we do not know."""
        group = self.group
        return group.period if group else "march"

    @property
    def bought_on(self) -> date | None:
        """The day of the invoice, where the vehicle has one with a value."""
        return date.fromisoformat(self.invoice_on) if self.invoice_on and self.invoice_net else None
