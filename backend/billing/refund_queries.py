"""Refunds as staff see them, and those that wait."""

from dataclasses import dataclass

from backend.billing.models import OrderItem, Refund
from backend.billing.refunds import ItemNotFound, RefundNotFound
from backend.billing.rules import RefundState
from backend.billing.stuck import Waiting
from backend.shared.money import Money
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch

WAITING_STATES = (RefundState.REQUESTED, RefundState.APPROVED)
_SHOWN = ("order", "item__obligation")


@dataclass(frozen=True)
class Wanted:
    """Which refunds: what is None is not asked for."""

    state: RefundState | None = None
    order_number: str | None = None


def get_refunds(wanted: Wanted, *, first: int, after: str | None = None) -> Page[Refund]:
    """Return a page of refunds, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    filters = {
        "state": wanted.state,
        "order__number": wanted.order_number,
        "id__lt": id_after(after),
    }
    rows = Refund.objects.select_related(*_SHOWN).order_by("-id")
    rows = rows.filter(**{name: value for name, value in filters.items() if value is not None})
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda refund: (refund.id,))


def get_refund(refund_id: int) -> Refund:
    """Return a refund with its order and debt; raises `RefundNotFound`."""
    row = Refund.objects.select_related(*_SHOWN).filter(id=refund_id).first()
    if row is None:
        raise RefundNotFound(field="id")
    return row


def get_items(order_number: str) -> list[OrderItem]:
    """Return what an order paid, to find what is to be given back; raises `ItemNotFound`."""
    rows = OrderItem.objects.select_related("order", "obligation").filter(order__number=order_number.strip().upper())
    items = list(rows.order_by("id"))
    if not items:
        raise ItemNotFound(field="orderNumber")
    return items


def find_item(*, order_number: str, object_key: str | None = None) -> OrderItem:
    """Return what an order paid for one debt; raises `ItemNotFound`, also where it paid several and none is named."""
    items = get_items(order_number)
    if object_key is not None:
        items = [item for item in items if item.obligation.object_key == object_key.strip().upper()]
    if len(items) != 1:
        raise ItemNotFound(field="objectKey")
    return items[0]


def waiting_refunds() -> list[Waiting]:
    """Return refunds that wait for a second person, for the gateway, or for a transfer."""
    rows = Refund.objects.filter(state__in=WAITING_STATES)
    return [
        Waiting(
            f"refund-{row.state.lower()}",
            f"refund {row.id}",
            f"{Money(row.amount)} of operation {row.operation_id} {_waits_for(row)}",
            row.approved_at or row.requested_at,
        )
        for row in rows
    ]


def _waits_for(refund: Refund) -> str:
    if refund.state == RefundState.REQUESTED:
        return f"→ to be approved, requested by {refund.requested_by_name}"
    if refund.method == Refund.Method.TRANSFER:
        return "→ transfer to be recorded"
    return f"→ {refund.gateway}: {refund.last_error}" if refund.last_error else f"→ {refund.gateway}"
