"""Applying a batch: one transaction, in which nothing that is paid or being paid changes."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import events
from backend.billing.models import RollBatch, RollChange, StagedRow
from backend.billing.rolls.plans import plan_for
from backend.billing.rolls.preview import RollNotReady
from backend.billing.rolls.rules import BY_HAND, BatchState, ChangeKind
from backend.billing.rolls.uploading import KIND, locked_batch
from backend.outbox import operations as outbox
from backend.shared import clock
from backend.shared.errors import Unavailable
from backend.shared.text import Text

_KEPT_NAMED = 1_000


class StagedRowsLost(Unavailable):
    """The database crashed and forgot what was staged: the file is being read again."""

    code = "billing.roll_rows_lost"
    message = Text(
        es="El archivo debe leerse de nuevo y ya se está leyendo. Intente en un momento.",
        en="The file has to be read again, and is being read. Try again in a moment.",
    )


@dataclass(frozen=True)
class RollResult:
    """What a batch did. `kept` are objects whose debt is paid, being paid or withdrawn, which a roll never changes."""

    batch: int
    rows: int
    created: int
    updated: int
    unchanged: int
    kept: tuple[str, ...]
    removed: int = 0
    is_repeat: bool = False
    """It was applied before, and nothing was done now."""


_DEBT_OF_A_ROW = """
    FROM billing_stagedrow s
    JOIN billing_obligation o
      ON o.service = %(service)s AND o.object_key = s.object_key AND o.period = s.period
    JOIN billing_taxpayer t ON t.id = o.taxpayer_id
    WHERE s.batch_id = %(batch)s
"""
_CHANGE_COLUMNS = (
    "(batch_id, obligation_id, kind, row, taxpayer_id, subject, previous_batch_id,"
    " withdrawn_at, withdrawn_because, withdrawn_by_id)"
)
_AS_IT_WAS = "o.taxpayer_id, o.subject, o.batch_id, o.withdrawn_at, o.withdrawn_because, o.withdrawn_by_id"

_NOTE_CHANGED = f"""
    INSERT INTO billing_rollchange {_CHANGE_COLUMNS}
    SELECT %(batch)s, o.id, 'CHANGED', s.number, {_AS_IT_WAS} {_DEBT_OF_A_ROW}
      AND (o.subject <> s.subject OR t.rut <> s.rut OR o.withdrawn_at IS NOT NULL
           OR (t.name <> s.name AND EXISTS (
             SELECT FROM billing_slotclaim c WHERE c.obligation_id = o.id AND c.released_at IS NULL)))
    ORDER BY o.id FOR NO KEY UPDATE OF o
"""  # noqa: S608 - constants of this file
_NOTE_REMOVED = f"""
    INSERT INTO billing_rollchange {_CHANGE_COLUMNS}
    SELECT %(batch)s, o.id, 'REMOVED', NULL, {_AS_IT_WAS}
    FROM billing_obligation o JOIN billing_rollbatch b ON b.id = o.batch_id
    WHERE o.service = %(service)s AND b.year = %(year)s AND b.sha256 <> %(by_hand)s AND o.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM billing_stagedrow s WHERE s.batch_id = %(batch)s
                      AND s.object_key = o.object_key AND s.period = o.period)
    ORDER BY o.id FOR NO KEY UPDATE OF o
"""  # noqa: S608 - constants of this file
_LOCK_ORDERS = """
    SELECT FROM billing_order
    WHERE id IN (SELECT i.order_id FROM billing_orderitem i
                 JOIN billing_rollchange h ON h.obligation_id = i.obligation_id WHERE h.batch_id = %(batch)s)
    ORDER BY id FOR NO KEY UPDATE
"""
"""As `lock_orders_of`: who pays a cancelled order at this moment ends first, or sees that the debt was withdrawn."""
_KEEP_WHAT_IS_HELD = """
    UPDATE billing_rollchange h SET kind = 'KEPT'
    WHERE h.batch_id = %(batch)s
      AND (EXISTS (SELECT FROM billing_slotclaim c WHERE c.obligation_id = h.obligation_id AND c.released_at IS NULL)
           OR (h.withdrawn_at IS NOT NULL AND h.withdrawn_by_id IS NULL))
"""
_NAME_PEOPLE = """
    WITH people AS MATERIALIZED (
      SELECT DISTINCT ON (s.rut) s.rut, s.name, t.id, t.name AS known
      FROM billing_stagedrow s LEFT JOIN billing_taxpayer t ON t.rut = s.rut
      WHERE s.batch_id = %(batch)s AND NOT EXISTS (
        SELECT FROM billing_rollchange h WHERE h.batch_id = %(batch)s AND h.row = s.number AND h.kind = 'KEPT')
      ORDER BY s.rut, s.number DESC),
    noted AS (
      INSERT INTO billing_rollrename (batch_id, taxpayer_id, name)
      SELECT %(batch)s, id, known FROM people WHERE known <> name),
    renamed AS (
      UPDATE billing_taxpayer t SET name = p.name FROM people p WHERE t.id = p.id AND p.known <> p.name)
    INSERT INTO billing_taxpayer (rut, name) SELECT rut, name FROM people WHERE id IS NULL
"""
_CHANGE = """
    UPDATE billing_obligation o
    SET subject = s.subject, taxpayer_id = t.id, batch_id = %(batch)s,
        withdrawn_at = NULL, withdrawn_because = '', withdrawn_by_id = NULL
    FROM billing_rollchange h
    JOIN billing_stagedrow s ON s.batch_id = h.batch_id AND s.number = h.row
    JOIN billing_taxpayer t ON t.rut = s.rut
    WHERE h.batch_id = %(batch)s AND h.kind = 'CHANGED' AND o.id = h.obligation_id
"""
_REMOVE = """
    UPDATE billing_obligation o
    SET withdrawn_at = %(now)s, withdrawn_because = %(left_out)s, withdrawn_by_id = %(batch)s
    FROM billing_rollchange h
    WHERE h.batch_id = %(batch)s AND h.kind = 'REMOVED' AND o.id = h.obligation_id
"""
_CREATE = """
    INSERT INTO billing_obligation (service, object_key, period, taxpayer_id, batch_id, subject, withdrawn_because)
    SELECT %(service)s, s.object_key, s.period, t.id, %(batch)s, s.subject, ''
    FROM billing_stagedrow s JOIN billing_taxpayer t ON t.rut = s.rut
    WHERE s.batch_id = %(batch)s AND NOT EXISTS (
      SELECT FROM billing_obligation o
      WHERE o.service = %(service)s AND o.object_key = s.object_key AND o.period = s.period)
"""


def apply_roll(*, batch_id: int, actor: Actor) -> RollResult:
    """Make new debts, change those that nobody pays, withdraw those that a complete roll leaves out.

    Safe to repeat: what was applied stays so. Raises `RollNotFound`, `RollNotReady`, `StagedRowsLost`.
    """
    result = _apply(batch_id, actor)
    if result is None:
        raise StagedRowsLost
    return result


@transaction.atomic(durable=True)
def _apply(batch_id: int, actor: Actor) -> RollResult | None:
    batch = locked_batch(batch_id)
    if batch.state == BatchState.APPLIED:
        return result_of(batch)
    if batch.state != BatchState.READY:
        raise RollNotReady(state=batch.state)
    if not StagedRow.objects.filter(batch_id=batch.id).exists():
        _read_again(batch)
        return None
    result = _write(batch)
    batch.state, batch.applied_at = BatchState.APPLIED, clock.now()
    batch.result = {**asdict(result), "kept": len(result.kept), "kept_keys": result.kept[:_KEPT_NAMED]}
    batch.save(update_fields=["state", "applied_at", "result"])
    counts = {name: (None, batch.result[name]) for name in ("created", "updated", "removed", "unchanged", "kept")}
    record(actor=actor, act="roll.applied", object_kind=KIND, object_key=batch.id, changes=counts)
    return result


def result_of(batch: RollBatch) -> RollResult:
    """Return what an applied batch did, as kept with it: no more than a thousand objects are named."""
    told = {"created": 0, "updated": 0, "unchanged": 0, "removed": 0, "kept_keys": [], **batch.result}  # older batches
    return RollResult(
        batch=batch.id,
        rows=batch.row_count,
        created=told["created"],
        updated=told["updated"],
        unchanged=told["unchanged"],
        kept=tuple(told["kept_keys"]),
        removed=told["removed"],
        is_repeat=True,
    )


def take_turn() -> None:
    """Wait for other batches of this municipality that are being applied or undone; nobody adds taxpayers meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_taxpayer IN SHARE ROW EXCLUSIVE MODE")


def _write(batch: RollBatch) -> RollResult:
    values: dict[str, Any] = {
        "batch": batch.id,
        "service": batch.service,
        "year": batch.year,
        "by_hand": BY_HAND,
        "now": clock.now(),
        "left_out": f"No está en la nómina del lote {batch.id}",
    }
    take_turn()
    plan_for(batch)
    with connection.cursor() as cursor:

        def run(statement: str) -> int:
            cursor.execute(statement, values)
            return int(cursor.rowcount)

        run(_NOTE_CHANGED)
        if batch.is_complete:
            run(_NOTE_REMOVED)
        run(_LOCK_ORDERS)
        run(_KEEP_WHAT_IS_HELD)
        run(_NAME_PEOPLE)
        updated, removed, created = run(_CHANGE), run(_REMOVE), run(_CREATE)
        run("DELETE FROM billing_stagedrow WHERE batch_id = %(batch)s")
    held = RollChange.objects.filter(batch=batch, kind=ChangeKind.KEPT)
    kept = tuple(held.order_by("row", "id").values_list("obligation__object_key", flat=True))
    kept_rows = held.exclude(row=None).count() if kept else 0
    return RollResult(
        batch=batch.id,
        rows=batch.row_count,
        created=created,
        updated=updated,
        unchanged=batch.row_count - created - updated - kept_rows,
        kept=kept,
        removed=removed,
    )


def _read_again(batch: RollBatch) -> None:
    batch.state, batch.attempts = BatchState.UPLOADED, 0
    batch.save(update_fields=["state", "attempts"])
    outbox.publish(events.RollUploaded(batch_id=batch.id))
