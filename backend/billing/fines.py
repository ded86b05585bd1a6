"""Fines that were paid with a permit: told to Registro Civil until it acknowledges."""

from collections import defaultdict

from django.conf import settings
from django.db import transaction

from backend.billing.models import FineClaim, Order
from backend.billing.rules import CAPTURED_STATES, RefundState
from backend.checks.base import RegisterAccess
from backend.checks.fines import report_paid
from backend.shared import clock
from backend.shared.errors import Unavailable
from backend.shared.plate import parse_plate
from backend.shared.text import Text


class FinesWaitForRefund(Unavailable):
    """Somebody asked that the money of an item's fines is given back: they are reported if that is denied."""

    code = "billing.fines_wait_for_refund"
    message = Text(
        es="Las multas esperan que se decida una devolución.", en="The fines wait until a refund is decided."
    )


def report_fines(*, order_id: int) -> None:
    """Tell Registro Civil of an order's paid fines that it has not acknowledged yet.

    Safe to repeat. Raises `ReportNotAcknowledged`, `FinesWaitForRefund`: the delivery waits and is tried again.
    """
    order = Order.objects.get(id=order_id, state__in=CAPTURED_STATES)
    by_plate: dict[str, list[FineClaim]] = defaultdict(list)
    for fine in _begin(order_id):
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
    if FineClaim.objects.filter(order=order, released_at=None, reported_at=None).exists():
        raise FinesWaitForRefund


@transaction.atomic(durable=True)
def _begin(order_id: int) -> list[FineClaim]:
    """Return the fines to report, noted as such under the order's lock: no refund of them is requested any more."""
    Order.objects.select_for_update(no_key=True).get(id=order_id)
    waiting = FineClaim.objects.filter(order_id=order_id, released_at=None, reported_at=None).exclude(
        item__refunds__state__in=[RefundState.REQUESTED, RefundState.APPROVED]
    )
    fines = list(waiting.select_related("item__obligation").order_by("id"))
    waiting.filter(report_begun_at=None).update(report_begun_at=clock.now())
    return fines


@transaction.atomic(durable=True)
def _acknowledge(fine_ids: list[int], acknowledgement: str) -> None:
    FineClaim.objects.filter(id__in=fine_ids, reported_at=None).update(
        reported_at=clock.now(), acknowledgement=acknowledgement[:200]
    )
