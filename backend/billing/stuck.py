"""What waits in this municipality, and since when."""

from dataclasses import dataclass
from datetime import datetime

from backend.billing.homeless_queries import UNDECIDED, Wanted, all_homeless
from backend.billing.models import Notice, NoticeReading
from backend.billing.rules import HomelessState
from backend.shared import clock


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for a person or a process."""

    kind: str
    subject: str
    detail: str
    since: datetime


def waiting_money() -> list[Waiting]:
    """Return notices unread, unreadable, contradictory or misrouted, and undecided homeless money, oldest first."""
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
        Waiting("notice-forged", f"notice {row.id}", row.gateway, row.received_at)
        for row in Notice.objects.filter(is_authentic=False)
    ]
    return sorted(found, key=lambda waiting: waiting.since)
