"""Reading a roll file: XLSX or CSV, header in the first row, one row per object."""

import csv
import io
from collections.abc import Iterator, Sequence

from python_calamine import CalamineError, CalamineWorkbook

from backend.shared.errors import DomainError
from backend.shared.text import Text

LARGEST_FILE = 64 * 1024 * 1024
Row = dict[str, object]


class RollFileUnreadable(DomainError):
    """The file is no workbook or table that we can read."""

    code = "billing.roll_unreadable"
    message = Text(
        es="No se pudo leer el archivo: {why}. Suba un XLSX o un CSV (UTF-8) con la primera fila de encabezados.",
        en="The file could not be read: {why}. Upload an XLSX or a CSV (UTF-8) whose first row holds the headers.",
    )


def read_rows(data: bytes, *, filename: str, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Yield (row number in the sheet, cells by column); blank rows are passed over.

    Raises `RollFileUnreadable` for a file without the columns.
    """
    if len(data) > LARGEST_FILE:
        raise RollFileUnreadable(why="es demasiado grande")
    rows = _csv(data) if filename.lower().endswith(".csv") else _xlsx(data)
    header = [str(cell or "").strip() for cell in next(rows, [])]
    missing = [column for column in columns if column not in header]
    if missing:
        raise RollFileUnreadable(why=f"faltan las columnas {', '.join(missing)}")
    for number, cells in enumerate(rows, start=2):
        row = dict(zip(header, cells, strict=False))
        if any(str(cell or "").strip() for cell in row.values()):
            yield number, row


def _xlsx(data: bytes) -> Iterator[Sequence[object]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise RollFileUnreadable(why="no es un libro XLSX válido") from error
    yield from sheet.iter_rows()


def _csv(data: bytes) -> Iterator[Sequence[object]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RollFileUnreadable(why="el CSV no está en UTF-8") from error
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    yield from csv.reader(io.StringIO(text), delimiter=delimiter)
