"""The uploaded file again, with what is wrong beside each row: to correct and upload. Runs in the child process."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from backend.billing.rolls.headed import Headed, open_headed
from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.sheets import Numbered, write_csv, write_xlsx

ERRORS_COLUMN = "Errores"


def write_corrected(path: Path, *, filename: str, complaints: Mapping[str, str], out: BinaryIO) -> None:
    """Write the file in its own kind with a column more; `complaints` is keyed by the row's number as text.

    A reader passes over the column. Raises `RollFileUnreadable`.
    """
    file = open_headed(path, filename=filename)
    rows = _with_complaints(file, complaints)
    if file.kind is Kind.XLSX:
        write_xlsx(out, rows, name="Nomina con errores", columns=len(file.headers) + 1)
    else:
        write_csv(out, rows)


def _with_complaints(file: Headed, complaints: Mapping[str, str]) -> Iterator[Numbered]:
    """Give headers and rows, an earlier column of errors left out."""
    kept = [place for place, header in enumerate(file.headers) if header.casefold() != ERRORS_COLUMN.casefold()]
    yield file.header_row, [*(file.headers[place] for place in kept), ERRORS_COLUMN]
    for number, cells in file.rows:
        row = [cells[place] if place < len(cells) else "" for place in kept]
        yield number, [*row, complaints.get(str(number), "")]
