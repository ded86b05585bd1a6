"""The state of an order as the page that it came from may see it: no personal data."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from backend.billing.queries import OrderNotFound, order_of_token, visible_state
from backend.billing.rules import OrderState
from backend.outbox.schemas import current_schema
from backend.receipts.models import Document, IssuedFile
from backend.tenants.queries import current_tenant

LINK_HOLDS_SECONDS = 10 * 60


@dataclass(frozen=True)
class DocumentLink:
    """A document to download, by an address that holds for ten minutes; its folio tells it from its like."""

    title: str
    url: str


@dataclass(frozen=True)
class OrderStatus:
    """State, documents so far, and whether more will come."""

    state: OrderState
    number: str
    documents: tuple[DocumentLink, ...]
    is_complete: bool


def order_status(*, token: str, now: datetime) -> OrderStatus:
    """Return how the order of a token stands; raises `OrderNotFound`."""
    order = order_of_token(token)
    state = visible_state(order, now=now)
    documents: tuple[DocumentLink, ...] = ()
    if state == OrderState.PAID:
        rows = Document.objects.filter(order=order, issued__isnull=False).order_by("id")
        documents = tuple(_link(row) for row in rows)
    is_complete = bool(documents) and len(documents) == order.items.count()
    return OrderStatus(state=state, number=order.number, documents=documents, is_complete=is_complete)


def file_of_link(signed: str) -> IssuedFile:
    """Return the file of a short-lived link; raises `OrderNotFound` for one that is old, forged or another town's."""
    try:
        document_id = _signer().unsign_object(signed, max_age=LINK_HOLDS_SECONDS)
        return IssuedFile.objects.select_related("document", "stamped").get(document_id=document_id)
    except (signing.BadSignature, IssuedFile.DoesNotExist, ValueError, TypeError) as error:
        raise OrderNotFound from error


def _link(document: Document) -> DocumentLink:
    content = document.content
    return DocumentLink(
        title=f"{content['title']} {content['period']}, folio {content['folio']}",
        url=f"{current_tenant().origin}/d/{_signer().sign_object(document.id)}",
    )


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"receipts.link.{current_schema()}")
