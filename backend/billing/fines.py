"""Fines that were paid with a permit: told to Registro Civil until it acknowledges."""

from collections import defaultdict

from django.conf import settings
from django.db import transaction

from backend.billing.models import FineClaim, Order
from backend.billing.rules import OrderState
from backend.checks.base import RegisterAccess
from backend.checks.fines import report_paid
from backend.shared import clock
from backend.shared.plate import parse_plate


def report_fines(*, order_id: int) -> None:
    """Tell Registro Civil of an order's paid fines that it has not acknowledged yet.

    Safe to repeat. Raises `ReportNotAcknowledged`: the delivery waits and is tried again.
    """
    order = Order.objects.get(id=order_id, state=OrderState.PAID)
    waiting = FineClaim.objects.select_related("item__obligation").filter(
        order=order, released_at=None, reported_at=None
    )
    by_plate: dict[str, list[FineClaim]] = defaultdict(list)
    for fine in waiting.order_by("id"):
        by_plate[fine.item.obligation.object_key].append(fine)
    for plate, fines in by_plate.items():
        acknowledgement = report_paid(
            [fine.fine_id for fine in fines],
            plate=parse_plate(plate),
            paid_on=clock.domain_date(order.paid_at or order.created_at),
            order_number=order.number,
            access=RegisterAccess(
                url=settings.SEM_FINES_URL, user=settings.SEM_REGISTER_USER, password=settings.SEM_REGISTER_PASSWORD
            ),
        )
        _acknowledge([fine.id for fine in fines], acknowledgement)


@transaction.atomic(durable=True)
def _acknowledge(fine_ids: list[int], acknowledgement: str) -> None:
    FineClaim.objects.filter(id__in=fine_ids, reported_at=None).update(
        reported_at=clock.now(), acknowledgement=acknowledgement[:200]
    )
