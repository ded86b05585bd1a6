"""Validating the rows of a file and writing them as COPY reads them. Runs in the child process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import JSONEncoder
from typing import BinaryIO

from backend.billing.rolls.headed import Headed, is_blank, places_of
from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.rules import MOST_ERRORS, MOST_WARNINGS
from backend.services.base import RollEntry, RowError, Service
from backend.shared.text import Text

FORMULA_IN_TEXT = Text(
    es="Empieza con «=»: parece una fórmula. Escriba el valor.", en="It begins with '=': it looks like a formula."
)
TWICE = Text(es="{key} ya está en la fila {first}.", en="{key} stands in row {first} already.")
NOT_STORABLE = Text(es="Contiene un carácter que no se puede guardar.", en="It holds a character that cannot be kept.")
_LONGEST_KEY, _LONGEST_PERIOD, _LONGEST_NAME = 20, 12, 120
_LINES_AT_ONCE = 500

Warn = Callable[[int, Mapping[str, object], RollEntry], list[RowError]]
_as_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass
class Findings:
    """What came of a file. The counts are whole, the lists are cut."""

    rows: int = 0
    error_count: int = 0
    warning_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    def add_errors(self, found: Sequence[RowError]) -> None:
        self.error_count += len(found)
        self.errors += found[: max(MOST_ERRORS - len(self.errors), 0)]

    def add_warnings(self, found: Sequence[RowError]) -> None:
        self.warning_count += len(found)
        self.warnings += found[: max(MOST_WARNINGS - len(self.warnings), 0)]


def read_rows(
    file: Headed, *, plugin: Service, year: int, batch: int, warn: Warn, out: BinaryIO, tell: Callable[[int], None]
) -> Findings:
    """Write every valid row to `out` as text of COPY; raises `RollFileUnreadable`.

    Reading stops at `MOST_ERRORS` errors; the rest would not be read by a person either.
    """
    findings, seen = Findings(), _Seen()
    lines: list[str] = []
    columns = tuple(plugin.roll_columns)
    for number, row in _as_mappings(file, columns):
        entry = plugin.read_roll_row(number, row, year=year)
        if isinstance(entry, list):
            if is_blank(list(row.values())):
                continue
            findings.add_errors(entry)
        elif wrong := seen.again(number, entry, columns[0]) or _in_csv(file, number, row):
            findings.add_errors(wrong)
        elif line := as_copy_line(batch, number, entry):
            lines.append(line)
            if found := warn(number, row, entry):
                findings.add_warnings(found)
        else:
            findings.add_errors([RowError(number, columns[0], NOT_STORABLE)])
        findings.rows += 1
        if not findings.rows % _LINES_AT_ONCE:
            out.write("".join(lines).encode())
            lines.clear()
            tell(findings.rows)
        if len(findings.errors) >= MOST_ERRORS:
            break
    out.write("".join(lines).encode())
    return findings


class _Seen:
    """What the file has said so far."""

    def __init__(self) -> None:
        self._first: dict[str, dict[str, int]] = {}

    def again(self, number: int, entry: RollEntry, column: str) -> list[RowError]:
        """Note an entry; return the error of one that was there before."""
        of_period = self._first.get(entry.period)
        if of_period is None:
            of_period = self._first[entry.period] = {}
        first = of_period.setdefault(entry.object_key, number)
        if first == number:
            return []
        return [RowError(number, column, TWICE.format(key=entry.object_key, first=first))]


def as_copy_line(batch: int, number: int, entry: RollEntry) -> str | None:
    """Return a row as COPY's text format wants it; None for what a column of ours cannot hold."""
    subject = _as_json(entry.subject)
    key, period, name = entry.object_key, entry.period, entry.holder_name[:_LONGEST_NAME]
    if "\\" in subject:
        if "\\u0000" in subject:
            return None
        subject = subject.replace("\\", "\\\\")
    head = f"{key}\t{period}\t{entry.holder_rut}\t{name}"
    if len(key) > _LONGEST_KEY or len(period) > _LONGEST_PERIOD or head.count("\t") > 3 or "\0" in head:
        return None
    if "\\" in head or "\n" in head or "\r" in head:
        head = head.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{batch}\t{number}\t{head}\t{subject}\n"


def _as_mappings(file: Headed, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, object]]]:
    places = places_of(file.headers, columns)
    if places == list(range(len(columns))):
        for number, cells in file.rows:
            yield number, dict(zip(columns, cells, strict=False))
        return
    width = max(places) + 1
    for number, cells in file.rows:
        padded = cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]
        yield number, {column: padded[place] for column, place in zip(columns, places, strict=True)}


def _in_csv(file: Headed, number: int, row: Mapping[str, object]) -> list[RowError]:
    """Return the errors of cells that a spreadsheet would run; in a workbook, text is text."""
    if file.kind is not Kind.CSV:
        return []
    return [
        RowError(number, column, FORMULA_IN_TEXT)
        for column, cell in row.items()
        if isinstance(cell, str) and cell.startswith("=")
    ]
