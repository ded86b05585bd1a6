"""Reading a CSV as spreadsheets of Chile write it. Runs in the child process."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.billing.rolls import refusals
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import LONGEST_CELL, MEGABYTE, MOST_COLUMNS

_TEXT_ESCAPE = "'"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for the beginning of a formula (OWASP "CSV Injection")."""


def inspect_table(path: Path) -> int:
    """Return about how many lines there are. Raises `RollFileUnreadable` for what is no text in UTF-8."""
    lines = 0
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise RollFileUnreadable(refusals.NOT_UTF8)
        file.seek(0)
        while chunk := file.read(MEGABYTE):
            if b"\0" in chunk:
                raise RollFileUnreadable(refusals.NUL_CHARACTERS)
            lines += chunk.count(b"\n")
    return lines


def table_rows(path: Path) -> Iterator[Sequence[object]]:
    """Yield the rows; the delimiter is what the first line holds most of. Raises `RollFileUnreadable`."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            first = file.readline()
            file.seek(0)
            delimiter = max(";,\t", key=first.count)
            if first.count(delimiter) >= MOST_COLUMNS:
                raise RollFileUnreadable(refusals.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
            reader = csv.reader(file, delimiter=delimiter)
            for row in reader:
                yield [unescaped(cell) for cell in row] if _TEXT_ESCAPE in "".join(row) else row
        except UnicodeDecodeError as error:
            raise RollFileUnreadable(refusals.NOT_UTF8) from error
        except csv.Error as error:
            raise RollFileUnreadable(refusals.BAD_CSV, line=reader.line_num) from error


def unescaped(cell: str) -> str:
    """Take off the apostrophe that we put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith(_TEXT_ESCAPE) and cell[1:].startswith(FORMULA_SIGNS) else cell


def escaped(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; `unescaped` takes it off."""
    return f"{_TEXT_ESCAPE}{cell}" if cell.startswith(FORMULA_SIGNS) else cell
