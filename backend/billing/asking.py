"""Asking a gateway what became of a payment: what it answers goes into the inbox like any notice, and settles there."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from backend.billing import events
from backend.billing.asking_rules import MOST_ATTEMPTS, next_ask, next_ask_after_failure
from backend.billing.gateway_access import gateway_access
from backend.billing.gateways import get_gateway
from backend.billing.gateways.base import (
    Asking,
    Gateway,
    GatewayNotice,
    GatewayRefused,
    GatewayUnavailable,
    UnreadableNotice,
)
from backend.billing.models import Notice, NoticeReading, Order
from backend.billing.rules import CAPTURED_STATES, Source
from backend.outbox import operations as outbox

_log = logging.getLogger(__name__)
BATCH = 100
TAKEN_FOR = timedelta(minutes=10)
"""How long an order that the clock has sent to a worker is not sent again; the outbox sees to it meanwhile."""
DUE = "EXISTS (SELECT FROM {schema}.billing_order WHERE ask_due_at <= now())"


@dataclass(frozen=True)
class _Question:
    gateway: Gateway
    order_number: str
    reference: str


@transaction.atomic(durable=True)
def send_due_asks(*, now: datetime) -> int:
    """Have workers ask about up to `BATCH` orders that are due; several clocks at once take different ones."""
    due = Order.objects.select_for_update(skip_locked=True, no_key=True).filter(ask_due_at__lte=now)
    ids = list(due.order_by("ask_due_at").values_list("id", flat=True)[:BATCH])
    Order.objects.filter(id__in=ids).update(ask_due_at=now + TAKEN_FOR)
    for order_id in ids:
        outbox.publish(events.AskFellDue(order_id=order_id))
    return len(ids)


def ask_order(*, order_id: int, now: datetime) -> None:
    """Ask what became of an order; a final answer goes into the inbox, for any other it is asked again later.

    Nothing is held while the gateway is asked. Safe to repeat and to run twice at once: the inbox is read once for each
    operation. A gateway that does not answer is no failure of this: the next attempt is noted before the question.
    """
    question = _take_up(order_id, now)
    if question is None:
        return
    assert isinstance(question.gateway, Asking)
    access = gateway_access(question.gateway.code)
    try:
        raw = question.gateway.ask(question.order_number, question.reference, access)
    except GatewayUnavailable as error:
        _log.warning("%s did not tell about %s: %s", question.gateway.code, question.order_number, error)
    except GatewayRefused as error:
        _log.warning("%s will not tell about %s: %s", question.gateway.code, question.order_number, error)
        _set_due(order_id, None)
    else:
        if raw is not None:
            _keep_answer(order_id, raw, now)


@transaction.atomic(durable=True)
def _take_up(order_id: int, now: datetime) -> _Question | None:
    """Note the attempt and the next one; None where there is nothing to ask, or no more."""
    order = Order.objects.select_for_update(no_key=True).get(id=order_id)
    gateway = get_gateway(order.gateway)
    is_open = isinstance(gateway, Asking) and bool(order.gateway_reference) and not _was_captured(order)
    attempts = min(order.ask_attempts + 1, MOST_ATTEMPTS)
    due_at = next_ask(attempts=attempts, created_at=order.created_at, now=now) if is_open else None
    if due_at is not None:
        order.ask_attempts = attempts
    order.ask_due_at = due_at
    order.save(update_fields=["ask_attempts", "ask_due_at"])
    return _Question(gateway, order.number, order.gateway_reference) if due_at is not None else None


def _was_captured(order: Order) -> bool:
    """Tell whether its money was heard of: paid, given back since, or kept without a home."""
    return order.state in CAPTURED_STATES or NoticeReading.objects.filter(order=order, succeeded=True).exists()


@transaction.atomic(durable=True)
def _keep_answer(order_id: int, raw: bytes, now: datetime) -> None:
    """Put a final report into the inbox unless it was heard before; after a failure ask once more, much later."""
    order = Order.objects.select_for_update(no_key=True).get(id=order_id)
    try:
        report = get_gateway(order.gateway).parse_notice(raw, Source.ANSWER)
    except UnreadableNotice:  # a person will see it in the inbox
        report = None
    has_failed = report is not None and not report.succeeded
    _set_due(order_id, next_ask_after_failure(created_at=order.created_at, now=now) if has_failed else None)
    if report is not None and _is_known(order, report):
        return
    notice = Notice.objects.create(
        gateway=order.gateway, source=Source.ANSWER, raw=raw, is_authentic=True, received_at=now
    )
    outbox.publish(events.NoticeReceived(notice_id=notice.id))


def _is_known(order: Order, report: GatewayNotice) -> bool:
    return NoticeReading.objects.filter(
        gateway=order.gateway, operation_id=report.operation_id, content_sha256=report.content_sha256
    ).exists()


def _set_due(order_id: int, due_at: datetime | None) -> None:
    Order.objects.filter(id=order_id).update(ask_due_at=due_at)
