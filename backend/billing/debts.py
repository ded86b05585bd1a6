"""Debts outside the rolls: one that staff accept by hand, one that is withdrawn with a reason."""

from collections.abc import Mapping

from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import queries, slots
from backend.billing.models import Obligation, RollBatch, SlotClaim, Taxpayer
from backend.billing.operations import lock_orders_of, move
from backend.billing.rolls.rules import BY_HAND, BatchState
from backend.billing.rules import OPEN_STATES, OrderState
from backend.outbox.requests import NUMBER, once_per_key
from backend.services.base import RowError
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text


class EntryRejected(DomainError):
    """What was typed for a debt is not right."""

    code = "billing.entry_rejected"
    message = Text(es="Los datos no son correctos: {why}", en="The data are not right: {why}")

    def __init__(self, errors: list[RowError]) -> None:
        why = Text(
            es="; ".join(f"{error.column}: {error.message.es}" for error in errors),
            en="; ".join(f"{error.column}: {error.message.en}" for error in errors),
        )
        super().__init__(why=why, field=errors[0].column)
        self.errors = errors


class DebtAlreadyKnown(DomainError):
    """That object already has a debt for the period."""

    code = "billing.debt_already_known"
    message = Text(
        es="{key} ya tiene una deuda del período {period}.", en="{key} already has a debt for the period {period}."
    )


class DebtIsPaid(DomainError):
    """A debt of which something is paid is not withdrawn."""

    code = "billing.debt_is_paid"
    message = Text(
        es="La deuda ya tiene un pago: no se puede retirar.", en="The debt has a payment: it cannot be withdrawn."
    )


class ReasonMissing(DomainError):
    """A withdrawal says why, e.g. the number and date of the counter's receipt."""

    code = "billing.reason_missing"
    message = Text(
        es="Indique por qué se retira, por ejemplo el número y la fecha del comprobante de caja.",
        en="Say why it is withdrawn, for example the number and date of the counter's receipt.",
    )


@once_per_key(kept=NUMBER, final=(DebtAlreadyKnown,))
def accept_debt(
    *, service: str, year: int, entry: Mapping[str, object], actor: Actor, request_key: str | None = None
) -> int:
    """Make a debt of an object that is in no roll, from the columns that a roll would have; returns its id.

    A vehicle moved from another commune, or new with an invoice. Raises `ServiceNotOffered`, `EntryRejected`,
    `DebtAlreadyKnown`.
    """
    read = queries.offered_service(service).read_roll_row(1, entry, year=year)
    if isinstance(read, list):
        raise EntryRejected(read)
    batch, _created = RollBatch.objects.get_or_create(
        service=service,
        year=year,
        sha256=BY_HAND,
        defaults={"filename": BY_HAND, "state": BatchState.APPLIED, "uploaded_at": clock.now()},
    )
    taxpayer, _created = Taxpayer.objects.get_or_create(
        rut=str(read.holder_rut), defaults={"name": read.holder_name[:120]}
    )
    obligation, created = Obligation.objects.get_or_create(
        service=service,
        object_key=read.object_key,
        period=read.period,
        defaults={"taxpayer": taxpayer, "batch": batch, "subject": read.subject},
    )
    if not created:
        raise DebtAlreadyKnown(key=read.object_key, period=read.period)
    record(actor=actor, act="debt.accepted", object_kind="Obligation", object_key=obligation.id)
    return int(obligation.id)


@transaction.atomic(durable=True)
def withdraw_debt(*, obligation_id: int, reason: str, actor: Actor) -> int:
    """Withdraw a debt of which nothing is paid; an open order on it is cancelled, money that still arrives is homeless.

    Returns its id. Safe to repeat. Raises `DebtNotFound`, `ReasonMissing`, `DebtIsPaid`.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    obligation = Obligation.objects.select_for_update(no_key=True).filter(id=obligation_id).first()
    if obligation is None:
        raise queries.DebtNotFound(field="debtId")
    if obligation.withdrawn_at is not None:
        return obligation_id
    orders = lock_orders_of(Obligation.objects.filter(id=obligation_id))
    claims = SlotClaim.objects.filter(obligation=obligation, released_at=None)
    if claims.filter(order__state=OrderState.PAID).exists():
        raise DebtIsPaid
    for order in orders:
        if order.state in OPEN_STATES:
            move(order, OrderState.CANCELLED)
            slots.release(order)
    obligation.withdrawn_at, obligation.withdrawn_because = clock.now(), reason.strip()[:200]
    obligation.save(update_fields=["withdrawn_at", "withdrawn_because"])
    changes = {"withdrawn_because": ("", obligation.withdrawn_because)}
    record(actor=actor, act="debt.withdrawn", object_kind="Obligation", object_key=obligation_id, changes=changes)
    return obligation_id
