"""Reads the cells of one row of a roll and collects everything that is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from backend.services.base import RowError
from backend.services.circulation_permit.vehicle import plain
from backend.shared.plate import InvalidPlate, Plate, parse_plate
from backend.shared.rut import InvalidRut, Rut, parse_rut
from backend.shared.text import Text

_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}|\d{1,3}(\.\d{3}){1,4}", re.ASCII)
_SII_CODE = re.compile(r"[A-Z]{2}\d{7}", re.ASCII)

_EMPTY = Text(es="Falta el dato.", en="The cell is empty.")
_TOO_LONG = Text(es="El texto tiene más de {limit} caracteres.", en="The text is longer than {limit} characters.")
_NOT_WHOLE = Text(es="Debe ser un número entero, sin signo.", en="It must be a whole number without sign.")
_NOT_POSITIVE = Text(es="Debe ser un número entero mayor que cero.", en="It must be a whole number above zero.")
_NOT_A_DAY = Text(es="Debe ser una fecha dd/MM/aaaa.", en="It must be a date dd/MM/yyyy.")
_NOT_SII = Text(
    es="El código SII tiene dos letras y siete dígitos, por ejemplo CB0110001.",
    en="The SII code has two letters and seven digits, such as CB0110001.",
)
_NOT_YES_OR_NO = Text(es="Debe ser Si o No.", en="It must be Si or No.")
_WRONG_CHECK_DIGIT = Text(
    es="El dígito verificador no corresponde a la patente.", en="The check digit does not fit the plate."
)


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

    def optional_text(self, column: str, limit: int) -> str:
        text = _as_text(self._row.get(column))
        if len(text) > limit:
            self.refuse(column, _TOO_LONG.format(limit=limit))
            return ""
        return text

    def text(self, column: str, limit: int) -> str:
        if not _as_text(self._row.get(column)):
            self.refuse(column, _EMPTY)
            return ""
        return self.optional_text(column, limit)

    def optional_whole(self, column: str) -> int:
        return self._whole(column, _NOT_WHOLE) if _as_text(self._row.get(column)) else 0

    def whole(self, column: str) -> int:
        if not _as_text(self._row.get(column)):
            self.refuse(column, _EMPTY)
            return 0
        return self._whole(column, _NOT_WHOLE)

    def positive(self, column: str) -> int:
        before = len(self.errors)
        number = self._whole(column, _NOT_POSITIVE)
        if number == 0 and len(self.errors) == before:
            self.refuse(column, _NOT_POSITIVE)
        return number

    def optional_day(self, column: str) -> date | None:
        return self.day(column) if _as_text(self._row.get(column)) else None

    def day(self, column: str) -> date | None:
        value = self._row.get(column)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = _as_text(value)
        match = _DAY.fullmatch(text)
        try:
            if match:
                return date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            pass  # 31/02: the shape of a date, but no date; told below like every other wrong one
        self.refuse(column, _NOT_A_DAY if text else _EMPTY)
        return None

    def yes_or_no(self, column: str) -> bool:
        answer = plain(_as_text(self._row.get(column)))
        if answer not in {"SI", "NO"}:
            self.refuse(column, _NOT_YES_OR_NO)
        return answer == "SI"

    def sii_code(self, column: str) -> str:
        code = _as_text(self._row.get(column)).upper()
        if not _SII_CODE.fullmatch(code):
            self.refuse(column, _NOT_SII if code else _EMPTY)
        return code

    def rut(self, column: str) -> Rut | None:
        try:
            return parse_rut(_as_text(self._row.get(column)))
        except InvalidRut as wrong:
            self.refuse(column, wrong.message)
            return None

    def plate(self, column: str, digit_column: str) -> Plate | None:
        digit = _as_text(self._row.get(digit_column))
        try:
            plate = parse_plate(_as_text(self._row.get(column)))
        except InvalidPlate as wrong:
            self.refuse(column, wrong.message)
            return None
        if digit.upper() != plate.check_digit:
            self.refuse(digit_column, _WRONG_CHECK_DIGIT if digit else _EMPTY)
        return plate

    def _whole(self, column: str, complaint: Text) -> int:
        value = self._row.get(column)
        text = _as_text(value)
        is_fraction = isinstance(value, float) and not value.is_integer()  # 1.567 is not 1.567 with a dot of thousands
        if is_fraction or not _WHOLE.fullmatch(text):
            self.refuse(column, complaint)
            return 0
        return int(text.replace(".", ""))


def _as_text(value: object) -> str:
    """Write a cell as text: 8.0 is "8", control characters and double spaces are gone."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    signs = (" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in str(value))
    return " ".join("".join(signs).split())
