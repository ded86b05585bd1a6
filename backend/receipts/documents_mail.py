"""The mail with an order's documents, and a link to fetch them again: the first one, and what is asked for later."""

from backend.billing.completion import note_mail_written
from backend.billing.models import Order
from backend.messaging.operations import Attachment, Letter, queue_message
from backend.messaging.queries import is_written
from backend.profile.queries import get_profile
from backend.receipts.annulments import documents_that_hold
from backend.receipts.documents import PERMIT, printed_folio, printed_instant
from backend.receipts.files import best_key
from backend.receipts.models import Document, IssuedFile
from backend.receipts.rendering import PermitDocument
from backend.receipts.retrieval import PATH, NewLink, make_link, shown_day
from backend.shared import clock
from backend.shared.money import Money
from backend.tenants.queries import current_tenant
from theming.templates import render

CARRY_IT = "Lleve el permiso en el vehículo, impreso o en su teléfono."
KEEP_IT = "Conserve el comprobante."
MAIL_ADDRESS = "no-responder@{host}"


def mail_receipt(*, order_id: int) -> None:
    """Queue one mail with every document of an order that holds; safe to repeat."""
    number = Order.objects.values_list("number", flat=True).get(id=order_id)
    write_documents_mail(order_id=order_id, cause=f"receipt:{number}", is_copy=False)
    note_mail_written(order_id=order_id, now=clock.now())


def write_documents_mail(*, order_id: int, cause: str, is_copy: bool) -> None:
    """Queue a mail with every document of an order that holds, to the order's own address; once per cause."""
    order = Order.objects.get(id=order_id)
    files = IssuedFile.objects.filter(document__in=documents_that_hold().filter(order=order))
    issued = list(files.select_related("document", "stamped").order_by("document_id"))
    if not issued:
        return  # all of it was given back meanwhile; that mail says so
    if is_written(cause=cause, to_address=order.email):
        return  # a repeat needs no link of its own
    queue_message(cause=cause, letter=_letter(order, issued, make_link(order_id=order.id, now=clock.now()), is_copy))


def _letter(order: Order, issued: list[IssuedFile], link: NewLink, is_copy: bool) -> Letter:
    theme, town = get_profile().theme, current_tenant()
    context = {
        "documents": [_as_mailed(file.document) for file in issued],
        "order_number": order.number,
        "paid_at": printed_instant(order.paid_at or order.created_at),
        "total": str(Money(order.total)),
        "advice": CARRY_IT if any(file.document.kind == PERMIT for file in issued) else KEEP_IT,
        "is_copy": is_copy,
        "link": link.url,
        "link_until": shown_day(link.expires_at),
        "ask_again": f"{town.origin}{PATH}",
    }
    return Letter(
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
        secrets=[link.token],
    )


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
