"""Documents of money that was given back: annulled, and so told to whoever verifies them."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from backend.billing.models import Order, Refund
from backend.billing.rules import RefundState
from backend.outbox import operations as outbox
from backend.receipts import events
from backend.receipts.models import Annulment, Document
from backend.shared import clock


@transaction.atomic(durable=True)
def annul_documents(*, refund_id: int) -> None:
    """Annul the document of a refunded item, if it has one; safe to repeat.

    A document that waited for its signature, with its folio, is never signed: the others of its order need not wait.
    """
    refund = Refund.objects.get(id=refund_id, state=RefundState.EXECUTED)
    if refund.item_id is None or refund.order_id is None:
        return
    Order.objects.select_for_update(no_key=True).get(id=refund.order_id)
    document = Document.objects.filter(item_id=refund.item_id).select_related("issued").first()
    if document is None:
        return
    _row, created = Annulment.objects.get_or_create(
        document=document, defaults={"refund": refund, "annulled_at": clock.now()}
    )
    is_left = documents_that_hold().filter(order_id=document.order_id).exists()
    if created and is_left and not hasattr(document, "issued"):
        publish_when_complete(document.order_id)


def publish_when_complete(order_id: int) -> None:
    """Tell that every document of an order that holds is signed, if it is so. The caller holds the order's lock."""
    if not documents_that_hold().filter(order_id=order_id, issued=None).exists():
        outbox.publish(events.ReceiptIssued(order_id=order_id))


def documents_that_hold() -> QuerySet[Document]:
    """Return the documents whose money was not given back; the refund decides, not when we came to annul."""
    return Document.objects.exclude(item__refunds__state=RefundState.EXECUTED)


def annulled_at(document: Document) -> datetime | None:
    """Return since when a document does not hold; None while it does."""
    annulment = Annulment.objects.filter(document=document).first()
    if annulment is not None:
        return annulment.annulled_at
    refund = Refund.objects.filter(item_id=document.item_id, state=RefundState.EXECUTED).first()
    return refund.executed_at if refund is not None else None
