"""TGR's collection file and deposit advice: one reader for both, tolerant of dirty rows, which it names.

TGR's own layout is not public. This one is an assumption of ours, written down in docs/reconciliation/README.md: the
fields of message 2, and those of the bank file of another public system (folio, date, branch, amount, accounting date).
Every row is read by itself, so that a stray quote or a broken row spoils no other.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

from backend.billing.gateways import tgr_cells as cells
from backend.billing.gateways.filing import (
    CollectionHead,
    CollectionItem,
    DepositedLine,
    DepositHead,
    DepositItem,
    DirtyRow,
    FiledLine,
    Trailer,
    WithheldLine,
)
from backend.shared.money import Money
from backend.shared.text import Text

LONGEST_ROW = 1_000
MOST_ROWS = 1_000_000
COLLECTION, DEPOSIT = "RECAUDACION", "DEPOSITO"
HEAD, LINE, WITHHELD, TRAILER = "E", "D", "R", "T"

_BOM = b"\xef\xbb\xbf"


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the rows of a file without ever holding more than one; of a row that is too long, the beginning."""
    while line := file.readline(LONGEST_ROW + 2):
        yield line
        while not line.endswith(b"\n") and len(line) > LONGEST_ROW:
            line = file.readline(LONGEST_ROW + 2)
            if len(line) <= LONGEST_ROW:
                break


def read_collection(lines: Iterable[bytes]) -> Iterator[CollectionItem]:
    """Read a collection file."""
    sums, is_begun = _Sums(), False
    for record in _records(lines, _COLLECTION):
        match record:
            case DirtyRow():
                yield record
            case _Record(letter="E") if not is_begun:
                is_begun = True
                yield CollectionHead(record.row, record.values["FORMULARIO"], record.values["FECHACONTABLE"])
            case _Record(letter="D"):
                line = _filed(record)
                sums.add(line.amount)
                yield line
            case _Record(letter="T") if not sums.is_closed:
                yield from sums.close(record)
            case _Record():
                yield DirtyRow(record.row, "TIPO", _SECOND)
    yield from _missing(is_begun, sums)


def read_deposit(lines: Iterable[bytes]) -> Iterator[DepositItem]:
    """Read a deposit advice."""
    sums, head = _Sums(), None
    for record in _records(lines, _DEPOSIT):
        match record:
            case DirtyRow():
                yield record
            case _Record(letter="E") if head is None:
                head = _deposit_head(record)
                yield head
            case _Record(letter="D"):
                sums.add(record.values["MONTO"])
                yield DepositedLine(record.row, str(record.values["IDOPERACION"]), record.values["MONTO"])
            case _Record(letter="R"):
                sums.withheld += record.values["MONTO"]
                yield WithheldLine(record.row, record.values["MONTO"], record.values["MOTIVO"])
            case _Record(letter="T") if not sums.is_closed:
                yield from sums.close(record)
            case _Record():
                yield DirtyRow(record.row, "TIPO", _SECOND)
    yield from _missing(head is not None, sums)
    if head is not None and head.amount != sums.total - sums.withheld:
        yield DirtyRow(head.row, "MONTO", _DEPOSIT_SUM.format(amount=head.amount, lines=sums.total, kept=sums.withheld))


def read_line(raw: bytes) -> FiledLine | DirtyRow:
    """Read one row of a collection file, as it was kept."""
    for record in _records([raw], _COLLECTION):
        if isinstance(record, DirtyRow):
            return record
        if record.letter == LINE:
            return _filed(record)
    return DirtyRow(1, "TIPO", _SECOND)


@dataclass(frozen=True)
class _Record:
    """A row that is right: its letter, its values by column."""

    row: int
    letter: str
    values: "_Values"
    raw: bytes


class _Sums:
    """What was read so far, to be held against the trailer."""

    def __init__(self) -> None:
        self.count, self.total, self.withheld = 0, Money(0), Money(0)
        self.is_closed = False

    def add(self, amount: Money) -> None:
        self.count, self.total = self.count + 1, self.total + amount

    def close(self, record: _Record) -> Iterator[Trailer | DirtyRow]:
        self.is_closed = True
        told = record.values["CANTIDAD"], record.values["TOTAL"], record.values.get("RETENIDO", Money(0))
        yield Trailer(record.row, *told)
        if told != (self.count, self.total, self.withheld):
            found = _NOT_ADDING_UP.format(count=told[0], total=told[1], found=self.count, sum=self.total)
            yield DirtyRow(record.row, "TOTAL", found)


def _missing(is_begun: bool, sums: _Sums) -> Iterator[DirtyRow]:
    if not is_begun:
        yield DirtyRow(1, "TIPO", NO_HEAD)
    if not sums.is_closed:
        yield DirtyRow(0, "TIPO", _NO_TRAILER)


_Values = Mapping[str, Any]
_Layout = Mapping[str, Mapping[str, Callable[[str], object]]]


def _records(lines: Iterable[bytes], layout: _Layout) -> Iterator[_Record | DirtyRow]:
    """Yield what each row is; blank rows are nothing."""
    for row, line in enumerate(lines, start=1):
        raw = line.rstrip(b"\r\n")
        if row == 1:
            raw = raw.removeprefix(_BOM)
        if row > MOST_ROWS:
            yield DirtyRow(row, "", _TOO_MANY)
            return
        if not raw.strip():
            continue
        try:
            letter, values = _read(raw, layout)
        except cells.Wrong as wrong:
            yield DirtyRow(row, wrong.column, wrong.message)
        else:
            yield _Record(row, letter, values, raw)


def _read(raw: bytes, layout: _Layout) -> tuple[str, _Values]:
    letter, *found = _cells(raw)
    columns = layout.get(letter.upper())
    if columns is None:
        raise cells.Wrong(
            f"la fila empieza con «{cells.shown(letter)}»; se espera {', '.join(layout)}.",
            f"the row begins with '{cells.shown(letter)}'; {', '.join(layout)} is expected.",
            "TIPO",
        )
    while len(found) > len(columns) and not found[-1]:  # a semicolon at the end of the row
        found.pop()
    if len(found) < len(columns):
        missing = ", ".join(list(columns)[len(found) :])
        raise cells.Wrong(f"faltan columnas: {missing}.", f"columns are missing: {missing}.", missing.partition(",")[0])
    if len(found) > len(columns):
        raise cells.Wrong(
            f"sobran columnas: se esperan {len(columns) + 1} y hay {len(found) + 1}.",
            f"there are too many columns: {len(found) + 1} instead of {len(columns) + 1}.",
        )
    values = {}
    for (column, reader), cell in zip(columns.items(), found, strict=True):
        try:
            values[column] = reader(cell)
        except cells.Wrong as wrong:
            wrong.column = column
            raise
    return letter.upper(), values


def _cells(raw: bytes) -> list[str]:
    if len(raw) > LONGEST_ROW:
        raise cells.Wrong(f"la fila tiene más de {LONGEST_ROW} bytes.", f"the row has more than {LONGEST_ROW} bytes.")
    if b"\0" in raw:
        raise cells.Wrong("la fila contiene caracteres nulos (NUL).", "the row holds NUL characters.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise cells.Wrong("la fila no está en UTF-8.", "the row is not in UTF-8.") from error
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=";", strict=True))]
    except (csv.Error, StopIteration) as error:
        raise cells.Wrong("las comillas de la fila no cierran.", "the quotes of the row do not close.") from error


def _filed(record: _Record) -> FiledLine:
    values = record.values
    return FiledLine(
        row=record.row,
        raw=record.raw,
        operation_id=str(values["IDOPERACION"]),
        order_number=values["IDEXT"],
        payer=values["RUT"],
        folio=values["FOLIO"],
        amount=values["TOTALPAGO"],
        means=values["TIPOPAGO"],
        paid_at=values["FECHAPAGO"],
        accounting_on=values["FECHACONTABLE"],
    )


def _deposit_head(record: _Record) -> DepositHead:
    return DepositHead(
        row=record.row,
        form_number=record.values["FORMULARIO"],
        reference=record.values["REFERENCIA"],
        deposited_on=record.values["FECHADEPOSITO"],
        amount=record.values["MONTO"],
    )


_COLLECTION: _Layout = MappingProxyType(
    {
        HEAD: {
            "ARCHIVO": cells.kind(COLLECTION),
            "VERSION": cells.version,
            "FORMULARIO": cells.whole,
            "FECHACONTABLE": cells.day,
        },
        LINE: {
            "IDOPERACION": cells.whole,
            "IDEXT": cells.idext,
            "RUT": cells.rut,
            "FOLIO": cells.folio,
            "TOTALPAGO": cells.paid,
            "TIPOPAGO": cells.means,
            "FECHAPAGO": cells.moment,
            "FECHACONTABLE": cells.day,
        },
        TRAILER: {"CANTIDAD": cells.whole, "TOTAL": cells.amount},
    }
)
_DEPOSIT: _Layout = MappingProxyType(
    {
        HEAD: {
            "ARCHIVO": cells.kind(DEPOSIT),
            "VERSION": cells.version,
            "FORMULARIO": cells.whole,
            "REFERENCIA": cells.words(40),
            "FECHADEPOSITO": cells.day,
            "MONTO": cells.amount,
        },
        LINE: {"IDOPERACION": cells.whole, "MONTO": cells.paid},
        WITHHELD: {"MONTO": cells.paid, "MOTIVO": cells.words(120)},
        TRAILER: {"CANTIDAD": cells.whole, "TOTAL": cells.amount, "RETENIDO": cells.amount},
    }
)

_SECOND = Text(es="la fila no corresponde en este lugar.", en="the row does not belong here.")
NO_HEAD = Text(
    es="falta la fila de encabezado (E): no se sabe de qué convenio ni de qué día es.",
    en="the head row (E) is missing: nobody knows of which agreement and day it is.",
)
_NO_TRAILER = Text(
    es="falta la fila de cierre (T): el archivo puede estar cortado.",
    en="the trailer row (T) is missing: the file may be cut off.",
)
_TOO_MANY = Text(es=f"hay más de {MOST_ROWS} filas.", en=f"there are more than {MOST_ROWS} rows.")
_NOT_ADDING_UP = Text(
    es="el cierre dice {count} operaciones por {total}; se leyeron {found} por {sum}.",
    en="the trailer says {count} operations for {total}; {found} for {sum} were read.",
)
_DEPOSIT_SUM = Text(
    es="el depósito dice {amount}; sus operaciones suman {lines} y lo retenido, {kept}.",
    en="the deposit says {amount}; its operations come to {lines} and what was withheld to {kept}.",
)
