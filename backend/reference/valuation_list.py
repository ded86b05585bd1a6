"""Reads the SII's list of vehicle valuations, as it is published: one workbook for light vehicles, one for heavy ones.

Columns (2026): Código SII, Año, Tipo, Marca, …, Tasación 2026, Permiso 2026, Observación; about 80,000 rows. Only the
key and the valuation are kept: the permit is ours to compute (SII FAQ 5079).
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from backend.shared.errors import DomainError
from backend.shared.text import Text

LARGEST_FILE = 64 * 1024 * 1024
_ROWS_BEFORE_HEADER = 30
_SII_CODE = re.compile(r"[A-Z]{2}\d{7}", re.ASCII)


class ValuationListUnreadable(DomainError):
    """Raised by `read_valuation_list`: it is not the SII's list of that year; nothing of it is loaded."""

    code = "reference.valuation_list_unreadable"
    message = Text(es="No se pudo leer la lista de tasaciones: {why}.", en="The list could not be read: {why}.")


@dataclass(frozen=True)
class Valuation:
    """One row of the list; `pesos` for the vehicle of `sii_code` made in `model_year`."""

    sii_code: str
    model_year: int
    pesos: int


def read_valuation_list(data: bytes, *, year: int) -> list[Valuation]:
    """Read a whole list. Raises `ValuationListUnreadable` with the row that is wrong."""
    if len(data) > LARGEST_FILE:
        raise ValuationListUnreadable(why="el archivo es demasiado grande")
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).iter_rows()
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise ValuationListUnreadable(why="no es un libro XLSX válido") from error
    numbered = enumerate(rows, start=1)
    code, model_year, value = _columns(numbered, year)
    found: dict[tuple[str, int], Valuation] = {}
    for number, row in numbered:
        if not any(str(cell or "").strip() for cell in row):
            continue
        read = _valuation(row[code], row[model_year], row[value], number)
        known = found.setdefault((read.sii_code, read.model_year), read)
        if known != read:
            raise ValuationListUnreadable(why=f"fila {number}: {read.sii_code} {read.model_year} tiene dos tasaciones")
    if not found:
        raise ValuationListUnreadable(why="no tiene filas")
    return list(found.values())


def _columns(rows: Iterator[tuple[int, Sequence[object]]], year: int) -> tuple[int, int, int]:
    """Find the header, which may stand below a title, and in it the three columns that are read."""
    wanted = ("CODIGO SII", "ANO", f"TASACION {year}")
    for number, row in rows:
        names = [_plain(cell) for cell in row]
        if wanted[0] in names:
            missing = [name for name in wanted if name not in names]
            if missing:
                raise ValuationListUnreadable(why=f"falta la columna {', '.join(missing)}")
            return names.index(wanted[0]), names.index(wanted[1]), names.index(wanted[2])
        if number >= _ROWS_BEFORE_HEADER:
            break
    raise ValuationListUnreadable(why="falta la columna CODIGO SII")


def _valuation(code: object, model_year: object, value: object, number: int) -> Valuation:
    read = Valuation(sii_code=_plain(code), model_year=_whole(model_year), pesos=_whole(value))
    if not _SII_CODE.fullmatch(read.sii_code):
        raise ValuationListUnreadable(why=f"fila {number}: {code!s:.20} no es un código del SII")
    if not 1900 <= read.model_year <= 2100 or not 0 < read.pesos < 10**13:
        raise ValuationListUnreadable(why=f"fila {number}: el año o la tasación de {read.sii_code} no es correcto")
    return read


def _whole(cell: object) -> int:
    """Read a whole number however the workbook holds it; 0 for what is none."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    text = str(cell).replace(".", "").replace("$", "").strip()
    return int(text) if not isinstance(cell, float) and text.isascii() and text.isdigit() else 0


def _plain(cell: object) -> str:
    decomposed = unicodedata.normalize("NFKD", str(cell or ""))
    return " ".join("".join(sign for sign in decomposed if not unicodedata.combining(sign)).upper().split())
