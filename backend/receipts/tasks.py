"""Receipts' actors."""

from backend.outbox.consumer import reaction
from backend.receipts import operations, stamping


@reaction(queue="receipts")
def issue_receipt(order_id: int) -> None:
    """Issue every document of a paid order."""
    operations.issue_receipt(order_id=order_id)


@reaction(queue="receipts")
def mail_receipt(order_id: int) -> None:
    """Queue the mail with an order's documents."""
    operations.mail_receipt(order_id=order_id)


@reaction(queue="receipts")
def stamp_receipt(order_id: int) -> None:
    """Have every document of an order time-stamped that is not."""
    stamping.stamp_receipt(order_id=order_id)
