"""Reads the cells that only the roll of vehicles has."""

from __future__ import annotations

import re
from fractions import Fraction

from backend.services import row_reader
from backend.services.row_reader import EMPTY, as_text
from backend.shared.money import half_up
from backend.shared.plate import InvalidPlate, Plate, parse_plate
from backend.shared.text import Text

_SII_CODE = re.compile(r"[A-Z]{2}\d{7}", re.ASCII)

_MOST_TONNES = 100  # no vehicle of the roads carries more tonnes than this, and none less kilograms

_NOT_SII = Text(
    es="El código SII tiene dos letras y siete dígitos, por ejemplo CB0110001.",
    en="The SII code has two letters and seven digits, such as CB0110001.",
)
_WRONG_CHECK_DIGIT = Text(
    es="El dígito verificador no corresponde a la patente.", en="The check digit does not fit the plate."
)


class RowReader(row_reader.RowReader):
    """See `backend.services.row_reader.RowReader`."""

    def sii_code(self, column: str) -> str:
        code = as_text(self._row.get(column)).upper()
        if not _SII_CODE.fullmatch(code):
            self.refuse(column, _NOT_SII if code else EMPTY)
        return code

    def plate(self, column: str, digit_column: str) -> Plate | None:
        digit = as_text(self._row.get(digit_column))
        try:
            plate = parse_plate(as_text(self._row.get(column)))
        except InvalidPlate as wrong:
            self.refuse(column, wrong.message)
            return None
        if digit.upper() != plate.check_digit:
            self.refuse(digit_column, _WRONG_CHECK_DIGIT if digit else EMPTY)
        return plate

    def load_kg(self, column: str) -> int:
        """Read a load capacity in kilograms; the format names no unit, so up to 100 it is tonnes. Empty is 0."""
        written = self.optional_decimal(column)
        if not written:
            return 0
        load = Fraction(written)
        return half_up(load * 1000 if load <= _MOST_TONNES else load)
