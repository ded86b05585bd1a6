"""What the receipt prints about a property. Payer, folio, amounts and days of payment are the receipt's own."""

from __future__ import annotations

import re
from datetime import date

from backend.services.base import JSON, DocumentGroup
from backend.services.waste_fee import texts
from backend.services.waste_fee.lookup import printed_role
from backend.services.waste_fee.property import Property
from backend.shared.text import Text

GROUPS: tuple[DocumentGroup, ...] = (
    DocumentGroup(
        "property",
        Text(es="Propiedad", en="Property"),
        (
            ("role", Text(es="Rol de avalúo", en="Property role")),
            ("use", Text(es="Destino", en="Use")),
            ("period", Text(es="Año", en="Year")),
            ("payment_form", Text(es="Forma de pago", en="Payment")),
        ),
    ),
)
_SINGLE = re.compile(r"q([0-9]+)")


def fields(place: Property, *, role: str, period: str, option: str) -> dict[str, JSON]:
    """Give the values by key, ready to print in es-CL. Neither valuation nor benefit is printed."""
    return {
        "role": printed_role(role),
        "use": texts.USES[place.use].es,
        "period": period,
        "payment_form": _payment_form(option),
    }


def paid_until(*, period: str) -> date:
    """Tell the last day of the year that the fee is for."""
    return date(int(period), 12, 31)


def _payment_form(option: str) -> str:
    if match := _SINGLE.fullmatch(option):
        return texts.INSTALMENT_ALONE.format(number=match[1]).es
    return texts.DUE.es if option == "due" else texts.REST.es
