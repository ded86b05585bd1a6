"""Receipts' actors."""

from backend.outbox.consumer import reaction
from backend.receipts import annulments, copies, documents_mail, homeless_mail, operations, refund_mail, stamping


@reaction(queue="receipts")
def issue_receipt(order_id: int) -> None:
    """Issue every document of a paid order."""
    operations.issue_receipt(order_id=order_id)


@reaction(queue="receipts")
def mail_receipt(order_id: int) -> None:
    """Queue the mail with an order's documents."""
    documents_mail.mail_receipt(order_id=order_id)


@reaction(queue="receipts")
def stamp_receipt(order_id: int) -> None:
    """Have every document of an order time-stamped that is not."""
    stamping.stamp_receipt(order_id=order_id)


@reaction(queue="receipts")
def annul_documents(refund_id: int) -> None:
    """Annul the document of what was given back."""
    annulments.annul_documents(refund_id=refund_id)


@reaction(queue="receipts")
def tell_refund(refund_id: int) -> None:
    """Queue the mail that tells the citizen of her refund."""
    refund_mail.tell_refund(refund_id=refund_id)


@reaction(queue="receipts")
def tell_decision(decision_id: int) -> None:
    """Queue the mail that tells the citizen what was decided about money that had no home."""
    homeless_mail.tell_decision(decision_id=decision_id)


@reaction(queue="receipts")
def send_copy(request_id: int) -> None:
    """Send an order's documents again to its own address."""
    copies.send_copy(request_id=request_id)
