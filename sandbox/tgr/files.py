"""TGR's collection file and deposit advice of an agreement and accounting date, written from its own book.

The layout is the platform's assumption (docs/reconciliation/README.md), written here a second time. Faults of files
hold until they are deleted: the same address gives the same file however often it is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.faults import FaultBoard
from sandbox.identifiers import rut_check_digit
from sandbox.tgr.book import Book, Collected

ONE_DAY = timedelta(days=1)
SATURDAY = 5
_UNKNOWN = 10**17
"""Added to an operation's number, it gives the number of one that never was."""


@dataclass(frozen=True)
class Files:
    book: Book
    faults: FaultBoard

    def collection(self, formulario: int, day: date) -> bytes:
        """Write what was collected with that accounting date, as the faults say."""
        lines = list(self._lines(formulario, day))
        rows = [f"E;RECAUDACION;1;{formulario};{day}"]
        for line in lines:
            rows += self._rows(line)
        if not self._is_wrong("file_cut_off", str(formulario)):
            rows.append(f"T;{len(lines)};{sum(line.total for line in lines)}")
        return _encoded(rows)

    def deposit(self, formulario: int, day: date) -> bytes | None:
        """Write the advice of the deposit that pays for the file of that day; None where there is nothing to pay."""
        lines = [*self._deposited(formulario, day)]
        if not lines:
            return None
        withheld = [
            1_000 if fault.amount is None else fault.amount
            for line in lines
            if (fault := self.faults.in_force("tgr", "deposit_withholds", line.idext, str(formulario)))
        ]
        total = sum(line.total for line in lines)
        rows = [
            f"E;DEPOSITO;1;{formulario};TGR-{formulario}-{day:%Y%m%d};{banking_day_after(day)};{total - sum(withheld)}"
        ]
        rows += [f"D;{line.idoperacion};{line.total}" for line in lines]
        rows += [f"R;{amount};Retención simulada {place}" for place, amount in enumerate(withheld, start=1)]
        rows.append(f"T;{len(lines)};{total};{sum(withheld)}")
        return _encoded(rows)

    def _lines(self, formulario: int, day: date) -> Iterator[Collected]:
        """Operations of the day that are neither missing nor late, and the late ones of the day before."""
        for line in self.book.collected(formulario):
            is_late = self._is_wrong("file_late_lines", line.idext)
            reported_on = line.accounting_date + ONE_DAY if is_late else line.accounting_date
            if reported_on == day and not self._is_wrong("file_missing_lines", line.idext):
                yield line

    def _rows(self, line: Collected) -> list[str]:
        idext = line.idext
        if fault := self.faults.in_force("tgr", "file_wrong_amount", idext):
            line = replace(line, total=line.total + 1 if fault.amount is None else fault.amount)
        row = _row(line)
        if self._is_wrong("file_dirty_rows", idext):
            row = row.replace(f";{line.total};", f";{line.total:,};".replace(",", "."))
        rows = [row, row] if self._is_wrong("file_repeated_lines", idext) else [row]
        if self._is_wrong("file_extra_lines", idext):
            unknown = f"{idext[:5]}-NUNCA"
            rows.append(_row(replace(line, idoperacion=line.idoperacion + _UNKNOWN, idext=unknown)))
        if self._is_wrong("file_foreign_lines", idext):
            rows.append(_row(replace(line, idoperacion=line.idoperacion + 2 * _UNKNOWN, idext="00000-AJENA")))
        return rows

    def _deposited(self, formulario: int, day: date) -> Iterator[Collected]:
        yield from (each for each in self._lines(formulario, day - ONE_DAY) if self._is_left_out(each))
        yield from (each for each in self._lines(formulario, day) if not self._is_left_out(each))

    def _is_left_out(self, line: Collected) -> bool:
        return self._is_wrong("deposit_leaves_out", line.idext)

    def _is_wrong(self, kind: str, subject: str) -> bool:
        return self.faults.in_force("tgr", kind, subject) is not None


def banking_day_after(day: date) -> date:
    """Return the day of the deposit: the next one that is no Saturday or Sunday."""
    day += ONE_DAY
    while day.weekday() >= SATURDAY:
        day += ONE_DAY
    return day


def _row(line: Collected) -> str:
    rut = f"{line.rut}-{rut_check_digit(line.rut)}"
    return (
        f"D;{line.idoperacion};{line.idext};{rut};{line.folio};{line.total};{line.means};{line.paid_at}"
        f";{line.accounting_date}"
    )


def _encoded(rows: list[str]) -> bytes:
    return "".join(f"{row}\r\n" for row in rows).encode()
