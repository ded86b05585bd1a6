"""What waits in this municipality, and since when."""

from dataclasses import dataclass
from datetime import datetime

from backend.billing.asking_rules import PAYER_MAY_BE_THERE_FOR
from backend.billing.gateways import can_be_asked, gateways
from backend.billing.models import HomelessMoney, Notice, NoticeReading, Order
from backend.billing.rules import OrderState
from backend.shared import clock


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person or a process."""

    kind: str
    subject: str
    detail: str
    since: datetime


def waiting_money() -> list[Waiting]:
    """Return notices unread, unreadable, contradictory or misrouted, homeless money, and payments that nobody knows of.

    Oldest first.
    """
    unread = Notice.objects.filter(is_authentic=True, noticereading=None)
    odd = NoticeReading.objects.filter(outcome__in=["CONTRADICTION", "UNREADABLE", "MISROUTED", "UNKNOWN_ORDER"])
    found = [Waiting("notice-unread", f"notice {row.id}", row.gateway, row.received_at) for row in unread]
    found += [
        Waiting(
            f"notice-{row.outcome.lower().replace('_', '-')}",
            f"notice {row.notice_id}",
            f"operation {row.operation_id}",
            row.read_at,
        )
        for row in odd
    ]
    found += [
        Waiting(
            "homeless-money",
            f"operation {row.reading.operation_id}",
            f"${row.amount} {row.reason} → {row.proposed_action}",
            row.since,
        )
        for row in HomelessMoney.objects.select_related("reading")
    ]
    found += [
        Waiting(
            "payment-unanswered", f"order {row.number}", f"{row.gateway}: asked {row.ask_attempts}×", row.created_at
        )
        for row in _unanswered()
    ]
    found += [
        Waiting("notice-forged", f"notice {row.id}", row.gateway, row.received_at)
        for row in Notice.objects.filter(is_authentic=False)
    ]
    return sorted(found, key=lambda waiting: waiting.since)


def _unanswered() -> list[Order]:
    """Return orders at gateways that can be asked and have told nothing final for an hour: asked still, or given up."""
    states = (OrderState.SENT, OrderState.EXPIRED, OrderState.CANCELLED)
    rows = Order.objects.filter(
        gateway__in=[code for code in gateways() if can_be_asked(code)],
        state__in=states,
        ask_attempts__gt=0,
        created_at__lt=clock.now() - PAYER_MAY_BE_THERE_FOR,
        noticereading=None,
    )
    return list(rows.order_by("created_at"))
