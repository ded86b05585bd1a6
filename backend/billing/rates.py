"""The rates of the municipality in force: national reference, overridden by what it has set itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from backend.profile.parameters import local_due_on, local_value
from backend.reference.queries import RateBook, valuations_of
from backend.shared.json import JSON
from backend.shared.money import Money
from backend.tenants.queries import current_tenant


@dataclass(frozen=True)
class MunicipalRates:
    """`backend.services.base.Rates` of one municipality. The local values are those of the schema in force."""

    commune: str
    national: RateBook
    known_valuations: Mapping[tuple[str, int, int], int] | None = None

    def utm(self, year: int, month: int) -> Money:
        return self.national.utm(year, month)

    def ipc(self, year: int, month: int) -> Fraction:
        return self.national.ipc(year, month)

    def penal_rate(self, year: int, semester: int) -> Fraction:
        return self.national.penal_rate(year, semester)

    def due_on(self, service: str, period: str, key: str) -> date:
        return local_due_on(service, period, key) or self.national.due_on(service, period, key)

    def parameter(self, service: str, key: str, on: date) -> JSON:
        own = local_value(service, key, on)
        return self.national.parameter(service, key, on) if own is None else own

    def valuation(self, sii_code: str, model_year: int, list_year: int) -> Money | None:
        if self.known_valuations is not None:
            pesos = self.known_valuations.get((sii_code, model_year, list_year))
            return None if pesos is None else Money(pesos)
        return self.national.valuation(sii_code, model_year, list_year)

    def with_valuations(self, list_year: int) -> "MunicipalRates":
        """Read the list of a year at once, so that a roll does not ask for each vehicle; other years count as empty."""
        return replace(self, known_valuations=valuations_of(list_year))


def rate_book() -> MunicipalRates:
    """Return the rates that the current municipality charges by."""
    return MunicipalRates(commune=current_tenant().commune_code, national=RateBook())
