"""A file as rows under headers, whatever its kind. Runs in the child process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from backend.billing.rolls import refusals
from backend.billing.rolls.kinds import Kind, kind_of
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import MOST_COLUMNS, MOST_ROWS
from backend.billing.rolls.tables import inspect_table, table_rows
from backend.billing.rolls.workbooks import inspect_workbook, workbook_rows

_BLANK_ROWS_BEFORE = 20


@dataclass(frozen=True)
class Headed:
    """`headers` as the file writes them, `rows` with the numbers that a spreadsheet shows, `total` is an estimate."""

    kind: Kind
    header_row: int
    headers: list[str]
    rows: Iterator[tuple[int, Sequence[object]]]
    total: int


def open_headed(path: Path, *, filename: str) -> Headed:
    """Open a file. Raises `RollFileUnreadable`; so may taking its rows."""
    with path.open("rb") as file:
        kind = kind_of(filename, file.read(8))
    if kind is Kind.XLSX:
        inspect_workbook(path)
        total, rows = workbook_rows(path)
    else:
        total, rows = inspect_table(path), table_rows(path)
    numbered = enumerate(rows, start=1)
    for number, cells in numbered:
        if not is_blank(cells):
            return Headed(kind, number, _headers(cells), _limited(numbered), max(total - number, 0))
        if number > _BLANK_ROWS_BEFORE:
            break
    raise RollFileUnreadable(refusals.EMPTY)


def places_of(headers: Sequence[str], columns: Sequence[str]) -> list[int]:
    """Return where each column stands, whatever its capitals. Raises `RollFileUnreadable`."""
    known = [header.casefold() for header in headers]
    missing = [column for column in columns if column.casefold() not in known]
    if missing:
        raise RollFileUnreadable(refusals.NO_COLUMNS, columns=", ".join(missing))
    for column in columns:
        if known.count(column.casefold()) > 1:
            raise RollFileUnreadable(refusals.COLUMN_TWICE, column=column)
    return [known.index(column.casefold()) for column in columns]


def is_blank(cells: Sequence[object]) -> bool:
    """Tell whether a row holds nothing but spaces."""
    return not any(cells) or not "".join(map(str, cells)).strip()


def _headers(cells: Sequence[object]) -> list[str]:
    headers = [str(cell).strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        raise RollFileUnreadable(refusals.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
    return headers


def _limited(rows: Iterator[tuple[int, Sequence[object]]]) -> Iterator[tuple[int, Sequence[object]]]:
    for number, cells in islice(rows, MOST_ROWS):
        if any(cells):
            yield number, cells
    if next(rows, None) is not None:
        raise RollFileUnreadable(refusals.TOO_MANY_ROWS, most=f"{MOST_ROWS:,}".replace(",", "."))
