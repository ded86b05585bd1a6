"""Claims: what keeps two open or paid orders from paying the same part of a debt, or the same fine."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from backend.billing.models import FineClaim, Order, OrderItem, SlotClaim
from backend.checks.base import PayableFine
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text


class SlotTaken(DomainError):
    """Another order, open or paid, already holds that part of the debt."""

    code = "billing.slot_taken"
    message = Text(
        es="Ya hay un pago en curso o realizado para esta deuda. Búsquela de nuevo para continuarlo.",
        en="There is already a payment under way or done for this debt. Look it up again to continue.",
    )


def claim(order: Order, obligation_id: int, slots: Iterable[int]) -> None:
    """Take slots of an obligation for an order; raises `SlotTaken`. The database's unique index decides."""
    try:
        with transaction.atomic():
            SlotClaim.objects.bulk_create(
                SlotClaim(order=order, obligation_id=obligation_id, slot=slot) for slot in slots
            )
    except IntegrityError as error:
        raise SlotTaken from error


def claim_fines(item: OrderItem, fines: Iterable[PayableFine]) -> None:
    """Take fines for an order's item; raises `SlotTaken` where another order pays one of them."""
    try:
        with transaction.atomic():
            FineClaim.objects.bulk_create(
                FineClaim(
                    item=item,
                    order_id=item.order_id,
                    fine_id=fine.fine_id,
                    court=fine.court,
                    commune=fine.commune,
                    roll=fine.roll[:40],
                    year=fine.year,
                    amount=fine.amount.pesos,
                    fee=fine.fee.pesos,
                )
                for fine in fines
            )
    except IntegrityError as error:
        raise SlotTaken from error


def release(order: Order) -> None:
    """Free what an order holds; safe to repeat."""
    now = clock.now()
    SlotClaim.objects.filter(order=order, released_at=None).update(released_at=now)
    FineClaim.objects.filter(order=order, released_at=None).update(released_at=now)


def release_item(item: OrderItem) -> None:
    """Free what one item of a paid order holds, because it is given back; safe to repeat."""
    now = clock.now()
    claims = SlotClaim.objects.filter(order_id=item.order_id, obligation_id=item.obligation_id, released_at=None)
    claims.update(released_at=now)
    FineClaim.objects.filter(item=item, released_at=None).update(released_at=now)


def reclaim(order: Order) -> bool:
    """Take back what an order once held; False where another order holds a part of it now, and nothing is taken."""
    held = {(c.obligation_id, c.slot): c for c in SlotClaim.objects.filter(order=order).order_by("id")}
    lost = [claim for claim in held.values() if claim.released_at is not None]
    try:
        with transaction.atomic():
            SlotClaim.objects.bulk_create(
                SlotClaim(order=order, obligation_id=c.obligation_id, slot=c.slot) for c in lost
            )
            FineClaim.objects.filter(order=order).exclude(released_at=None).update(released_at=None)
    except IntegrityError:
        return False
    return True
