"""What waits in this municipality, and since when."""

from dataclasses import dataclass
from datetime import datetime

from backend.billing.asking_rules import PAYER_MAY_BE_THERE_FOR
from backend.billing.gateways import can_be_asked, gateways
from backend.billing.homeless_queries import UNDECIDED, Wanted, all_homeless
from backend.billing.models import Notice, NoticeReading, Order
from backend.billing.reconciliation_models import CollectionFile
from backend.billing.rules import HomelessState, OrderState
from backend.shared import clock


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person or a process."""

    kind: str
    subject: str
    detail: str
    since: datetime


def waiting_money() -> list[Waiting]:
    """Return notices unread, unreadable, contradictory or misrouted, undecided homeless money, and unknown payments.

    A payment is unknown where its gateway was asked and has not said what became of it. Collection files that were not
    read to their end too. Oldest first.
    """
    unread = Notice.objects.filter(is_authentic=True, noticereading=None)
    odd = NoticeReading.objects.filter(
        outcome__in=["CONTRADICTION", "UNREADABLE", "MISROUTED", "UNKNOWN_ORDER"]
    ).exclude(homelessmoney__state=HomelessState.CLOSED)
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
            f"operation {each.row.reading.operation_id}",
            f"${each.row.open_amount} {each.row.reason} → {each.proposed} ({each.state})",
            each.row.since,
        )
        for each in all_homeless(Wanted(states=UNDECIDED), today=clock.today())
    ]
    found += [
        Waiting(
            "collection-unread",
            f"collection {row.gateway} {row.accounting_on}",
            f"waits for {row.stopped_on} to be reopened" if row.stopped_on else f"{row.items_done} rows read",
            row.uploaded_at,
        )
        for row in CollectionFile.objects.filter(read_at=None)
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
