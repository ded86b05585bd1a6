"""What a treasurer types to compute a waste fee by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from backend.services.base import JSON, QuoteField, RollEntry
from backend.services.waste_fee.property import Collection, Use
from backend.services.waste_fee.roll import EXAMPLE, read_row
from backend.shared.errors import DomainError
from backend.shared.text import Text

_COLUMN_OF = {
    "use": "Destino",
    "valuation": "Avaluo_fiscal",
    "tariff": "Tarifa_especial",
    "tariff_code": "Codigo_tarifa",
    "benefit": "Codigo_beneficio",
}
_UNKNOWN_VALUATION = 999_999_999_999
"""What a dwelling is taken for when no valuation was typed: not exempt."""

FIELDS: tuple[QuoteField, ...] = (
    QuoteField("use", str, f"use of the property: {', '.join(Use)} (VIVIENDA when not given)"),
    QuoteField("valuation", int, "fiscal valuation in pesos; without it a dwelling is not exempt"),
    QuoteField("tariff", int, "annual tariff in pesos"),
    QuoteField("tariff_code", str, "code of the municipality's own tariff, instead of --tariff"),
    QuoteField("benefit", str, "code of the municipality's own exemption"),
)


class PropertyNotUnderstood(DomainError):
    """Raised by `subject_from`: what was typed would be refused in a roll too."""

    code: ClassVar[str] = "waste_fee.not_understood"
    message: Text = Text(es="{column}: {why}", en="{column}: {why}")


def subject_from(typed: Mapping[str, object], *, period: str) -> dict[str, JSON]:
    """Make a property of typed fields by way of a row of the roll, so that the same rules hold.

    Raises `PropertyNotUnderstood`.
    """
    row: dict[str, object] = dict.fromkeys(EXAMPLE, "")
    row |= {column: EXAMPLE[column] for column in ("Manzana", "Predio", "Rut", "Nombre")}
    row |= {"Ano": period, "Destino": Use.DWELLING, "Forma_cobro": Collection.DIRECT}
    row["Avaluo_fiscal"] = _UNKNOWN_VALUATION
    row |= {_COLUMN_OF[name]: value for name, value in typed.items() if name in _COLUMN_OF and value is not None}
    entry = read_row(1, row, year=int(period))
    if isinstance(entry, RollEntry):
        return entry.subject
    raise PropertyNotUnderstood(column=entry[0].column, why=entry[0].message)
