"""What an operation of a gateway captured, and what of it was given back or promised: never more than it captured."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from backend.billing.ledger import DISPUTED
from backend.billing.models import HomelessDecision, HomelessMoney, LedgerEntry, NoticeReading, Order, Refund
from backend.billing.rules import CAPTURED_STATES, RefundState
from backend.outbox.schemas import current_schema
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text


class MoreThanCaptured(DomainError):
    """Refunds and applications of one operation together would exceed what it captured."""

    code = "billing.more_than_captured"
    message = Text(
        es="No se puede devolver {amount}: de la operación {operation} quedan {left} por devolver.",
        en="{amount} cannot be given back: {left} of operation {operation} is left.",
    )


def lock_operation(gateway: str, operation_id: str) -> None:
    """Let nobody else promise money of this operation until the transaction ends.

    What an operation captured stands in append-only rows, which the application's role cannot lock.
    """
    with connection.cursor() as cursor:
        key = f"{current_schema()}:{gateway}:{operation_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def require_left(amount: Money, *, gateway: str, operation_id: str) -> None:
    """Raise `MoreThanCaptured` where less than `amount` of an operation is left. The caller holds its lock."""
    left = captured_by(gateway, operation_id) - promised_of(gateway, operation_id)
    if amount > left:
        raise MoreThanCaptured(amount=str(amount), operation=operation_id, left=str(max(left, Money(0))))


@dataclass(frozen=True)
class Origin:
    """The operation whose money paid an order; `is_applied`: as homeless money, by a decision."""

    gateway: str
    operation_id: str
    is_applied: bool


def origin_of(order: Order) -> Origin:
    """Return where the money of a paid order came from."""
    applied = HomelessDecision.objects.select_related("homeless__reading").filter(order=order).first()
    if applied is None:
        return Origin(order.gateway, order.operation_id, is_applied=False)
    reading = applied.homeless.reading
    return Origin(reading.gateway, reading.operation_id, is_applied=True)


def reference_of(gateway: str, operation_id: str) -> str:
    """Return the gateway's own reference of the payment that an operation was, empty where we know none."""
    heard = NoticeReading.objects.filter(gateway=gateway, operation_id=operation_id, succeeded=True, is_first=True)
    return str(heard.values_list("order__gateway_reference", flat=True).first() or "")


def captured_by(gateway: str, operation_id: str) -> Money:
    """Return what an operation captured: the order that it settled and what was kept of it as homeless.

    What its gateway's own book does not show, though it was reported, is in dispute and counts as not captured.
    """
    settled = Order.objects.filter(
        gateway=gateway, operation_id=operation_id, state__in=CAPTURED_STATES, paid_by_decision__isnull=True
    )
    kept = HomelessMoney.objects.filter(reading__gateway=gateway, reading__operation_id=operation_id)
    cause = f"{gateway}:{operation_id}"
    disputed = LedgerEntry.objects.filter(
        Q(cause=cause) | Q(cause__startswith=f"{cause}:"), debit=DISPUTED.format(gateway=gateway)
    )
    return _sum(settled, "total") + _sum(kept, "amount") - _sum(disputed, "amount")


def promised_of(gateway: str, operation_id: str) -> Money:
    """Return what of an operation was refunded, is to be refunded, or pays another order.

    Of an order that homeless money paid, and that is refunded in turn, each peso counts once: as applied.
    """
    refunds = Refund.objects.filter(gateway=gateway, operation_id=operation_id).exclude(state=RefundState.DENIED)
    applied = HomelessDecision.objects.filter(
        action=HomelessDecision.Action.APPLY,
        homeless__reading__gateway=gateway,
        homeless__reading__operation_id=operation_id,
    )
    return _sum(refunds.exclude(item__order__paid_by_decision__isnull=False), "amount") + _sum(applied, "amount")


def _sum(rows: QuerySet[Any], field: str) -> Money:
    return Money(int(rows.aggregate(total=Sum(field))["total"] or 0))
