"""Refunds: requested by one person, approved or denied by another. `refund_execution` gives the money back."""

from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import capture, events
from backend.billing.gateways import get_gateway
from backend.billing.gateways.base import Refunding
from backend.billing.models import HomelessDecision, HomelessMoney, Order, OrderItem, Refund
from backend.billing.refund_attempts import RefundOutcomeUnknown, is_unresolved
from backend.billing.rules import HomelessState, OrderState, RefundState, require_edge
from backend.outbox import operations as outbox
from backend.outbox.requests import NUMBER, once_per_key
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text

LONGEST_REASON = 400


class ItemNotFound(DomainError):
    """No item of an order of this municipality has that id."""

    code = "billing.item_not_found"
    message = Text(es="No encontramos ese pago.", en="We found no such payment.")


class RefundNotFound(DomainError):
    """No refund of this municipality has that id."""

    code = "billing.refund_not_found"
    message = Text(es="No encontramos esa devolución.", en="We found no such refund.")


class NotPaid(DomainError):
    """Only what is paid is given back."""

    code = "billing.not_paid"
    message = Text(
        es="El pago {order} no está pagado o ya fue devuelto entero: no hay qué devolver.",
        en="Payment {order} is not paid, or was given back as a whole: there is nothing to give back.",
    )


class RefundAmountDiffers(DomainError):
    """Who requests a refund states the amount that she believes it has; another one is refused."""

    code = "billing.refund_amount_differs"
    message = Text(
        es="Usted indicó {stated}, pero ese pago es de {amount}. Revise y vuelva a intentarlo.",
        en="You stated {stated}, but that payment is of {amount}. Check it and try again.",
    )


class RefundAlreadyRequested(DomainError):
    """An item is given back once."""

    code = "billing.refund_already_requested"
    message = Text(
        es="Ya existe la devolución {refund} para ese pago.", en="Refund {refund} of that payment is there already."
    )


class FinesReported(DomainError):
    """Registro Civil was told, or may have been, that the item's fines are paid: that money is the courts'."""

    code = "billing.fines_reported"
    message = Text(
        es="Con ese pago se pagaron multas que ya se informaron al Registro Civil: no se puede devolver desde aquí.",
        en="That payment paid fines that Registro Civil was already told of: it cannot be given back from here.",
    )


class RefundReasonMissing(DomainError):
    """A refund is requested, and denied, with a reason."""

    code = "billing.refund_reason_missing"
    message = Text(es="Indique el motivo.", en="Give the reason.")


class SecondPersonNeeded(DomainError):
    """Who requested a refund does not approve it."""

    code = "billing.second_person_needed"
    message = Text(
        es="Esta devolución la pidió usted: debe aprobarla otra persona.",
        en="You requested this refund: somebody else must approve it.",
    )


class RefundNotOpen(DomainError):
    """The refund is past the step that was asked for."""

    code = "billing.refund_not_open"
    message = Text(
        es="La devolución {refund} está en estado {state}: ese paso no corresponde.",
        en="Refund {refund} is {state}: that step is not possible.",
    )


def request_for_decision(
    decision: HomelessDecision,
    *,
    order: Order | None,
    gateway: str,
    operation_id: str,
    email: str,
    reason: str,
    actor: Actor,
) -> Refund:
    """Request the refund that a decision about homeless money orders, in the caller's transaction.

    The caller holds the lock of the homeless money. Raises `RefundReasonMissing`, `MoreThanCaptured`.
    """
    refund = Refund(
        decision=decision,
        order=order,
        gateway=gateway,
        operation_id=operation_id,
        amount=decision.amount,
        email=email,
    )
    return _request(refund, more=Money(decision.amount), reason=reason, actor=actor)


@once_per_key(kept=NUMBER)
def request_refund(
    *, item_id: int, stated_amount: Money, reason: str, actor: Actor, request_key: str | None = None
) -> int:
    """Request that an item of a paid order is given back whole; returns the refund's id.

    Raises `ItemNotFound`, `NotPaid`, `RefundAmountDiffers`, `RefundAlreadyRequested`, `FinesReported`,
    `RefundReasonMissing`, `MoreThanCaptured`.
    """
    item = OrderItem.objects.filter(id=item_id).first()
    if item is None:
        raise ItemNotFound(field="itemId")
    order = Order.objects.select_for_update(no_key=True).get(id=item.order_id)
    if order.state != OrderState.PAID:
        raise NotPaid(order=order.number)
    known = Refund.objects.filter(item=item).exclude(state=RefundState.DENIED).first()
    if known is not None:
        raise RefundAlreadyRequested(refund=known.id)
    if Money(item.amount) != stated_amount:
        raise RefundAmountDiffers(field="statedAmount", stated=str(stated_amount), amount=str(Money(item.amount)))
    if item.fines.filter(released_at=None, report_begun_at__isnull=False).exists():
        raise FinesReported
    origin = capture.origin_of(order)
    refund = Refund(
        item=item,
        order=order,
        gateway=origin.gateway,
        operation_id=origin.operation_id,
        amount=item.amount,
        email=order.email,
    )
    more = Money(0) if origin.is_applied else stated_amount  # what was applied is promised already
    return int(_request(refund, more=more, reason=reason, actor=actor).id)


def _request(refund: Refund, *, more: Money, reason: str, actor: Actor) -> Refund:
    """Record a refund that promises so much more of its operation."""
    if not reason.strip():
        raise RefundReasonMissing(field="reason")
    capture.lock_operation(refund.gateway, refund.operation_id)
    capture.require_left(more, gateway=refund.gateway, operation_id=refund.operation_id)
    refund.reason = reason.strip()[:LONGEST_REASON]
    refund.method = _method_of(refund)
    refund.requested_by_id, refund.requested_by_name = actor.account_id, actor.name
    refund.requested_at = clock.now()
    refund.save(force_insert=True)
    record(
        actor=actor,
        act="refund.requested",
        object_kind="Refund",
        object_key=refund.id,
        changes={"amount": (None, refund.amount), "reason": ("", refund.reason)},
    )
    return refund


def _method_of(refund: Refund) -> str:
    """By the gateway that captured the money where it can give back, else by the municipality's bank."""
    if isinstance(get_gateway(refund.gateway), Refunding) and capture.reference_of(refund.gateway, refund.operation_id):
        return Refund.Method.GATEWAY
    return Refund.Method.TRANSFER


@transaction.atomic(durable=True)
def approve_refund(*, refund_id: int, actor: Actor) -> int:
    """Approve a refund that somebody else requested; the gateway is asked, or a transfer waits to be recorded.

    Returns its id. Safe to repeat by the same person. Raises `RefundNotFound`, `SecondPersonNeeded`, `RefundNotOpen`.
    """
    refund = locked_refund(refund_id)
    if refund.state == RefundState.APPROVED and refund.approved_by_name == actor.name:
        return refund_id
    if refund.state != RefundState.REQUESTED:
        raise RefundNotOpen(refund=refund_id, state=refund.state)
    _require_second_person(refund, actor)
    refund.approved_by_id, refund.approved_by_name, refund.approved_at = actor.account_id, actor.name, clock.now()
    refund.save(update_fields=["approved_by_id", "approved_by_name", "approved_at"])
    event = move_refund(refund, RefundState.APPROVED)
    assert event == events.RefundApproved.__name__
    outbox.publish(events.RefundApproved(refund_id=refund.id))
    _log(actor, "refund.approved", refund, RefundState.REQUESTED)
    return refund_id


def _require_second_person(refund: Refund, actor: Actor) -> None:
    is_same_account = actor.account_id is not None and actor.account_id == refund.requested_by_id
    if is_same_account or actor.name == refund.requested_by_name:
        raise SecondPersonNeeded


@transaction.atomic(durable=True)
def deny_refund(*, refund_id: int, reason: str, actor: Actor) -> int:
    """Deny a refund that was not executed; what it would have taken of homeless money is open again.

    Returns its id. Safe to repeat with the same reason. Raises `RefundNotFound`, `RefundNotOpen`,
    `RefundReasonMissing`, and `RefundOutcomeUnknown` while the gateway may have given back.
    """
    if not reason.strip():
        raise RefundReasonMissing(field="reason")
    money = (
        HomelessMoney.objects.select_for_update(no_key=True, of=("self",))
        .filter(decisions__refund__id=refund_id)
        .first()
    )
    refund = locked_refund(refund_id)
    was = RefundState(refund.state)
    if was == RefundState.DENIED and refund.denied_because == reason.strip()[:LONGEST_REASON]:
        return refund_id
    if was not in (RefundState.REQUESTED, RefundState.APPROVED):
        raise RefundNotOpen(refund=refund_id, state=refund.state)
    if is_unresolved(refund):
        raise RefundOutcomeUnknown(refund=refund_id)
    refund.denied_because = reason.strip()[:LONGEST_REASON]
    refund.save(update_fields=["denied_because"])
    event = move_refund(refund, RefundState.DENIED)
    if money is not None:
        _open_again(money, refund.amount)
    assert event == events.RefundDenied.__name__
    outbox.publish(events.RefundDenied(refund_id=refund.id))
    _log(actor, "refund.denied", refund, was, denied_because=("", refund.denied_because))
    return refund_id


def _open_again(money: HomelessMoney, amount: int) -> None:
    if money.state == HomelessState.CLOSED:
        event = require_edge(HomelessState.CLOSED, HomelessState.OPEN)
        assert event == events.RefundDenied.__name__
        money.state = HomelessState.OPEN
    money.open_amount += amount
    money.save(update_fields=["state", "open_amount"])


def locked_refund(refund_id: int) -> Refund:
    """Return a refund under lock; its order, or its homeless money, is locked before. Raises `RefundNotFound`."""
    refund = Refund.objects.select_for_update(no_key=True).filter(id=refund_id).first()
    if refund is None:
        raise RefundNotFound(field="id")
    return refund


def move_refund(refund: Refund, target: RefundState) -> str:
    """Follow an edge of the graph and save the state; returns the event's name. The caller holds the row's lock."""
    event = require_edge(RefundState(refund.state), target)
    refund.state = target
    refund.save(update_fields=["state"])
    return event


def _log(actor: Actor, act: str, refund: Refund, was: RefundState, **changes: tuple[object, object]) -> None:
    states: dict[str, tuple[object, object]] = {"state": (was.value, str(refund.state))}
    record(actor=actor, act=act, object_kind="Refund", object_key=refund.id, changes={**states, **changes})
