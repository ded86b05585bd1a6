"""What the platform keeps about a business licence of the roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum

from backend.services.base import JSON
from backend.services.business_licence.provisional import Provisional, State


class Kind(StrEnum):
    """The words of the roll's column Tipo_patente."""

    COMMERCIAL = "COMERCIAL"
    INDUSTRIAL = "INDUSTRIAL"
    PROVISIONAL = "PROVISORIA"
    FAMILY = "MEF"
    PROFESSIONAL = "PROFESIONAL"
    ALCOHOL = "ALCOHOLES"


class CapitalSource(StrEnum):
    """Where the capital comes from: SII's tax equity, the initial declaration of a new business, or nowhere."""

    EQUITY = "PROPIO"
    INITIAL = "INICIAL"
    PRESUMED = "PRESUNTO"


@dataclass(frozen=True)
class Licence:
    """The service's own data of an obligation. Capital and deduction in pesos, signs in m² as text, days in ISO.

    Only what the quote and the document need: no address, no telephone, no name of the owner (data minimisation).
    `workers_total` is 0 where the whole capital belongs to this municipality; `rate_per_mil` is empty where the
    municipality's own rate holds.
    """

    kind: str
    activity: str
    capital_source: str
    capital: int
    deduction: int
    workers_here: int
    workers_total: int
    rate_per_mil: str
    waste_code: str
    sign_m2: str
    luminous_sign_m2: str
    exemption: str
    granted_on: str
    state: str
    expires_on: str
    sanitary: bool
    remarks: bool

    @classmethod
    def from_subject(cls, subject: Mapping[str, JSON]) -> Licence:
        values = {field.name: subject[field.name] for field in fields(cls)}
        return cls(**values)  # type: ignore[arg-type]  # only ever written by to_subject

    def to_subject(self) -> dict[str, JSON]:
        return asdict(self)

    @property
    def granted(self) -> date | None:
        return date.fromisoformat(self.granted_on) if self.granted_on else None

    @property
    def provisional(self) -> Provisional | None:
        """Its provisional side; None for every other kind."""
        if self.kind != Kind.PROVISIONAL:
            return None
        return Provisional(
            state=State(self.state),
            granted_on=self.granted,
            expires_on=date.fromisoformat(self.expires_on) if self.expires_on else None,
            sanitary=self.sanitary,
            remarks=self.remarks,
        )
