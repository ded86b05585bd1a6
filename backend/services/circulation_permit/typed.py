"""A vehicle as `./sem quote circulation-permit` is told about it, without a roll."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from backend.services.base import QuoteField
from backend.services.circulation_permit.classes import BY_CODE
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.errors import DomainError
from backend.shared.text import Text

FIELDS = (
    QuoteField("valuation", int, "SII valuation (tasación) in pesos."),
    QuoteField("class", str, f"Class of vehicle: {', '.join(BY_CODE)} (light)."),
    QuoteField("load", int, "Load capacity in kg, for classes that pay by it."),
    QuoteField("model_year", int, "Year of the vehicle (the permit's)."),
    QuoteField("electric", bool, "Electric or plug-in: Ley 21.505."),
    QuoteField("invoice_net", int, "Net value of the purchase invoice in pesos."),
    QuoteField("invoice_on", date, "Date of the purchase invoice."),
    QuoteField("sii_code", str, "SII code, for valuations of the list."),
    QuoteField("free_zone", bool, "Vehicle brought in through a free zone; needs --commune."),
    QuoteField("franchise", str, "Code of a franchise to apply whatever the commune: extreme_zone, free_zone …"),
    QuoteField("exempt", bool, "Exempt vehicle (DL 3.063 art. 20)."),
)


class UnknownClass(DomainError):
    """Raised by `vehicle_from`: no class has that code."""

    code: ClassVar[str] = "circulation_permit.unknown_class"
    message: Text = Text(
        es="No existe la clase de vehículo {name}. Son: {known}.", en="There is no class {name}. They are: {known}."
    )


def vehicle_from(fields: Mapping[str, object], *, period: str) -> Vehicle:
    """Make a vehicle of what was typed; absent fields are as in an ordinary light vehicle. Raises `UnknownClass`."""
    name = str(fields.get("class", "light"))
    if name not in BY_CODE:
        raise UnknownClass(field="class", name=name, known=", ".join(BY_CODE))
    invoice_on = fields.get("invoice_on")
    return Vehicle(
        sii_code=str(fields.get("sii_code", "")),
        year=_whole(fields.get("model_year"), int(period)),
        valuation=_whole(fields.get("valuation"), 0),
        engine="",
        chassis="",
        colour="",
        seats=0,
        type=min(BY_CODE[name].names, key=len),
        make="",
        model="",
        displacement=0,
        fuel="Eléctrico" if fields.get("electric") else "Bencina",
        transmission="",
        equipment="",
        doors=0,
        green_seal=True,
        due_on="",
        free_zone=bool(fields.get("free_zone")),
        load_kg=_whole(fields.get("load"), 0),
        invoice_net=_whole(fields.get("invoice_net"), 0),
        invoice_on=invoice_on.isoformat() if isinstance(invoice_on, date) else "",
        exemption="exempt" if fields.get("exempt") else "",
        franchise=str(fields.get("franchise", "")),
    )


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) else default
