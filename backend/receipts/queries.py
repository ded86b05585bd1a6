"""The state of an order as the page that it came from may see it: no personal data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from backend.billing.models import Order
from backend.billing.queries import OrderNotFound, order_of_token, visible_state
from backend.billing.rules import CAPTURED_STATES, OrderState, RefundState
from backend.outbox.schemas import current_schema
from backend.receipts.annulments import documents_that_hold
from backend.receipts.models import Document, IssuedFile
from backend.tenants.queries import current_tenant

LINK_HOLDS_SECONDS = 10 * 60


@dataclass(frozen=True)
class DocumentLink:
    """A document to download, by an address that holds for ten minutes; its folio tells it from its like.

    An annulled one can be downloaded still: it is what the payer was given.
    """

    title: str
    url: str
    is_annulled: bool


@dataclass(frozen=True)
class OrderStatus:
    """State, documents so far, and whether no more will come."""

    state: OrderState
    number: str
    documents: tuple[DocumentLink, ...]
    is_complete: bool


def order_status(*, token: str, now: datetime) -> OrderStatus:
    """Return how the order of a token stands; raises `OrderNotFound`."""
    order = order_of_token(token)
    state = visible_state(order, now=now)
    documents: tuple[DocumentLink, ...] = ()
    if state in CAPTURED_STATES:
        rows = list(Document.objects.filter(order=order, issued__isnull=False).order_by("id"))
        held = set(documents_that_hold().filter(order=order).values_list("id", flat=True))
        documents = tuple(_link(row, is_annulled=row.id not in held) for row in rows)
    is_complete = state == OrderState.REFUNDED or (state == OrderState.PAID and _are_all(documents, order))
    return OrderStatus(state=state, number=order.number, documents=documents, is_complete=is_complete)


def file_of_link(signed: str) -> IssuedFile:
    """Return the file of a short-lived link; raises `OrderNotFound` for one that is old, forged or another town's."""
    try:
        document_id = _signer().unsign_object(signed, max_age=LINK_HOLDS_SECONDS)
        return IssuedFile.objects.select_related("document", "stamped").get(document_id=document_id)
    except (signing.BadSignature, IssuedFile.DoesNotExist, ValueError, TypeError) as error:
        raise OrderNotFound from error


def _are_all(documents: Sequence[DocumentLink], order: Order) -> bool:
    """Tell whether what is shown is all that there will be: one that is signed this moment is not shown yet."""
    shown = sum(not link.is_annulled for link in documents)
    return 0 < order.items.exclude(refunds__state=RefundState.EXECUTED).count() <= shown


def _link(document: Document, *, is_annulled: bool) -> DocumentLink:
    content = document.content
    title = f"{content['title']} {content['period']}, folio {content['folio']}"
    return DocumentLink(
        title=f"ANULADO: {title}" if is_annulled else title,
        url=f"{current_tenant().origin}/d/{_signer().sign_object(document.id)}",
        is_annulled=is_annulled,
    )


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"receipts.link.{current_schema()}")
