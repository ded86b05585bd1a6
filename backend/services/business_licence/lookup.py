"""What the citizen types to find a licence: its role and the RUT."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from backend.services.base import LookupField
from backend.services.business_licence import texts
from backend.shared.errors import DomainError
from backend.shared.rut import InvalidRut, Rut, parse_rut
from backend.shared.text import Text

LONGEST_ROLE = 20
_SEPARATORS = re.compile(r"[\s._/‐‑–-]+")
_PART = re.compile(r"[0-9]{1,9}|[0-9A-Z]{1,6}")

FIELDS: tuple[LookupField, ...] = (
    LookupField(name="role", label=texts.ROLE, kind="text"),
    LookupField(name="rut", label=texts.RUT, kind="rut"),
)


class InvalidRole(DomainError):
    """Raised by `parse_role`: not the shape of a licence's role."""

    code: ClassVar[str] = "business_licence.role_invalid"
    message: Text = Text(
        es="El rol de la patente no es válido. Escríbalo como aparece en su patente, por ejemplo 2-1234.",
        en="The role of the licence is not valid. Write it as on your licence, such as 2-1234.",
    )


def parse_role(text: str) -> str:
    """Bring a role to its one form: "002 - 001234" and "2-1234" are the same licence. Raises `InvalidRole`.

    There is no national format: one to three parts of digits (leading zeros mean nothing) or letters and digits.
    """
    parts = [part for part in _SEPARATORS.split(text.upper()) if part]
    role = "-".join(part.lstrip("0") or "0" for part in parts)
    fits = 1 <= len(parts) <= 3 and all(_PART.fullmatch(part) for part in parts) and len(role) <= LONGEST_ROLE
    if not fits or not re.search(r"[1-9]", role):
        raise InvalidRole()
    return role


def normalise(fields: Mapping[str, str]) -> tuple[str, Rut]:
    """Give role and RUT in their one normal form. Raises `InvalidRole`, `InvalidRut` with `.field` set."""
    try:
        role = parse_role(fields.get("role", ""))
    except InvalidRole as wrong:
        raise InvalidRole(field="role") from wrong
    try:
        rut = parse_rut(fields.get("rut", ""))
    except InvalidRut as wrong:
        raise InvalidRut(field="rut") from wrong
    return role, rut
