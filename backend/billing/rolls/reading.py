"""Reading an uploaded file: a child process parses it, its rows are staged in one transaction, or its errors kept."""

import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.db import connection, transaction

from backend.billing import events
from backend.billing.models import RollBatch, RollIssue, StagedRow
from backend.billing.rolls import refusals
from backend.billing.rolls.parsing import Parsed, Progress, correct_roll, parse_roll
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import MOST_ATTEMPTS, BatchState, Severity, can_move
from backend.billing.rolls.uploading import locked_batch
from backend.billing.rolls.valuations import valuation_warnings
from backend.outbox import operations as outbox
from backend.reference.models import Commune
from backend.services.base import RowError
from backend.shared import clock
from backend.shared.errors import Unavailable
from backend.shared.text import Text
from backend.tenants.files import tenant_files

_HOLDS = timedelta(seconds=110)
_TELL_EVERY_SECONDS = 0.5
_COPIED_AT_ONCE = 256 * 1024
_ISSUES_AT_ONCE = 2_000
_COLUMNS = "batch_id, number, object_key, period, rut, name, subject"

WRONG_ROWS = Text(
    es="El archivo tiene {count} errores y no se cargó nada. Corríjalos y súbalo de nuevo.",
    en="The file has {count} errors and nothing was loaded. Correct them and upload it again.",
)


class RollBeingRead(Unavailable):
    """Another worker reads the batch at this moment: come back later."""

    code = "billing.roll_being_read"
    message = Text(es="El archivo se está leyendo.", en="The file is being read.")


def read_roll(*, batch_id: int, progress: Progress = lambda rows, total: None) -> RollBatch:
    """Read a batch that waits to be read: it is READY or REJECTED afterwards. Safe to repeat.

    Raises `RollNotFound`, `RollBeingRead`.
    """
    batch = _begin(batch_id)
    if batch.state != BatchState.READING:
        return batch
    with tempfile.TemporaryFile() as rows:
        try:
            parsed = _parse(batch, rows, progress)
        except RollFileUnreadable as refused:
            return _reject(batch_id, refused.message, None)
        if parsed.error_count:
            return _reject(batch_id, WRONG_ROWS.format(count=parsed.error_count), parsed)
        if not parsed.rows:
            return _reject(batch_id, RollFileUnreadable(refusals.NO_ROWS).message, parsed)
        return _stage(batch_id, rows, parsed)


def write_corrections(*, batch_id: int) -> None:
    """Write the file of a rejected batch again, with what is wrong beside each row. Safe to repeat."""
    batch = RollBatch.objects.get(id=batch_id)
    if batch.corrections_key or batch.state != BatchState.REJECTED:
        return
    complaints: dict[int, str] = {}
    for issue in batch.issues.filter(severity=Severity.ERROR).order_by("id").iterator(_ISSUES_AT_ONCE):
        said = f"{issue.column}: {issue.message_es}"
        complaints[issue.row] = f"{complaints[issue.row]} · {said}" if issue.row in complaints else said
    with tempfile.TemporaryFile() as out, tenant_files().at_hand(batch.file_key) as path:
        correct_roll(path, filename=batch.filename, complaints=complaints, out=out)
        out.seek(0)
        key = tenant_files().put(out.read(), suffix=Path(batch.file_key).suffix)
    RollBatch.objects.filter(id=batch_id).update(corrections_key=key)


@transaction.atomic(durable=True)
def _begin(batch_id: int) -> RollBatch:
    """Take a batch to be read; returns it in another state where there is nothing to read."""
    batch = locked_batch(batch_id)
    now = clock.now()
    if not can_move(batch.state, BatchState.READING):
        return batch
    if batch.state == BatchState.READING and batch.reading_until and batch.reading_until > now:
        raise RollBeingRead
    if batch.attempts >= MOST_ATTEMPTS:
        return _rejected(batch, RollFileUnreadable(refusals.READER_FAILED).message, None)
    batch.state, batch.attempts, batch.reading_until = BatchState.READING, batch.attempts + 1, now + _HOLDS
    batch.rows_read, batch.rows_total = 0, None
    batch.save(update_fields=["state", "attempts", "reading_until", "rows_read", "rows_total"])
    return batch


def _parse(batch: RollBatch, rows: IO[bytes], progress: Progress) -> Parsed:
    told_at = 0.0

    def tell(read: int, total: int | None) -> None:
        nonlocal told_at
        progress(read, total)
        if time.monotonic() - told_at > _TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            RollBatch.objects.filter(id=batch.id, state=BatchState.READING).update(rows_read=read, rows_total=total)

    with tenant_files().at_hand(batch.file_key) as path:
        return parse_roll(
            path,
            filename=batch.filename,
            service=batch.service,
            year=batch.year,
            batch=batch.id,
            communes=list(Commune.objects.values_list("name", flat=True)),
            out=rows,
            progress=tell,
        )


@transaction.atomic(durable=True)
def _stage(batch_id: int, rows: IO[bytes], parsed: Parsed) -> RollBatch:
    batch = locked_batch(batch_id)
    if batch.state != BatchState.READING:  # it was discarded meanwhile
        return batch
    rows.seek(0)
    StagedRow.objects.filter(batch_id=batch_id).delete()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY billing_stagedrow ({_COLUMNS}) FROM STDIN", rows, _COPIED_AT_ONCE)
    other_values = valuation_warnings(batch)
    parsed.warnings = sorted([*parsed.warnings, *other_values], key=lambda found: found.row)
    parsed.warning_count += len(other_values)
    _note(batch, parsed)
    batch.state = BatchState.READY
    batch.save()
    return batch


@transaction.atomic(durable=True)
def _reject(batch_id: int, why: Text, parsed: Parsed | None) -> RollBatch:
    batch = locked_batch(batch_id)
    return batch if batch.state != BatchState.READING else _rejected(batch, why, parsed)


def _rejected(batch: RollBatch, why: Text, parsed: Parsed | None) -> RollBatch:
    batch.state, batch.ended_at = BatchState.REJECTED, clock.now()
    batch.refusal_es, batch.refusal_en = why.es, why.en
    if parsed is not None:
        _note(batch, parsed)
    batch.save()
    if parsed is not None and parsed.error_count:
        outbox.publish(events.RollRejected(batch_id=batch.id))
    return batch


def _note(batch: RollBatch, parsed: Parsed) -> None:
    batch.rows_read = batch.rows_total = batch.row_count = parsed.rows
    batch.error_count, batch.warning_count = parsed.error_count, parsed.warning_count
    batch.reading_cost, batch.reading_until, batch.read_at = dict(parsed.cost), None, clock.now()
    issues = [*_issues(batch, Severity.ERROR, parsed.errors), *_issues(batch, Severity.WARNING, parsed.warnings)]
    RollIssue.objects.filter(batch=batch).delete()
    RollIssue.objects.bulk_create(issues, batch_size=_ISSUES_AT_ONCE)


def _issues(batch: RollBatch, severity: Severity, found: Sequence[RowError]) -> list[RollIssue]:
    return [
        RollIssue(
            batch=batch,
            severity=severity,
            row=each.row,
            column=each.column[:80],
            message_es=each.message.es[:300],
            message_en=each.message.en[:300],
        )
        for each in found
    ]
