"""What waits in this municipality, and since when."""

from dataclasses import dataclass
from datetime import datetime

from backend.billing.models import HomelessMoney, Notice, NoticeReading
from backend.billing.reconciliation_models import CollectionFile


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person or a process."""

    kind: str
    subject: str
    detail: str
    since: datetime


def waiting_money() -> list[Waiting]:
    """Return notices unread, unreadable, contradictory or misrouted, homeless money, files not read, oldest first."""
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
            "collection-unread",
            f"collection {row.gateway} {row.accounting_on}",
            f"waits for {row.stopped_on} to be reopened" if row.stopped_on else f"{row.items_done} rows read",
            row.uploaded_at,
        )
        for row in CollectionFile.objects.filter(read_at=None)
    ]
    found += [
        Waiting("notice-forged", f"notice {row.id}", row.gateway, row.received_at)
        for row in Notice.objects.filter(is_authentic=False)
    ]
    return sorted(found, key=lambda waiting: waiting.since)
