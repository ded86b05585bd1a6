"""Reads the cells of one row of a roll and collects everything that is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache

from backend.services.base import RowError
from backend.shared.rut import InvalidRut, Rut, parse_rut
from backend.shared.text import Text

_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_BEYOND_WHOLE = 10**15
_WHOLE = re.compile(r"\d{1,15}|\d{1,3}(\.\d{3}){1,4}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,6}([.,]\d{1,2})?", re.ASCII)

EMPTY = Text(es="Falta el dato.", en="The cell is empty.")
_TOO_LONG = Text(es="El texto tiene más de {limit} caracteres.", en="The text is longer than {limit} characters.")
_NOT_WHOLE = Text(es="Debe ser un número entero, sin signo.", en="It must be a whole number without sign.")
_NOT_SIGNED = Text(es="Debe ser un número entero.", en="It must be a whole number.")
_NOT_POSITIVE = Text(es="Debe ser un número entero mayor que cero.", en="It must be a whole number above zero.")
_NOT_DECIMAL = Text(
    es="Debe ser un número sin signo, con dos decimales a lo más, por ejemplo 3,5.",
    en="It must be a number without sign and with two decimals at most, such as 3.5.",
)
_NOT_A_DAY = Text(es="Debe ser una fecha dd/MM/aaaa.", en="It must be a date dd/MM/yyyy.")
_NOT_YES_OR_NO = Text(es="Debe ser Si o No.", en="It must be Si or No.")
_NOT_ONE_OF = Text(es="Debe ser uno de estos: {known}.", en="It must be one of: {known}.")


class RowReader:
    """One row. A reading that fails is noted in `errors` and gives an empty value, so that all errors are found.

    Cells come as text or as what a workbook really holds: numbers, dates, nothing.
    """

    def __init__(self, number: int, row: Mapping[str, object]) -> None:
        self.errors: list[RowError] = []
        self._number = number
        self._row = row

    def refuse(self, column: str, message: Text) -> None:
        self.errors.append(RowError(self._number, column, message))

    def is_empty(self, column: str) -> bool:
        value = self._row.get(column)
        return value == "" or (not isinstance(value, float) and not as_text(value))

    def optional_text(self, column: str, limit: int) -> str:
        text = as_text(self._row.get(column))
        if len(text) > limit:
            self.refuse(column, _TOO_LONG.format(limit=limit))
            return ""
        return text

    def text(self, column: str, limit: int) -> str:
        text = as_text(self._row.get(column))
        if 0 < len(text) <= limit:
            return text
        self.refuse(column, _TOO_LONG.format(limit=limit) if text else EMPTY)
        return ""

    def choice(self, column: str, known: Collection[str], *, default: str | None = None) -> str:
        """Read one of the words in `known`, however it is spelt; an empty cell is the default, where there is one."""
        if self.is_empty(column):
            if default is None:
                self.refuse(column, EMPTY)
            return default or ""
        word = plain(as_text(self._row.get(column))).replace(" ", "_")
        if word not in known:
            self.refuse(column, _NOT_ONE_OF.format(known=", ".join(known)))
            return ""
        return word

    def optional_whole(self, column: str) -> int:
        value = self._row.get(column)
        if value == "":
            return 0
        if isinstance(value, float) and 0 <= value < _BEYOND_WHOLE and value.is_integer():
            return int(value)
        return 0 if self.is_empty(column) else self._whole(column, _NOT_WHOLE)

    def whole(self, column: str) -> int:
        if self.is_empty(column):
            self.refuse(column, EMPTY)
            return 0
        return self._whole(column, _NOT_WHOLE)

    def signed_whole(self, column: str) -> int:
        """Read a whole number that may be negative, such as a company's equity; an empty cell is refused."""
        if self.is_empty(column):
            self.refuse(column, EMPTY)
            return 0
        text = as_text(self._row.get(column))
        size = self._whole(column, _NOT_SIGNED, text[1:].lstrip() if text.startswith("-") else None)
        return -size if text.startswith("-") else size

    def positive(self, column: str) -> int:
        before = len(self.errors)
        number = self._whole(column, _NOT_POSITIVE)
        if number == 0 and len(self.errors) == before:
            self.refuse(column, _NOT_POSITIVE)
        return number

    def optional_decimal(self, column: str) -> str:
        """Read a number with at most two decimals as its exact text ("3.5"), empty for nothing."""
        if self.is_empty(column):
            return ""
        text = as_text(self._row.get(column))
        if not _DECIMAL.fullmatch(text):
            self.refuse(column, _NOT_DECIMAL)
            return ""
        return text.replace(",", ".")

    def optional_day(self, column: str) -> date | None:
        return None if self.is_empty(column) else self.day(column)

    def day(self, column: str) -> date | None:
        value = self._row.get(column)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = as_text(value)
        day = _as_day(text)
        if day is None:
            self.refuse(column, _NOT_A_DAY if text else EMPTY)
        return day

    def yes_or_no(self, column: str) -> bool:
        answer = plain(as_text(self._row.get(column)))
        if answer not in {"SI", "NO"}:
            self.refuse(column, _NOT_YES_OR_NO)
        return answer == "SI"

    def optional_yes_or_no(self, column: str) -> bool:
        return not self.is_empty(column) and self.yes_or_no(column)

    def rut(self, column: str) -> Rut | None:
        try:
            return parse_rut(as_text(self._row.get(column)))
        except InvalidRut as wrong:
            self.refuse(column, wrong.message)
            return None

    def _whole(self, column: str, complaint: Text, unsigned: str | None = None) -> int:
        value = self._row.get(column) if unsigned is None else unsigned
        if isinstance(value, float) and 0 <= value < _BEYOND_WHOLE and value.is_integer():
            return int(value)
        text = as_text(value)
        is_fraction = isinstance(value, float) and not value.is_integer()  # 1.567 is not 1.567 with a dot of thousands
        if is_fraction or not _WHOLE.fullmatch(text):
            self.refuse(column, complaint)
            return 0
        return int(text.replace(".", ""))


def as_text(value: object) -> str:
    """Write a cell as text: 8.0 is "8", control characters and double spaces are gone."""
    if isinstance(value, str) and value.isprintable():  # most of a roll's millions of cells: nothing to clean
        return " ".join(value.split()) if " " in value else value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    signs = (" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in str(value))
    return " ".join("".join(signs).split())


@lru_cache(maxsize=4096)
def _as_day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None  # 31/02: the shape of a date, but no date


@lru_cache(maxsize=4096)  # rolls repeat their words
def plain(text: str) -> str:
    """Write a name of a roll in capitals, without accents or double spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(sign for sign in decomposed if not unicodedata.combining(sign)).upper().split())
