"""Giving money back: by the gateway that captured it, or by a transfer that is recorded here."""

from datetime import date, datetime

from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import capture, events, ledger, slots
from backend.billing.models import Order, OrderItem, Refund
from backend.billing.operations import move
from backend.billing.refund_attempts import RefundOutcomeUnknown, is_unresolved
from backend.billing.refunds import RefundNotOpen, locked_refund, move_refund
from backend.billing.rules import OrderState, RefundState
from backend.outbox import operations as outbox
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text

LONGEST_NAME = 60


class TransferIncomplete(DomainError):
    """A transfer is recorded with the decree that orders it and the bank's reference, 60 characters each at most."""

    code = "billing.transfer_incomplete"
    message = Text(
        es="Indique el decreto que ordena la devolución y la referencia del banco (60 caracteres a lo más cada uno).",
        en="Give the decree that orders the refund and the bank's reference (60 characters each at most).",
    )


class TransferDateNotPossible(DomainError):
    """A transfer was made on a day between the approval and today."""

    code = "billing.transfer_date_not_possible"
    message = Text(
        es="La fecha de la transferencia debe estar entre el {first} (aprobación) y el {last} (hoy).",
        en="The transfer's date must be between {first} (approval) and {last} (today).",
    )


class GatewayGivesBack(DomainError):
    """The gateway gives this refund back; a transfer too would pay it twice."""

    code = "billing.gateway_gives_back"
    message = Text(
        es="Esta devolución la hace el portal de pagos: una transferencia la pagaría dos veces.",
        en="The payment portal makes this refund: a transfer would pay it twice.",
    )


@transaction.atomic(durable=True)
def change_to_transfer(*, refund_id: int, actor: Actor) -> int:
    """Let the municipality's bank give back what the gateway refused to; returns the refund's id. Safe to repeat.

    Raises `RefundNotFound`, `RefundNotOpen`, and `RefundOutcomeUnknown` while the gateway may have done it.
    """
    refund = locked_refund(refund_id)
    if refund.state != RefundState.APPROVED:
        raise RefundNotOpen(refund=refund_id, state=refund.state)
    if refund.method == Refund.Method.TRANSFER:
        return refund_id
    if is_unresolved(refund):
        raise RefundOutcomeUnknown(refund=refund_id)
    refund.method = Refund.Method.TRANSFER
    refund.save(update_fields=["method"])
    changes = {"method": (Refund.Method.GATEWAY.value, Refund.Method.TRANSFER.value)}
    record(actor=actor, act="refund.changed_to_transfer", object_kind="Refund", object_key=refund_id, changes=changes)
    return refund_id


@transaction.atomic(durable=True)
def record_transfer(*, refund_id: int, decree: str, bank_reference: str, transferred_on: date, actor: Actor) -> int:
    """Record that the municipality's bank gave an approved refund back; returns its id.

    Safe to repeat with the same decree and reference. Raises `RefundNotFound`, `RefundNotOpen`, `GatewayGivesBack`,
    `TransferIncomplete`, `TransferDateNotPossible`, `MoreThanCaptured`.
    """
    named = decree.strip(), bank_reference.strip()
    if not all(1 <= len(name) <= LONGEST_NAME for name in named):
        raise TransferIncomplete(field="decree" if not 1 <= len(named[0]) <= LONGEST_NAME else "bankReference")
    order, refund = locked_with_order(refund_id)
    if refund.state == RefundState.EXECUTED and (refund.decree, refund.bank_reference) == named:
        return refund_id
    if refund.state != RefundState.APPROVED or refund.approved_at is None:
        raise RefundNotOpen(refund=refund_id, state=refund.state)
    if refund.method != Refund.Method.TRANSFER:
        raise GatewayGivesBack
    approved_on, today = clock.domain_date(refund.approved_at), clock.today()
    if not approved_on <= transferred_on <= today:
        raise TransferDateNotPossible(field="transferredOn", first=f"{approved_on:%d-%m-%Y}", last=f"{today:%d-%m-%Y}")
    capture.lock_operation(refund.gateway, refund.operation_id)
    capture.require_left(Money(0), gateway=refund.gateway, operation_id=refund.operation_id)
    refund.decree, refund.bank_reference = named
    give_back(refund, order, at=max(refund.approved_at, clock.day_starts_at(transferred_on)), actor=actor)
    return refund_id


def locked_with_order(refund_id: int) -> tuple[Order | None, Refund]:
    """Lock a refund and, before it, its order. Raises `RefundNotFound`."""
    order = Order.objects.select_for_update(no_key=True, of=("self",)).filter(refund__id=refund_id).first()
    return order, locked_refund(refund_id)


def give_back(refund: Refund, order: Order | None, *, at: datetime, actor: Actor) -> None:
    """Record that an approved refund was given back: books, slots, the order's state. The caller holds the locks.

    What was paid is owed again; fines that were paid with it can be paid again.
    """
    was = refund.state
    cause = f"refund:{refund.id}"
    if refund.item_id is not None and order is not None:
        _reverse(refund.item_id, order, cause=cause, method=refund.method)
    else:
        ledger.post_refund_of_homeless(order, Money(refund.amount), cause=cause, method=refund.method)
    refund.executed_at, refund.last_error = at, ""
    refund.save(update_fields=["executed_at", "decree", "bank_reference", "gateway_reference", "last_error"])
    event = move_refund(refund, RefundState.EXECUTED)
    if order is not None and refund.item_id is not None and not _items_left(order):
        move(order, OrderState.REFUNDED)
    assert event == events.RefundExecuted.__name__
    outbox.publish(events.RefundExecuted(refund_id=refund.id))
    changes: dict[str, tuple[object, object]] = {
        "state": (was, refund.state),
        "decree": ("", refund.decree),
        "bank_reference": ("", refund.bank_reference),
        "gateway_reference": ("", refund.gateway_reference),
    }
    record(actor=actor, act="refund.executed", object_kind="Refund", object_key=refund.id, changes=changes)


def _reverse(item_id: int, order: Order, *, cause: str, method: str) -> None:
    """Take from everybody what the item gave them, and free what it held."""
    item = OrderItem.objects.select_related("order", "obligation").get(id=item_id)
    ledger.post_refund_of_item(item, cause=cause, method=method)
    slots.release_item(item)


def _items_left(order: Order) -> bool:
    return order.items.exclude(refunds__state=RefundState.EXECUTED).exists()
