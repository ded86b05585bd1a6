"""Asking for documents again: the door keeps the request and answers; whether it names anything is seen afterwards.

So the answer, and the time that it takes, is the same whether or not there is such an order with such an address.
"""

import hashlib
from datetime import date

from django.db import transaction

from backend.billing.models import Order
from backend.billing.rules import CAPTURED_STATES
from backend.outbox import operations as outbox
from backend.receipts import events
from backend.receipts.annulments import documents_that_hold
from backend.receipts.copy_rules import COPIES_A_DAY, LONGEST_ADDRESS, LONGEST_NUMBER
from backend.receipts.documents_mail import write_documents_mail
from backend.receipts.mail_models import Copy, CopyRequest
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text


class CopyRequestIncomplete(DomainError):
    """Raised by `ask_for_copy`: something that cannot be an order's number, or an address."""

    code = "receipts.copy_request_incomplete"
    message = Text(
        es="Escriba el número de la orden de pago y el correo con que se pagó.",
        en="Type the number of the payment order and the e-mail address that it was paid with.",
    )


@transaction.atomic(durable=True)
def ask_for_copy(*, number: str, email: str) -> None:
    """Keep a request for an order's documents; what becomes of it is told to the order's own address alone.

    Raises `CopyRequestIncomplete`, which says nothing of any order.
    """
    number, address = number.strip().upper(), normal_address(email)
    if not number.isalnum() or not number.isascii() or len(number) > LONGEST_NUMBER:
        raise CopyRequestIncomplete(field="orderNumber")
    if "@" not in address or len(address) > LONGEST_ADDRESS:
        raise CopyRequestIncomplete(field="email")
    request = CopyRequest.objects.create(number=number, address_sha256=address_hash(address), asked_at=clock.now())
    outbox.publish(events.CopyAsked(request_id=request.id))


def send_copy(*, request_id: int) -> None:
    """Send an order's documents again where a request named the order and its address; else nothing. Safe to repeat."""
    copy = _granted(request_id)
    if copy is not None:
        write_documents_mail(order_id=copy.order_id, cause=f"copy:{copy.order.number}:{copy.id}", is_copy=True)


@transaction.atomic(durable=True)
def _granted(request_id: int) -> Copy | None:
    """Grant a request under the order's lock, up to so many of a day; None for one that gets nothing."""
    request = CopyRequest.objects.get(id=request_id)
    order = _order_of(request)
    if order is None:
        return None
    known = Copy.objects.filter(request=request).select_related("order").first()
    if known is not None:
        return known
    asked_on = clock.domain_date(request.asked_at)
    sent = _sent_on(order, asked_on)
    if sent >= COPIES_A_DAY:
        return None
    return Copy.objects.create(request=request, order=order, asked_on=asked_on, nth=sent + 1)


def _sent_on(order: Order, day: date) -> int:
    return Copy.objects.filter(order=order, asked_on=day).count()


def _order_of(request: CopyRequest) -> Order | None:
    """Return the order of a request, locked, if the address is its own and its documents are all there."""
    rows = Order.objects.select_for_update(no_key=True)
    order = rows.filter(number=request.number, state__in=CAPTURED_STATES).first()
    if order is None or address_hash(normal_address(order.email)) != request.address_sha256:
        return None
    held = documents_that_hold().filter(order=order)
    return order if held.exists() and not held.filter(issued=None).exists() else None


def normal_address(email: str) -> str:
    """Return an address as it is compared: whoever has the mailbox may write it in capitals."""
    return email.strip().lower()


def address_hash(address: str) -> str:
    """Return what is kept of an address that somebody typed."""
    return hashlib.sha256(address.encode()).hexdigest()
