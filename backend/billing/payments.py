"""Handing the payer over to the gateway, and recording what the gateway says became of the payment."""

from datetime import datetime

from django.core import signing
from django.db import transaction

from backend.billing import events, ledger, queries, rules, slots
from backend.billing.asking_rules import next_ask
from backend.billing.gateway_access import gateway_access
from backend.billing.gateways import can_be_asked, get_gateway
from backend.billing.gateways.base import GatewayNotice, GatewayOrder, Handover, OrderLine
from backend.billing.models import HomelessMoney, NoticeReading, Order
from backend.billing.operations import OrderNotOpen, expire_stale_orders, issue_token, move
from backend.billing.order_input import ReturnAddressNotRegistered, checked_return_url
from backend.billing.rules import OrderState
from backend.outbox import operations as outbox
from backend.outbox.schemas import current_schema
from backend.profile.queries import form_number
from backend.services import get_service
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.rut import parse_rut
from backend.shared.text import Text
from backend.tenants.queries import current_tenant

RETURN_HOLDS_SECONDS = 24 * 60 * 60


class OrderExpired(DomainError):
    """The quote is older than its validity."""

    code = "billing.order_expired"
    message = Text(
        es="El monto cotizado venció. Busque la deuda de nuevo para obtener el monto vigente.",
        en="The quoted amount has expired. Look the debt up again for the current amount.",
    )


def start_payment(*, token: str, now: datetime) -> str:
    """Tell the gateway of the order and return the address where the payer goes on.

    Safe to repeat: the gateway gets the same words and gives the same answer. Nothing is held while it is asked.
    Raises `OrderNotFound`, `OrderNotOpen`, `OrderExpired`, `GatewayUnavailable`, `GatewayRefused`.
    """
    order = queries.order_of_token(token)
    _require_open(order, now)
    if order.state == OrderState.SENT and order.redirect_url:
        return order.redirect_url
    handover = get_gateway(order.gateway).place_order(_as_told(order), gateway_access(order.gateway))
    return _record_handover(order.id, handover, now)


@transaction.atomic(durable=True)
def _record_handover(order_id: int, handover: Handover, now: datetime) -> str:
    order = Order.objects.select_for_update(no_key=True).get(id=order_id)
    _require_open(order, now)
    if order.state == OrderState.CREATED:
        order.gateway_reference, order.redirect_url = handover.reference, handover.url
        if can_be_asked(order.gateway):
            order.ask_due_at = next_ask(attempts=0, created_at=order.created_at, now=now)
        order.save(update_fields=["gateway_reference", "redirect_url", "ask_due_at"])
        move(order, OrderState.SENT)
    return order.redirect_url


def _require_open(order: Order, now: datetime) -> None:
    if order.state not in rules.OPEN_STATES:
        raise OrderNotOpen
    if order.valid_until <= now:
        raise OrderExpired


def _as_told(order: Order) -> GatewayOrder:
    items = list(order.items.select_related("obligation__taxpayer").order_by("id"))
    return GatewayOrder(
        number=order.number,
        sequence=order.id,
        form_number=form_number(order.gateway),
        payer=parse_rut(items[0].obligation.taxpayer.rut),
        total=Money(order.total),
        created_at=order.created_at,
        valid_until=order.valid_until,
        return_url=return_address(order),
        lines=tuple(
            OrderLine(
                text=f"{get_service(debt.service).title.es} {debt.period} {debt.object_key}",
                amount=Money(item.amount),
            )
            for item, debt in ((item, item.obligation) for item in items)
        ),
    )


def return_address(order: Order) -> str:
    """Return where the gateway sends the payer back to: our host, naming the order under our signature."""
    return f"{current_tenant().origin}/return/{_return_signer().sign_object(order.id)}"


@transaction.atomic(durable=True)
def come_back(*, signed: str) -> str:
    """Return the page that the payer of a return address came from, with a new token in the fragment.

    The page's origin is checked again: it may have been struck off since. It marks nothing paid; a gateway that can be
    asked is asked now. Raises `OrderNotFound`.
    """
    try:
        order = Order.objects.get(id=_return_signer().unsign_object(signed, max_age=RETURN_HOLDS_SECONDS))
    except (signing.BadSignature, Order.DoesNotExist, ValueError, TypeError) as error:
        raise queries.OrderNotFound from error
    try:
        page = checked_return_url(order.return_url)
    except ReturnAddressNotRegistered:
        page = checked_return_url(None)
    if order.state not in rules.CAPTURED_STATES and can_be_asked(order.gateway):
        outbox.publish(events.PayerReturned(order_id=order.id))
    return f"{page}#sem={issue_token(order)}"


def _return_signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"billing.return.{current_schema()}")


def settle_payment(*, order: Order, reading: NoticeReading, notice: GatewayNotice) -> Order:
    """Record what the gateway says became of a payment, in the caller's transaction.

    `reading` is the first of its operation, so that this runs once for each. Money that cannot be applied is kept
    as homeless: raising would undo the record of it.
    """
    order = Order.objects.select_for_update(no_key=True).get(id=order.id)
    items = list(order.items.select_related("obligation").order_by("id"))
    cause = f"{order.gateway}:{notice.operation_id}"
    is_withdrawn = any(item.obligation.withdrawn_at for item in items)
    match rules.next_step(
        state=OrderState(order.state),
        total=Money(order.total),
        succeeded=notice.succeeded,
        amount=notice.amount,
        is_slot_free=_can_take_slots(order, notice, is_withdrawn=is_withdrawn),
        is_withdrawn=is_withdrawn,
    ):
        case rules.Nothing():
            return order
        case rules.Reject():
            event = move(order, OrderState.REJECTED)
            slots.release(order)
            assert event == events.PaymentRejected.__name__
            outbox.publish(events.PaymentRejected(order_id=order.id))
        case rules.Hold(amount=amount, reason=reason):
            keep_homeless(order, reading, amount, reason=reason, notice=notice)
        case rules.Capture():
            order.paid_at, order.means, order.operation_id = notice.paid_at, notice.means.es, notice.operation_id
            order.save(update_fields=["paid_at", "means", "operation_id"])
            event = move(order, OrderState.PAID)
            assert event == events.PaymentSettled.__name__
            ledger.post_settlement(order, items, cause=cause, paid_at=notice.paid_at)
            outbox.publish(events.PaymentSettled(order_id=order.id))
            if order.fines.exists():
                outbox.publish(events.FinesPaid(order_id=order.id))
    return order


def keep_homeless(
    order: Order | None, reading: NoticeReading, amount: Money, *, reason: str, notice: GatewayNotice, part: str = ""
) -> HomelessMoney:
    """Keep money that belongs to no open debt, with a reason and a proposed action, and post it.

    `part` tells it from other money of the same operation, where only a part of it has no home.
    """
    row = HomelessMoney.objects.create(
        reading=reading,
        order=order,
        amount=amount.pesos,
        open_amount=amount.pesos,
        payer_rut=_payer(order, notice),
        reason=reason,
        proposed_action=rules.PROPOSED_ACTIONS[reason],
        since=notice.paid_at,
    )
    cause = f"{reading.gateway}:{notice.operation_id}{part}"
    ledger.post_homeless(order, amount, gateway=reading.gateway, cause=cause)
    return row


def _payer(order: Order | None, notice: GatewayNotice) -> str:
    if order is None:
        return notice.payer
    return str(order.items.values_list("obligation__taxpayer__rut", flat=True)[0])


def _can_take_slots(order: Order, notice: GatewayNotice, *, is_withdrawn: bool) -> bool:
    """Hold the order's slots, or take them back if the payment would otherwise be applied to nothing."""
    if order.state in rules.OPEN_STATES:
        return True
    is_to_be_applied = (
        notice.succeeded and order.state not in rules.CAPTURED_STATES and notice.amount == Money(order.total)
    )
    if is_withdrawn or not is_to_be_applied:
        return False
    expire_stale_orders(list(order.items.values_list("obligation_id", flat=True)), now=notice.paid_at)
    return slots.reclaim(order)
