"""Fetching an order's documents again by the link of its mail: unguessable, expiring, of this municipality only."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from backend.billing.models import Order
from backend.receipts.copy_rules import LINK_HOLDS
from backend.receipts.documents import printed_folio
from backend.receipts.mail_models import RetrievalLink
from backend.receipts.models import Document, IssuedFile
from backend.receipts.verification import Verified, as_verified
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.queries import current_tenant

PATH = "/documentos"
_TOKEN_BYTES = 16


class LinkUnknown(DomainError):
    """The address opens nothing here: mistyped, made up, or another municipality's."""

    code = "receipts.link_unknown"
    message = Text(es="Ese enlace no existe.", en="There is no such link.")


class LinkExpired(DomainError):
    """The link held once; another one can be asked for."""

    code = "receipts.link_expired"
    message = Text(es="Ese enlace ya venció.", en="That link has expired.")


@dataclass(frozen=True)
class NewLink:
    """The token stands in `url` and nowhere else."""

    url: str
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Retrieved:
    """What a link shows; of each document what anybody with its code may read."""

    documents: Sequence[Verified]
    order_number: str
    expires_at: datetime


@transaction.atomic(durable=True)
def make_link(*, order_id: int, now: datetime) -> NewLink:
    """Make a link to an order's documents; each is another one."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    expires_at = now + LINK_HOLDS
    RetrievalLink.objects.create(
        order_id=order_id, token_sha256=_token_hash(token), created_at=now, expires_at=expires_at
    )
    return NewLink(f"{current_tenant().origin}{PATH}/{token}", token, expires_at)


def retrieve(*, token: str, now: datetime) -> Retrieved:
    """Return the documents of a link. Raises `LinkUnknown`, `LinkExpired`."""
    link = _link(token, now)
    rows = _issued_of(link.order).order_by("document_id")
    return Retrieved([as_verified(row.document) for row in rows], link.order.number, link.expires_at)


def file_of(*, token: str, folio: str, now: datetime) -> IssuedFile:
    """Return the file of a document of the link's order. Raises `LinkUnknown`, `LinkExpired`."""
    link = _link(token, now)
    for file in _issued_of(link.order):
        if _folio(file.document) == folio:
            return file
    raise LinkUnknown


def _link(token: str, now: datetime) -> RetrievalLink:
    link = RetrievalLink.objects.select_related("order").filter(token_sha256=_token_hash(token)).first()
    if link is None:
        raise LinkUnknown
    if _has_expired(link, now):
        raise LinkExpired
    return link


def _has_expired(link: RetrievalLink, now: datetime) -> bool:
    return link.expires_at <= now


def _issued_of(order: Order) -> QuerySet[IssuedFile]:
    return IssuedFile.objects.filter(document__order=order).select_related("document", "stamped")


def _folio(document: Document) -> str:
    return printed_folio(document.year, document.folio)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def shown_day(instant: datetime) -> str:
    """Return a day of the machine's clock in Chile, as people read it: links follow that clock."""
    return f"{instant.astimezone(clock.SANTIAGO):%d-%m-%Y}"
