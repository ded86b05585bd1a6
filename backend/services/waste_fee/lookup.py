"""What the citizen types to find a property: its role and the owner's RUT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from backend.services.base import LookupField
from backend.services.waste_fee import texts
from backend.shared.errors import DomainError
from backend.shared.rut import InvalidRut, Rut, parse_rut
from backend.shared.text import Text

FIELDS: tuple[LookupField, ...] = (
    LookupField(name="role", label=texts.ROLE, kind="text"),
    LookupField(name="rut", label=texts.RUT, kind="rut"),
)
_ROLE = re.compile(r"0*([1-9][0-9]{0,4})[\s./‐‑–-]+0*([1-9][0-9]{0,4})", re.ASCII)


class InvalidPropertyRole(DomainError):
    """Raised by `parse_role`: not block and plot."""

    code: ClassVar[str] = "waste_fee.role_invalid"
    message: Text = Text(
        es="El rol de avalúo no es válido. Son dos números, manzana y predio, por ejemplo 573-24.",
        en="The property role is not valid. It is two numbers, block and plot, such as 573-24.",
    )


def role_key(block: int, plot: int) -> str:
    """Write a role in its one form, each number padded to five: unique within a commune."""
    return f"{block:05d}-{plot:05d}"


def parse_role(text: str) -> str:
    """Read a role: "573-24" is 00573-00024. Raises `InvalidPropertyRole`."""
    match = _ROLE.fullmatch(text.strip())
    if match is None:
        raise InvalidPropertyRole()
    return role_key(int(match[1]), int(match[2]))


def printed_role(key: str) -> str:
    """Write a role as people do: 573-24."""
    return "-".join(str(int(part)) for part in key.split("-"))


def normalise(fields: Mapping[str, str]) -> tuple[str, Rut]:
    """Give role and RUT in their one normal form. Raises `InvalidPropertyRole`, `InvalidRut` with `.field` set."""
    try:
        role = parse_role(fields.get("role", ""))
    except InvalidPropertyRole as wrong:
        raise InvalidPropertyRole(field="role") from wrong
    try:
        rut = parse_rut(fields.get("rut", ""))
    except InvalidRut as wrong:
        raise InvalidRut(field="rut") from wrong
    return role, rut
