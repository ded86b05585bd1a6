"""Billing's actors."""

from backend.billing import asking, fines, notices, refund_gateway
from backend.billing.reconciliation.reading import read_collection as read_collection_file
from backend.billing.rolls import reading
from backend.outbox.consumer import reaction
from backend.shared import clock


@reaction(queue="billing")
def read_notice(notice_id: int) -> None:
    """Read a notice of the inbox and apply it."""
    notices.read_notice(notice_id=notice_id)


@reaction(queue="billing")
def pass_on_misrouted_notice(notice_id: int) -> None:
    """Pass a notice about another municipality's order on to the shared table."""
    notices.pass_on_misrouted_notice(notice_id=notice_id)


@reaction(queue="billing")
def ask_order(order_id: int) -> None:
    """Ask the gateway what became of an order."""
    asking.ask_order(order_id=order_id, now=clock.now())


@reaction(queue="billing")
def report_fines(order_id: int) -> None:
    """Tell Registro Civil of fines paid with an order."""
    fines.report_fines(order_id=order_id)


@reaction(queue="billing")
def execute_refund(refund_id: int) -> None:
    """Have an approved refund made by its gateway."""
    refund_gateway.execute_at_gateway(refund_id=refund_id)


@reaction(queue="rolls")
def read_collection(file_id: int) -> None:
    """Read a collection file, or go on where it had to stop."""
    read_collection_file(file_id=file_id)


@reaction(queue="rolls")
def read_roll(batch_id: int) -> None:
    """Read an uploaded roll."""
    reading.read_roll(batch_id=batch_id)


@reaction(queue="rolls")
def write_corrections(batch_id: int) -> None:
    """Write a rejected roll again, with its errors beside the rows."""
    reading.write_corrections(batch_id=batch_id)
