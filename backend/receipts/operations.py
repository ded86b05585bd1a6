"""Issuing what the payer gets: freeze, draw, sign, store."""

import hashlib
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from backend.billing.models import Order
from backend.billing.rules import CAPTURED_STATES, RefundState
from backend.profile.models import TimeStamps
from backend.profile.queries import get_profile, get_theme
from backend.receipts.annulments import documents_that_hold, publish_when_complete
from backend.receipts.compiler.programs import draw_permit
from backend.receipts.documents import freeze_document
from backend.receipts.models import Document, IssuedFile
from backend.receipts.rendering import PermitDocument
from backend.shared import clock
from backend.signing.operations import official_in_office, seal_pdf, stamp_pdf, validation_data
from backend.tenants.files import tenant_files
from backend.tenants.queries import current_tenant

SIGNING_ROLE = "treasurer"
ROLE_ON_PAPER = "Tesorería Municipal"


def issue_receipt(*, order_id: int) -> None:
    """Issue every document of a paid order.

    Safe to repeat and to race: a folio is taken once, and the first signed file of a document is the document.
    Raises `NoOfficialInOffice`, `TimeStampUnavailable`, `RevocationUnknown` (the document waits with its folio),
    `CertificateRevoked`, `KeyNotUsable`, `RenderingFailed`.
    """
    for document in freeze_documents(order_id=order_id):
        if not IssuedFile.objects.filter(document=document).exists():
            _issue(document, clock.now())


@transaction.atomic(durable=True)
def freeze_documents(*, order_id: int) -> list[Document]:
    """Freeze what an order's documents will say, each with its folio; safe to repeat.

    What was given back gets no document any more.
    """
    order = Order.objects.select_for_update(no_key=True).get(id=order_id)
    if order.state not in CAPTURED_STATES:
        raise RuntimeError(f"order {order.number} is {order.state}: only a paid order has documents")
    items = order.items.exclude(refunds__state=RefundState.EXECUTED).select_related("obligation__taxpayer")
    known = {document.item_id: document for document in Document.objects.filter(order=order)}
    return [known.get(item.id) or freeze_document(item, order) for item in items.order_by("id")]


def _issue(document: Document, at: datetime) -> None:
    official = official_in_office(role=SIGNING_ROLE, at=at)
    printed = replace(
        PermitDocument.from_json(document.content), signer_name=official.holder_name, signer_role=ROLE_ON_PAPER
    )
    page = draw_permit(printed, get_theme(document.theme_version))
    at_once = get_profile().time_stamps == TimeStamps.AT_ONCE
    data = validation_data(official=official, at=at, is_stamped_at_once=at_once)
    signed = seal_pdf(
        page,
        official=official,
        reason=f"{printed.title} {printed.period}, folio {printed.folio}",
        location=current_tenant().name,
        contact=current_tenant().origin,
        at=at,
        data=data,
    )
    stamped_at = None
    if at_once:
        stamped = stamp_pdf(signed, data=data)
        signed, stamped_at = stamped.pdf, stamped.at
    shared = () if isinstance(page, bytes) else page.shared(data)
    file = IssuedFile(
        document=document,
        sha256=hashlib.sha256(signed).hexdigest(),
        file_key=tenant_files().put_parted(shared, signed, ".pdf"),
        signer_fingerprint=official.fingerprint,
        issued_at=clock.now(),
        stamped_at=stamped_at,
    )
    try:
        _record(file, order_id=document.order_id)
    except IntegrityError:
        return  # another worker's file of the same document came first: that one is the document


@transaction.atomic(durable=True)
def _record(file: IssuedFile, *, order_id: int) -> None:
    Order.objects.select_for_update(no_key=True).get(id=order_id)
    if not documents_that_hold().filter(id=file.document_id).exists():
        return  # given back while it was drawn: it was never a document
    file.save(force_insert=True)
    publish_when_complete(order_id)
