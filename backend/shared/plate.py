"""Chilean plates (PPU) and their check digit.

The check digit is the RUT's modulus 11 over a number made from the plate: Registro Civil, "Instructivo validación de
patentes v2.0". Letters share digits (C/R, D/S, F/T, G/V, H/W, J/X, K/Y, L/Z), so it cannot tell those apart.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import ClassVar

from backend.shared import mod11
from backend.shared.errors import DomainError
from backend.shared.text import Text

_LETTER_DIGITS = dict(zip("BCDFGHJKLPRSTVWXYZ", "123456789023456789", strict=True))
_LETTERS = "".join(_LETTER_DIGITS)
_TO_DIGITS = str.maketrans(_LETTER_DIGITS)
_NEW_CAR = re.compile(rf"([{_LETTERS}]{{4}})(\d\d)", re.ASCII)
_NEW_MOTORCYCLE = re.compile(rf"([{_LETTERS}]{{3}})(\d{{2,3}})", re.ASCII)
_OLD = re.compile(r"([A-Z]{2})(\d{3,4})", re.ASCII)
_SEPARATORS = re.compile(r"[.\s·\-‐‑–]")
_WITH_CHECK_DIGIT = re.compile(r"(.+)[\-‐‑–]\s*([0-9K])", re.ASCII)


class InvalidPlate(DomainError):
    """Raised by `parse_plate`: not the shape of a plate, or the check digit does not fit."""

    code: ClassVar[str] = "plate.invalid"
    message: Text = Text(
        es="La patente no es válida. Revise las letras, los números y el dígito verificador.",
        en="The plate is not valid. Check the letters, the numbers and the check digit.",
    )


@dataclass(frozen=True, order=True)
class Plate:
    """A plate in capitals without separators; old motorcycles carry their zero (AA999 is AA0999).

    Raises `InvalidPlate` when the text is not a normalised plate; `parse_plate` accepts what people write.
    """

    text: str

    def __post_init__(self) -> None:
        _as_number(self.text)

    @property
    def check_digit(self) -> str:
        return mod11.check_digit(_as_number(self.text))

    def __str__(self) -> str:
        return self.text


def parse_plate(text: str, check_digit: str | None = None) -> Plate:
    """Read "BBBB10", "BB-BB-10", "bbbb10-8"; a check digit, in the text or apart, must fit.

    Raises `InvalidPlate`.
    """
    if check_digit is None and _NEW_CAR.fullmatch(text):  # what most rolls and look-ups hold
        return Plate(text)
    written = text.strip().upper()
    with_digit = _WITH_CHECK_DIGIT.fullmatch(written)
    if with_digit and (plate := _normalised(with_digit[1])):
        expected = [with_digit[2]]
    elif plate := _normalised(written):
        expected = []
    else:
        raise InvalidPlate()
    if check_digit is not None:
        expected.append(check_digit.strip().upper())
    if any(digit != plate.check_digit for digit in expected):
        raise InvalidPlate()
    return plate


def _normalised(written: str) -> Plate | None:
    plain = _SEPARATORS.sub("", written)
    if (old := _OLD.fullmatch(plain)) is not None:
        plain = f"{old[1]}{old[2]:0>4}"
    try:
        return Plate(plain)
    except InvalidPlate:
        return None


@lru_cache(maxsize=1024)  # asked when a plate is made, and again for its check digit
def _as_number(text: str) -> int:
    if match := _NEW_CAR.fullmatch(text):
        return int(_digits(match[1]) + match[2])
    if match := _NEW_MOTORCYCLE.fullmatch(text):
        return int(_digits(match[1]) + match[2].zfill(3))
    if (match := _OLD.fullmatch(text)) and len(match[2]) == 4 and int(match[2]) and match[1] in _old_pairs():
        return int(_old_pairs()[match[1]] + match[2])
    raise InvalidPlate()


def _digits(letters: str) -> str:
    return letters.translate(_TO_DIGITS)


@cache
def _old_pairs() -> dict[str, str]:
    with (files("backend.shared") / "data" / "ppu_digraphs.csv").open(encoding="ascii") as lines:
        return {row["serie"]: row["d7d6d5"] for row in csv.DictReader(lines)}
