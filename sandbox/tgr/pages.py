"""The portal that the payer sees: choose a means, then pay, be rejected, or leave."""

import time

from flask import Blueprint, Response, redirect, render_template, request

from sandbox.html import page
from sandbox.tgr.book import AlreadyPaid, Bill
from sandbox.tgr.contract import MEANS
from sandbox.world import World


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("tgr_pages", __name__)

    @routes.get("/tgr/pay/<reference>")
    def show(reference: str) -> Response:
        bill = world.book.bill(reference)
        return _bill_page(world, bill) if bill else _unknown()

    @routes.post("/tgr/pay/<reference>")
    def answer(reference: str) -> Response:
        bill = world.book.bill(reference)
        if bill is None:
            return _unknown()
        means = request.form.get("means", "")
        match request.form.get("action"):
            case "leave":
                return _back(bill)
            case "reject":
                return _reject(world, bill, means if means in MEANS else "T")
            case "pay" if means in MEANS:
                return _pay(world, bill, means)
            case "pay":
                return _bill_page(world, bill, error="Elija un medio de pago para continuar.", status=400)
        return _bill_page(world, bill, error="Elija una de las acciones.", status=400)

    return routes


def _pay(world: World, bill: Bill, means: str) -> Response:
    idext, faults = bill.order.idext, world.faults
    if world.book.is_late(bill) and faults.take("tgr", ("accept_late",), idext) is None:
        return _bill_page(world, bill, status=409)
    even_if_paid = bill.is_paid and faults.take("tgr", ("double_capture",), idext) is not None
    if bill.is_paid and not even_if_paid:
        return _bill_page(world, bill, status=409)
    total = bill.order.amount
    if wrong := faults.take("tgr", ("wrong_amount",), idext):
        total = total + 1 if wrong.amount is None else wrong.amount
    return _operate(world, bill, status="OK", means=means, total=total, even_if_paid=even_if_paid)


def _reject(world: World, bill: Bill, means: str) -> Response:
    return _operate(world, bill, status="NOK", means=means, total=0, even_if_paid=False)


def _operate(world: World, bill: Bill, *, status: str, means: str, total: int, even_if_paid: bool) -> Response:
    """Write the operation, send its notice as the faults say, and send the browser back."""
    idext, faults = bill.order.idext, world.faults
    never = faults.take("tgr", ("no_notice",), idext)
    late = faults.take("tgr", ("late_notice",), idext)
    after = 0.0 if late is None else 5.0 if late.seconds is None else late.seconds
    if overtaken := faults.take("tgr", ("overtaken_notice",), idext):
        before = len(world.book.operations_of(bill.reference))
        after = (5.0 if overtaken.seconds is None else overtaken.seconds) / 2**before
    try:
        operation = world.book.operate(
            bill,
            status=status,
            means=means,
            total=total,
            notice_wanted=never is None,
            notice_after=after,
            even_if_paid=even_if_paid,
        )
    except AlreadyPaid:
        return _bill_page(world, bill, status=409)
    if never:
        return _back(bill)
    if faults.take("tgr", ("notice_before_return",), idext):
        world.notices.deliver_or_queue(operation)
        return _back(bill)
    for _ in range(3 if faults.take("tgr", ("duplicate_notice",), idext) else 1):
        world.notices.send(operation, not_before=time.time() + after)
    return _back(bill)


def _back(bill: Bill) -> Response:
    response = redirect(bill.return_url, code=303)
    assert isinstance(response, Response)
    return response


def _bill_page(world: World, bill: Bill, *, error: str = "", status: int = 200) -> Response:
    idext, faults = bill.order.idext, world.faults
    is_late = world.book.is_late(bill)
    may_pay = not (is_late and not faults.is_ordered("tgr", "accept_late", idext)) and not (
        bill.is_paid and not faults.is_ordered("tgr", "double_capture", idext)
    )
    agreement = world.book.agreement(bill.order.formulario)
    html = render_template(
        "tgr/pay.html",
        bill=bill,
        order=bill.order,
        municipality=agreement.municipality if agreement else "",
        means=MEANS,
        is_late=is_late,
        may_pay=may_pay,
        error=error,
    )
    return page(html, status=status)


def _unknown() -> Response:
    return page(render_template("tgr/unknown.html"), status=404)
