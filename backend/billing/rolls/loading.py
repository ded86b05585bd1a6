"""A roll in one go, for the command line, the demo and tests: upload, read, apply, by the same operations."""

import time
from collections.abc import Callable
from dataclasses import replace

from backend.audit.actors import Actor, terminal
from backend.billing.models import RollBatch, RollIssue
from backend.billing.rolls.applying import RollResult, apply_roll
from backend.billing.rolls.reading import RollBeingRead, read_roll, write_corrections
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import BatchState, Severity
from backend.billing.rolls.uploading import take_in_quietly
from backend.services.base import RowError
from backend.shared.errors import DomainError
from backend.shared.text import Text

Progress = Callable[[int, int | None], None]
_WAIT_SECONDS = 120.0


class RollRejected(DomainError):
    """Rows of the file are wrong: nothing of it was loaded."""

    code = "billing.roll_rejected"

    def __init__(self, batch: RollBatch) -> None:
        super().__init__(Text(es=batch.refusal_es, en=batch.refusal_en))
        self.batch = batch.id
        rows = RollIssue.objects.filter(batch=batch, severity=Severity.ERROR).order_by("id")
        self.errors = [
            RowError(row=each.row, column=each.column, message=Text(es=each.message_es, en=each.message_en))
            for each in rows
        ]


def load_roll(
    *,
    service: str,
    year: int,
    filename: str,
    data: bytes,
    is_complete: bool = False,
    actor: Actor | None = None,
    progress: Progress = lambda rows, total: None,
) -> RollResult:
    """Load a roll file; the same file again changes nothing.

    Raises `RollFileUnreadable`, `RollRejected`, `RollBeingRead`, `RollNotReady`, `UnknownService`.
    """
    who = actor or terminal()
    batch = take_in_quietly(
        service=service, year=year, filename=filename, data=data, is_complete=is_complete, actor=who
    )
    if batch.state in (BatchState.UPLOADED, BatchState.READING):
        batch = _read(batch.id, progress)
    if batch.state == BatchState.REJECTED:
        if not batch.error_count:
            raise RollFileUnreadable.of(Text(es=batch.refusal_es, en=batch.refusal_en))
        write_corrections(batch_id=batch.id)
        raise RollRejected(batch)
    result = apply_roll(batch_id=batch.id, actor=who)
    if not result.is_repeat:
        return result
    return replace(result, created=0, updated=0, removed=0, unchanged=result.rows, kept=())


def _read(batch_id: int, progress: Progress) -> RollBatch:
    """Read it, or wait for somebody who does. Raises `RollBeingRead`."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            return read_roll(batch_id=batch_id, progress=progress)
        except RollBeingRead:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
