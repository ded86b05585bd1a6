"""What a treasurer types to compute a licence by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from backend.services.base import JSON, QuoteField, RollEntry
from backend.services.business_licence.exemptions import EXEMPTIONS
from backend.services.business_licence.licence import CapitalSource, Kind
from backend.services.business_licence.roll import EXAMPLE, read_row
from backend.shared.errors import DomainError
from backend.shared.text import Text

_COLUMN_OF = {
    "kind": "Tipo_patente",
    "capital": "Capital",
    "rate_per_mil": "Tasa_por_mil",
    "investments": "Inversiones_deducibles",
    "workers_here": "Trabajadores_local",
    "workers_total": "Trabajadores_total",
    "waste_code": "Codigo_aseo",
    "sign_m2": "Publicidad_m2",
    "luminous_sign_m2": "Publicidad_luminosa_m2",
    "exemption": "Exencion",
    "granted_on": "Fecha_otorgamiento",
    "expires_on": "Vencimiento_provisoria",
}

FIELDS: tuple[QuoteField, ...] = (
    QuoteField("kind", str, f"kind of licence: {', '.join(Kind)} (COMERCIAL when not given)"),
    QuoteField("capital", int, "tax equity in pesos; without it, the fixed amount of those without a balance"),
    QuoteField("initial_capital", bool, "the capital is the initial one of a new business"),
    QuoteField("rate_per_mil", str, "the municipality's rate per mil, 2.5 to 5"),
    QuoteField("investments", int, "investments deducted with a certificate, in pesos"),
    QuoteField("workers_here", int, "workers of this branch"),
    QuoteField("workers_total", int, "workers of all branches"),
    QuoteField("waste_code", str, "class of waste in the municipality's tariff"),
    QuoteField("sign_m2", str, "square metres of advertising that does not shine"),
    QuoteField("luminous_sign_m2", str, "square metres of luminous advertising"),
    QuoteField("exemption", str, f"reason of the exemption: {', '.join(EXEMPTIONS)}"),
    QuoteField("granted_on", date, "day of the grant, where it is within the period or the licence is provisional"),
    QuoteField("expires_on", date, "expiry of a provisional licence"),
)


class LicenceNotUnderstood(DomainError):
    """Raised by `subject_from`: what was typed would be refused in a roll too."""

    code: ClassVar[str] = "business_licence.not_understood"
    message: Text = Text(es="{column}: {why}", en="{column}: {why}")


def subject_from(typed: Mapping[str, object], *, period: str) -> dict[str, JSON]:
    """Make a licence of typed fields by way of a row of the roll, so that the same rules hold.

    Raises `LicenceNotUnderstood`.
    """
    row: dict[str, object] = dict.fromkeys(EXAMPLE, "")
    row |= {column: EXAMPLE[column] for column in ("Rol", "Rut", "Nombre", "Giro")}
    row |= {
        "Ano": period,
        "Tipo_patente": Kind.COMMERCIAL,
        "Certificado_inversiones": EXAMPLE["Certificado_inversiones"],
    }
    row |= {_COLUMN_OF[name]: value for name, value in typed.items() if name in _COLUMN_OF and value is not None}
    if typed.get("capital") is None:
        row["Origen_capital"] = CapitalSource.PRESUMED
    else:
        row["Origen_capital"] = CapitalSource.INITIAL if typed.get("initial_capital") else CapitalSource.EQUITY
    if str(row["Tipo_patente"]).upper() == Kind.PROVISIONAL:
        row["Estado_provisoria"] = "PROVISORIA"
    entry = read_row(1, row, year=int(period))
    if isinstance(entry, RollEntry):
        return entry.subject
    raise LicenceNotUnderstood(column=entry[0].column, why=entry[0].message)
