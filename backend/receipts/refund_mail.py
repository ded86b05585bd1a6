"""The mail that tells a citizen that her money was given back."""

from backend.billing.models import Refund
from backend.billing.rules import RefundState
from backend.messaging.operations import Letter, queue_message
from backend.profile.queries import get_profile
from backend.receipts.documents import printed_folio
from backend.receipts.documents_mail import MAIL_ADDRESS
from backend.receipts.models import Document
from backend.services import get_service
from backend.shared import clock
from backend.shared.money import Money
from backend.tenants.queries import current_tenant
from theming.templates import render


def tell_refund(*, refund_id: int) -> None:
    """Queue the mail about an executed refund; safe to repeat. Where no address is known nobody can be told."""
    refund = Refund.objects.select_related("order", "item__obligation").get(id=refund_id, state=RefundState.EXECUTED)
    if not refund.email:
        return
    theme, context = get_profile().theme, _words(refund)
    letter = Letter(
        to_address=refund.email,
        from_name=theme.mail_sender,
        from_address=MAIL_ADDRESS.format(host=current_tenant().host),
        subject=render("mail/refund_done.subject.txt", context, theme),
        text=render("mail/refund_done.txt", context, theme),
        html=render("mail/refund_done.html", context, theme),
    )
    queue_message(cause=f"refund:{refund.id}", letter=letter)


def _words(refund: Refund) -> dict[str, object]:
    executed_at = refund.executed_at or refund.requested_at
    return {
        "amount": str(Money(refund.amount)),
        "given_back_on": f"{clock.domain_date(executed_at):%d-%m-%Y}",
        "order_number": refund.order.number if refund.order is not None else "",
        "operation_id": refund.operation_id,
        "is_transfer": refund.method == Refund.Method.TRANSFER,
        "decree": refund.decree,
        "bank_reference": refund.bank_reference,
        **_debt(refund),
    }


def _debt(refund: Refund) -> dict[str, object]:
    """What was paid and its document, where the refund is of a payment; nothing of money that had no home."""
    if refund.item is None:
        return {"title": ""}
    debt = refund.item.obligation
    document = Document.objects.filter(item_id=refund.item_id).first()
    service = get_service(debt.service)
    return {
        "title": f"{service.title.es} {debt.period}",
        "object_label": service.lookup_fields[0].label.es,
        "object_key": debt.object_key,
        "folio": printed_folio(document.year, document.folio) if document is not None else "",
    }
