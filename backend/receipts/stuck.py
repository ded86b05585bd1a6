"""Everything that waits, from the notice to the mail, in one municipality and in all of them."""

from django.conf import settings
from django_tenants.utils import schema_context

from backend.billing.models import Order, OrderItem
from backend.billing.refund_queries import waiting_refunds
from backend.billing.rules import RefundState
from backend.billing.stuck import Waiting, waiting_money
from backend.billing.unrouted.models import UnroutedNotice
from backend.messaging.models import Message
from backend.messaging.rules import MessageState
from backend.outbox.models import Delivery
from backend.receipts.manifest_queries import days_without_manifest
from backend.shared import clock
from backend.signing.trust_checks import ended_lists
from backend.tenants.queries import active_schemas


def waiting_here() -> list[Waiting]:
    """Return what waits in the current municipality, oldest first."""
    found = waiting_money() + waiting_refunds() + _unsigned() + _unstamped() + _unsent() + _dead() + _unlisted()
    return sorted(found, key=lambda waiting: waiting.since)


def waiting_everywhere(*, only: str | None = None) -> list[tuple[str, Waiting]]:
    """Return what waits, with the municipality's slug; what belongs to nobody stands under "-"."""
    found = [("-", waiting) for waiting in _unrouted() + _ended_lists()] if only is None else []
    for schema_name in active_schemas():
        if only in (None, schema_name):
            with schema_context(schema_name):
                found += [(schema_name, waiting) for waiting in waiting_here()]
    return found


def _unrouted() -> list[Waiting]:
    rows = UnroutedNotice.objects.filter(outcome=None).order_by("id")
    return [Waiting("notice-unrouted", f"notice at {row.host}", row.reason, row.received_at) for row in rows]


def _ended_lists() -> list[Waiting]:
    """Lists of revoked certificates that verification has and that ended: somebody has to fetch the next ones."""
    now = clock.now()
    return [
        Waiting("revocation-list-ended", f"list {each.file}", each.authority or "unreadable", each.ends_at or now)
        for each in ended_lists(settings.SEM_TRUST_DIR, now=now)
    ]


def _unsigned() -> list[Waiting]:
    unsigned = OrderItem.objects.exclude(refunds__state=RefundState.EXECUTED).filter(document__issued=None)
    rows = Order.objects.filter(state="PAID", mail_written_at=None, items__in=unsigned).distinct()
    why = _reasons("issue_receipt")
    return [
        Waiting("document-unsigned", f"order {row.number}", why.get(row.id, ""), row.paid_at or row.created_at)
        for row in rows
    ]


def _unstamped() -> list[Waiting]:
    """Documents that are valid and wait for their time stamp after an authority failed to give it."""
    why = {order_id: error for order_id, error in _reasons("stamp_receipt").items() if error}
    rows = Order.objects.filter(id__in=why)
    return [
        Waiting("document-unstamped", f"order {row.number}", why[row.id], row.paid_at or row.created_at) for row in rows
    ]


def _unsent() -> list[Waiting]:
    why = _reasons("send_message")
    rows = Message.objects.exclude(state=MessageState.SENT).defer("text", "html", "secrets")
    return [
        Waiting(f"mail-{row.state.lower()}", row.cause, row.last_error or why.get(row.id, ""), row.created_at)
        for row in rows
    ]


def _unlisted() -> list[Waiting]:
    """Days that ended and have no manifest: it needs the official's key and a time stamp, and those after it wait."""
    return [
        Waiting("manifest-missing", f"manifest of {each.day}", f"{each.files} files", each.due_at)
        for each in days_without_manifest(now=clock.now())
    ]


def _dead() -> list[Waiting]:
    rows = Delivery.objects.select_related("event").filter(state=Delivery.State.DEAD)
    return [
        Waiting("delivery-dead", f"delivery {row.id}: {row.reaction}", row.last_error, row.event.occurred_at)
        for row in rows
    ]


def _reasons(actor: str) -> dict[int, str]:
    """Return the last error of open deliveries of an actor, by the id that their event carries."""
    rows = (
        Delivery.objects.select_related("event")
        .filter(reaction__endswith=f".{actor}")
        .exclude(state=Delivery.State.DONE)
    )
    return {next(iter(row.event.payload.values())): row.last_error for row in rows}
