"""Reading a collection file: piece by piece, each a transaction; it goes on where it stopped, however it stopped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import transaction

from backend.billing.gateways.filing import CollectionItem, DirtyRow, FiledLine, Trailer, lines_of
from backend.billing.models import Notice, NoticeReading
from backend.billing.reconciliation.days import DayClosed, lock_days, require_open
from backend.billing.reconciliation.differences import difference
from backend.billing.reconciliation.intake import filing_gateways
from backend.billing.reconciliation.judging import judge_lines
from backend.billing.reconciliation.rules import DifferenceKind, Verdict
from backend.billing.reconciliation_models import CollectionFile, CollectionLine, Difference
from backend.billing.rules import Source
from backend.shared import clock
from backend.shared.money import Money
from backend.shared.text import Text
from backend.tenants.files import tenant_files

PIECE = 500
MOST_NAMED = 1_000
_AND_MORE = Text(es="desde aquí hay más filas que no se pueden leer.", en="more rows from here on cannot be read.")
T = TypeVar("T")


def read_collection(*, file_id: int) -> CollectionFile:
    """Read a collection file: what nobody had told us comes in as notices, the rest is compared. Safe to repeat.

    Returns the file; `stopped_on` tells of a closed day that has to be reopened before it can be read on. A line that
    cannot be settled raises its `DomainError` after all others were read.
    """
    file = CollectionFile.objects.get(id=file_id)
    if file.read_at is not None:
        return file
    with tenant_files().at_hand(file.file_key) as path, path.open("rb") as content:
        items = filing_gateways()[file.gateway].read_collection(lines_of(content))
        numbered = enumerate(items, start=1)
        for piece in _pieces(islice(numbered, file.items_done, None), PIECE):
            try:
                _take(file_id, piece)
            except DayClosed as closed:
                return _stop(file_id, closed)
            judge_lines(file_id=file_id)
    judge_lines(file_id=file_id)
    return _finish(file_id)


@transaction.atomic(durable=True)
def _take(file_id: int, piece: Sequence[tuple[int, CollectionItem]]) -> None:
    """Write down a piece, unless somebody else who reads the file has done so. Raises `DayClosed`."""
    file = CollectionFile.objects.select_for_update(no_key=True).get(id=file_id)
    items = [item for number, item in piece if number > file.items_done]
    if not items:
        return
    _take_lines(file, [item for item in items if isinstance(item, FiledLine)])
    for item in items:
        if isinstance(item, Trailer):
            file.stated_count, file.stated_total = item.count, item.total.pesos
    _name_dirty(file, [item for item in items if isinstance(item, DirtyRow)])
    file.items_done, file.stopped_on = piece[-1][0], None
    file.save(update_fields=["items_done", "stopped_on", "stated_count", "stated_total"])


def _take_lines(file: CollectionFile, lines: Sequence[FiledLine]) -> None:
    days = lock_days({line.accounting_on for line in lines})
    known = {row.operation_id: row for row in _filed_before(file, lines)}
    heard = _heard(file.gateway, lines)
    new: dict[str, FiledLine] = {}
    for line in lines:
        before = known.get(line.operation_id) or new.get(line.operation_id)
        if before is None:
            new[line.operation_id] = line
        else:
            _name_repeat(file, before, line)
    require_open(days, {line.accounting_on for line in new.values()})
    unheard = [line for line in new.values() if heard.get(line.operation_id) != _Heard(line.amount, line.order_number)]
    notices = _keep_notices(file, unheard)
    CollectionLine.objects.bulk_create(_row(file, line, notices.get(line.operation_id)) for line in new.values())


@dataclass(frozen=True)
class _Heard:
    """What the first report of an operation's success said."""

    amount: Money
    order_number: str


def _heard(gateway: str, lines: Iterable[FiledLine]) -> dict[str, _Heard]:
    rows = NoticeReading.objects.filter(
        gateway=gateway, operation_id__in=[line.operation_id for line in lines], is_first=True, succeeded=True
    )
    return {row.operation_id: _Heard(Money(row.amount or 0), row.order_number) for row in rows}


def _filed_before(file: CollectionFile, lines: Iterable[FiledLine]) -> Iterable[CollectionLine]:
    operations = [line.operation_id for line in lines]
    return CollectionLine.objects.filter(gateway=file.gateway, operation_id__in=operations)


def _keep_notices(file: CollectionFile, lines: Sequence[FiledLine]) -> Mapping[str, Notice]:
    """Put lines that are news into the inbox, byte for byte. Reading the file reads them: no event is needed."""
    now = clock.now()
    rows = Notice.objects.bulk_create(
        Notice(gateway=file.gateway, source=Source.FILE, raw=line.raw, is_authentic=True, received_at=now)
        for line in lines
    )
    return {line.operation_id: row for line, row in zip(lines, rows, strict=True)}


def _row(file: CollectionFile, line: FiledLine, notice: Notice | None) -> CollectionLine:
    return CollectionLine(
        file=file,
        row=line.row,
        gateway=file.gateway,
        operation_id=line.operation_id,
        order_number=line.order_number,
        payer=line.payer,
        amount=line.amount.pesos,
        paid_at=line.paid_at,
        accounting_on=line.accounting_on,
        notice=notice,
        verdict=Verdict.WAITING if notice else Verdict.MATCHED,
    )


def _name_repeat(file: CollectionFile, before: CollectionLine | FiledLine, line: FiledLine) -> None:
    """Name a line of an operation that has one: in this file twice, or in another with something else."""
    known_amount = before.amount if isinstance(before, FiledLine) else Money(before.amount)
    is_same = (known_amount, before.order_number) == (line.amount, line.order_number)
    is_here = isinstance(before, FiledLine) or before.file_id == file.id
    if is_same and not is_here:
        return
    difference(
        DifferenceKind.REPEATED if is_same else DifferenceKind.FILED_TWICE,
        key=f"file:{file.id}:row:{line.row}",
        day=line.accounting_on,
        file=file,
        row=line.row,
        operation=line.operation_id,
        order=line.order_number,
        known=before.order_number,
        expected=known_amount,
        found=line.amount,
    )


def _name_dirty(file: CollectionFile, found: Sequence[DirtyRow]) -> None:
    """Name rows that cannot be read, `MOST_NAMED` of a file; then once that there are more."""
    if not found:
        return
    named = Difference.objects.filter(file=file, kind=DifferenceKind.DIRTY_ROW).count()
    rows = found[: max(MOST_NAMED - named, 0)]
    if named <= MOST_NAMED and len(rows) < len(found):
        rows = [*rows, DirtyRow(found[len(rows)].row, "…", _AND_MORE)]
    for dirty in rows:
        difference(
            DifferenceKind.DIRTY_ROW,
            key=f"file:{file.id}:row:{dirty.row}:{dirty.column}",
            day=file.accounting_on,
            file=file,
            row=dirty.row,
            column=dirty.column,
            what=dirty.message,
        )


@transaction.atomic(durable=True)
def _stop(file_id: int, closed: DayClosed) -> CollectionFile:
    """Note on which closed day the file has to wait; reopening it goes on."""
    CollectionFile.objects.filter(id=file_id, read_at=None).update(stopped_on=closed.day)
    return CollectionFile.objects.get(id=file_id)


@transaction.atomic(durable=True)
def _finish(file_id: int) -> CollectionFile:
    file = CollectionFile.objects.select_for_update(no_key=True).get(id=file_id)
    if file.read_at is None and not file.lines.filter(verdict=Verdict.WAITING).exists():
        file.read_at = clock.now()
        file.save(update_fields=["read_at"])
    return file


def _pieces(items: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
