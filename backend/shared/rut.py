"""RUT/RUN: the number by which the Chilean State knows a person or a company."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from backend.shared import mod11
from backend.shared.errors import DomainError
from backend.shared.text import Text

HIGHEST = 99_999_999
_SHAPE = re.compile(r"0*([1-9][0-9]{0,7})([0-9K])")
_PLAIN = re.compile(r"([1-9][0-9]{0,7})-([0-9K])")  # as the State's files write it
_SEPARATORS = re.compile(r"[.\s\-‐‑–]")


class InvalidRut(DomainError):
    """Raised by `parse_rut`: not the shape of a RUT, or the check digit does not fit."""

    code: ClassVar[str] = "rut.invalid"
    message: Text = Text(
        es="El RUT no es válido. Revise el número y el dígito verificador.",
        en="The RUT is not valid. Check the number and the check digit.",
    )


@dataclass(frozen=True, order=True)
class Rut:
    """A RUT without its check digit, which follows from the number."""

    number: int

    def __post_init__(self) -> None:
        if type(self.number) is not int or not 1 <= self.number <= HIGHEST:
            raise InvalidRut()

    @property
    def check_digit(self) -> str:
        return mod11.check_digit(self.number)

    @property
    def dotted(self) -> str:
        """The RUT as people write it: 12.345.678-5."""
        return f"{self.number:,}".replace(",", ".") + f"-{self.check_digit}"

    def __str__(self) -> str:
        return f"{self.number}-{self.check_digit}"


def parse_rut(text: str) -> Rut:
    """Read a RUT with its check digit, with or without dots and hyphen.

    Raises `InvalidRut`.
    """
    match = _PLAIN.fullmatch(text) or _SHAPE.fullmatch(_SEPARATORS.sub("", text).upper())
    if match is None:
        raise InvalidRut()
    rut = Rut(int(match[1]))
    if rut.check_digit != match[2]:
        raise InvalidRut()
    return rut
