"""The bare script of a roll: what `./sem bench roll` divides by. Prints its CPU in seconds as JSON.

Fixed: it changes only by a decision in docs/adr, and uses no code of the platform. It reads the workbook with
python-calamine and writes the same rows by COPY into a plain table of text columns, in one transaction. Its CPU is
this process' and that of its PostgreSQL backend.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import psycopg2
from python_calamine import CalamineWorkbook

TABLE = "baseline_roll"
_ROWS_AT_ONCE = 1_000


class Rows:
    """The rows as COPY reads them, a thousand at a time."""

    def __init__(self, rows: Iterator[Sequence[object]]) -> None:
        self._rows = rows
        self.count = 0

    def read(self, size: int) -> str:
        lines = []
        for row in self._rows:
            lines.append("\t".join([_text(cell) for cell in row]))
            if len(lines) == _ROWS_AT_ONCE:
                break
        self.count += len(lines)
        return "\n".join(lines) + "\n" if lines else ""


def _text(cell: object) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def backend_seconds(pid: int) -> float:
    """CPU of one process so far, user and system (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Read, copy, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True, help="address of a role that may create a table")
    parser.add_argument("file")
    wanted = parser.parse_args()
    connection = psycopg2.connect(wanted.database)
    cursor = connection.cursor()
    backend = connection.info.backend_pid
    script_before, backend_before = time.process_time(), backend_seconds(backend)
    sheet = CalamineWorkbook.from_path(wanted.file).get_sheet_by_index(0)
    cells = iter(sheet.iter_rows())
    header = next(cells)
    columns = ", ".join(f"c{place} text" for place in range(len(header)))
    cursor.execute(
        f"DROP TABLE IF EXISTS {TABLE};"
        f"CREATE TABLE {TABLE} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {columns})"
    )
    names = ", ".join(f"c{place}" for place in range(len(header)))
    rows = Rows(cells)
    cursor.copy_expert(f"COPY {TABLE} ({names}) FROM STDIN", cast(Any, rows), 64 * 1024)  # `read` is all it asks for
    connection.commit()
    script, database = time.process_time() - script_before, backend_seconds(backend) - backend_before
    cursor.execute(f"DROP TABLE {TABLE}")
    connection.commit()
    print(json.dumps({"rows": rows.count, "script_s": script, "postgres_s": database}))


if __name__ == "__main__":
    main()
