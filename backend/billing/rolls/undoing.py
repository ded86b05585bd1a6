"""Undoing a batch: what was there before is there again, as long as nothing of the batch is paid."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import slots
from backend.billing.models import Obligation, Order, RollBatch, RollChange, RollRename, SlotClaim
from backend.billing.operations import lock_orders_of, move
from backend.billing.rolls.applying import take_turn
from backend.billing.rolls.plans import plan_for
from backend.billing.rolls.queries import last_applied
from backend.billing.rolls.rules import BatchState
from backend.billing.rolls.uploading import KIND, locked_batch
from backend.billing.rules import OPEN_STATES, OrderState
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text

_NAMED = 10


class RollNotApplied(DomainError):
    """Only what was applied can be undone."""

    code = "billing.roll_not_applied"
    message = Text(es="El lote no está aplicado: {state}.", en="The batch is not applied: {state}.")


class RollNotLast(DomainError):
    """A later batch of the same service and year stands on this one."""

    code = "billing.roll_not_last"
    message = Text(
        es="Después se aplicó el lote {last} del mismo servicio y año: deshágalo primero.",
        en="Batch {last} of the same service and year was applied later: undo that one first.",
    )


class RollPartlyPaid(DomainError):
    """Something of the batch is paid: it can no longer be undone. The message names the first objects."""

    code = "billing.roll_partly_paid"
    message = Text(
        es="No se puede deshacer: {count} deudas del lote ya tienen un pago ({keys}).",
        en="It cannot be undone: {count} debts of the batch have a payment already ({keys}).",
    )

    def __init__(self, keys: Sequence[str]) -> None:
        named = ", ".join(keys[:_NAMED]) + ("…" if len(keys) > _NAMED else "")
        super().__init__(field="id", count=len(keys), keys=named)
        self.keys = tuple(keys)


_STAFF_WITHDREW = "o.withdrawn_at IS NOT NULL AND o.withdrawn_by_id IS NULL"
_RESTORE = f"""
    UPDATE billing_obligation o
    SET subject = h.subject, taxpayer_id = h.taxpayer_id, batch_id = h.previous_batch_id,
        withdrawn_at = CASE WHEN {_STAFF_WITHDREW} THEN o.withdrawn_at ELSE h.withdrawn_at END,
        withdrawn_because = CASE WHEN {_STAFF_WITHDREW} THEN o.withdrawn_because ELSE h.withdrawn_because END,
        withdrawn_by_id = CASE WHEN {_STAFF_WITHDREW} THEN NULL ELSE h.withdrawn_by_id END
    FROM billing_rollchange h
    WHERE h.batch_id = %(batch)s AND h.kind IN ('CHANGED', 'REMOVED') AND o.id = h.obligation_id
"""  # noqa: S608 - constants of this file
_DELETE = f"""
    DELETE FROM billing_obligation o
    WHERE o.batch_id = %(batch)s AND NOT ({_STAFF_WITHDREW})
      AND NOT EXISTS (SELECT FROM billing_checkevidence e WHERE e.obligation_id = o.id)
      AND NOT EXISTS (SELECT FROM billing_orderitem i WHERE i.obligation_id = o.id)
      AND NOT EXISTS (SELECT FROM billing_slotclaim c WHERE c.obligation_id = o.id)
      AND NOT EXISTS (SELECT FROM billing_rollchange h WHERE h.obligation_id = o.id AND h.batch_id <> %(batch)s)
"""  # noqa: S608 - constants of this file
_WITHDRAW_THE_REST = """
    UPDATE billing_obligation o
    SET withdrawn_at = %(now)s, withdrawn_because = %(undone)s, withdrawn_by_id = %(batch)s
    WHERE o.batch_id = %(batch)s AND o.withdrawn_at IS NULL
"""
_RESTORE_NAMES = """
    UPDATE billing_taxpayer t SET name = r.name FROM billing_rollrename r
    WHERE r.batch_id = %(batch)s AND t.id = r.taxpayer_id
      AND NOT EXISTS (SELECT FROM billing_rollrename l WHERE l.taxpayer_id = r.taxpayer_id AND l.id > r.id)
"""
_HAND_NAMES_ON = """
    UPDATE billing_rollrename l SET name = r.name FROM billing_rollrename r
    WHERE r.batch_id = %(batch)s AND l.id = (
      SELECT min(n.id) FROM billing_rollrename n WHERE n.taxpayer_id = r.taxpayer_id AND n.id > r.id)
"""
_FORGET_PEOPLE = """
    DELETE FROM billing_taxpayer t
    WHERE t.id = ANY(%(people)s)
      AND NOT EXISTS (SELECT FROM billing_obligation o WHERE o.taxpayer_id = t.id)
      AND NOT EXISTS (SELECT FROM billing_rollchange h WHERE h.taxpayer_id = t.id)
      AND NOT EXISTS (SELECT FROM billing_rollrename r WHERE r.taxpayer_id = t.id)
"""


@transaction.atomic(durable=True)
def undo_roll(*, batch_id: int, actor: Actor) -> RollBatch:
    """Restore what was there before the batch; open orders on its debts are cancelled, as in `withdraw_debt`.

    A debt that staff withdrew stays withdrawn; one that was made by the batch and left traces (a check, an order)
    stays as withdrawn. Safe to repeat. Raises `RollNotFound`, `RollNotApplied`, `RollNotLast`, `RollPartlyPaid`.
    """
    batch = locked_batch(batch_id)
    if batch.state == BatchState.UNDONE:
        return batch
    if batch.state != BatchState.APPLIED:
        raise RollNotApplied(state=batch.state)
    take_turn()
    plan_for(batch)
    last = last_applied(batch.service, batch.year)
    if last is not None and last.id != batch.id:
        raise RollNotLast(last=last.id)
    people = _lock_debts(batch)
    orders = lock_orders_of(Obligation.objects.filter(batch=batch))
    _require_unpaid(batch)
    _cancel_open(orders)
    _restore(batch, people)
    batch.state, batch.ended_at = BatchState.UNDONE, clock.now()
    batch.save(update_fields=["state", "ended_at"])
    record(actor=actor, act="roll.undone", object_kind=KIND, object_key=batch.id)
    return batch


def _lock_debts(batch: RollBatch) -> list[int]:
    """Lock the debts that the batch made or changed; return their taxpayers."""
    rows = Obligation.objects.select_for_update(no_key=True).filter(batch=batch).order_by("id")
    return list(set(rows.values_list("taxpayer_id", flat=True)))


def _require_unpaid(batch: RollBatch) -> None:
    paid = SlotClaim.objects.filter(obligation__batch=batch, released_at=None, order__state=OrderState.PAID)
    keys = paid.order_by("obligation__object_key").values_list("obligation__object_key", flat=True).distinct()
    if keys:
        raise RollPartlyPaid(list(keys))


def _cancel_open(orders: list[Order]) -> None:
    for order in orders:
        if order.state in OPEN_STATES:
            move(order, OrderState.CANCELLED)
            slots.release(order)


def _restore(batch: RollBatch, people: list[int]) -> None:
    values: dict[str, Any] = {
        "batch": batch.id,
        "now": clock.now(),
        "undone": f"Se deshizo el lote {batch.id}",
        "people": people,
    }
    with connection.cursor() as cursor:
        for statement in (_RESTORE, _DELETE, _WITHDRAW_THE_REST, _RESTORE_NAMES, _HAND_NAMES_ON):
            cursor.execute(statement, values)
        RollChange.objects.filter(batch=batch).delete()
        RollRename.objects.filter(batch=batch).delete()
        cursor.execute(_FORGET_PEOPLE, values)
