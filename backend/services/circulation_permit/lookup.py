"""What the citizen types to find a permit: the plate and the owner's RUT."""

from __future__ import annotations

from collections.abc import Mapping

from backend.services.base import LookupField
from backend.services.circulation_permit import texts
from backend.shared.plate import InvalidPlate, parse_plate
from backend.shared.rut import InvalidRut, Rut, parse_rut

FIELDS = (
    LookupField(name="plate", label=texts.PLATE, kind="plate"),
    LookupField(name="rut", label=texts.OWNER_RUT, kind="rut"),
)


def normalise(fields: Mapping[str, str]) -> tuple[str, Rut]:
    """Give plate and RUT in their one normal form. Raises `InvalidPlate`, `InvalidRut` with `.field` set."""
    try:
        plate = parse_plate(fields.get("plate", ""))
    except InvalidPlate as wrong:
        raise InvalidPlate(field="plate") from wrong
    try:
        rut = parse_rut(fields.get("rut", ""))
    except InvalidRut as wrong:
        raise InvalidRut(field="rut") from wrong
    return plate.text, rut
