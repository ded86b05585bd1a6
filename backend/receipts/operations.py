"""Issuing what the payer gets: freeze, draw, sign, store; then one mail with all of it."""

import hashlib
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from backend.billing.models import Order
from backend.billing.rules import CAPTURED_STATES, RefundState
from backend.messaging.operations import Attachment, Letter, queue_message
from backend.profile.models import TimeStamps
from backend.profile.queries import get_profile, get_theme
from backend.receipts.annulments import documents_that_hold, publish_when_complete
from backend.receipts.compiler.programs import draw_permit
from backend.receipts.documents import PERMIT, freeze_document, printed_folio, printed_instant
from backend.receipts.files import best_key
from backend.receipts.models import Document, IssuedFile
from backend.receipts.rendering import PermitDocument
from backend.shared import clock
from backend.shared.money import Money
from backend.signing.operations import official_in_office, seal_pdf, stamp_pdf, validation_data
from backend.tenants.files import tenant_files
from backend.tenants.queries import current_tenant
from theming.templates import render

SIGNING_ROLE = "treasurer"
ROLE_ON_PAPER = "Tesorería Municipal"
CARRY_IT = "Lleve el permiso en el vehículo, impreso o en su teléfono."
KEEP_IT = "Conserve el comprobante."
MAIL_ADDRESS = "no-responder@{host}"


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


def mail_receipt(*, order_id: int) -> None:
    """Queue one mail with every document of an order that holds; safe to repeat."""
    order = Order.objects.get(id=order_id)
    files = IssuedFile.objects.filter(document__in=documents_that_hold().filter(order=order))
    issued = list(files.select_related("document", "stamped").order_by("document_id"))
    if not issued:
        return  # all of it was given back meanwhile; that mail says so
    theme, town = get_profile().theme, current_tenant()
    context = {
        "documents": [_as_mailed(file.document) for file in issued],
        "order_number": order.number,
        "paid_at": printed_instant(order.paid_at or order.created_at),
        "total": str(Money(order.total)),
        "advice": CARRY_IT if any(file.document.kind == PERMIT for file in issued) else KEEP_IT,
    }
    letter = Letter(
        to_address=order.email,
        from_name=theme.mail_sender,
        from_address=MAIL_ADDRESS.format(host=town.host),
        subject=render("mail/documents_ready.subject.txt", context, theme),
        text=render("mail/documents_ready.txt", context, theme),
        html=render("mail/documents_ready.html", context, theme),
        attachments=[
            Attachment(key=best_key(file), filename=filename(file.document), content_type="application/pdf")
            for file in issued
        ],
    )
    queue_message(cause=f"receipt:{order.number}", letter=letter)


def filename(document: Document) -> str:
    """Return the file's name as people save it: ASCII, no personal data."""
    name = "permiso" if document.kind == PERMIT else "comprobante"
    return f"{name}-{printed_folio(document.year, document.folio)}.pdf"


def _as_mailed(document: Document) -> dict[str, str]:
    printed = PermitDocument.from_json(document.content)
    return {
        "title": f"{printed.title} {printed.period}",
        "object_label": printed.object_label,
        "plate": printed.plate,
        "folio": printed.folio,
        "valid_until": f"{printed.valid_until:%d-%m-%Y}" if document.kind == PERMIT else "",
        "verification_url": printed.verification_url,
    }
