"""The form that the payer sees: pay, be rejected, cancel, leave, or let the time run out."""

from flask import Blueprint, Response, redirect, render_template, request

from sandbox.html import page
from sandbox.webpay.contract import FORM, MEANS, Refusal, Transaction, way_back
from sandbox.world import World

ANSWER = "/webpayserver/answer"


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("webpay_pages", __name__)

    @routes.route(FORM, methods=["GET", "POST"])
    def show() -> Response:
        token = request.values.get("token_ws", "")
        try:
            known = world.webpay.current(token)
        except Refusal:
            return page(render_template("webpay/unknown.html"), status=404)
        if known.outcome == "aborted":
            return _back(known, "timeout")
        if known.outcome:
            return _back(known, "error")
        world.webpay.open_form(token)
        return _form(world, known)

    @routes.post(f"{ANSWER}/<token>")
    def answer(token: str) -> Response:
        try:
            known = world.webpay.current(token)
        except Refusal:
            return page(render_template("webpay/unknown.html"), status=404)
        if known.outcome == "aborted":
            return _back(known, "timeout")
        if known.outcome:
            return _back(known, "error")
        return _act(world, known, request.form.get("action", ""), request.form.get("means", ""))

    @routes.get("/webpay/")
    def book() -> Response:
        shown = render_template("webpay/book.html", transactions=world.webpay.all())
        return page(shown)

    return routes


def _act(world: World, known: Transaction, action: str, means: str) -> Response:
    """`leave_unpaid` and `pay_and_leave`: the browser never goes back."""
    book = world.webpay
    if action in ("pay", "pay_and_leave") and means not in MEANS:
        return _form(world, known, error="Elija un medio de pago para continuar.", status=400)
    match action:
        case "pay" | "pay_and_leave":
            total = known.wish.amount
            if wrong := world.faults.take("webpay", ("wrong_amount",), known.wish.buy_order):
                total = total + 1 if wrong.amount is None else wrong.amount
            fails_first = world.faults.take("webpay", ("fails_first",), known.wish.buy_order) is not None
            book.finish(known.token, outcome="approved", means=means, captured=total, fails_first=fails_first)
        case "reject":
            book.finish(known.token, outcome="rejected", means="VN")
        case "cancel" | "time_out":
            book.finish(known.token, outcome="aborted", means="")
        case "leave_unpaid":
            pass
        case _:
            return _form(world, known, error="Elija una de las acciones.", status=400)
    if action in ("leave_unpaid", "pay_and_leave"):
        return page(render_template("webpay/left.html", is_paid=action == "pay_and_leave"))
    return _back(known, {"cancel": "cancelled", "time_out": "timeout"}.get(action, "normal"))


def _form(world: World, known: Transaction, *, error: str = "", status: int = 200) -> Response:
    commerce = world.webpay.commerce(known.commerce_code)
    html = render_template(
        "webpay/pay.html",
        known=known,
        municipality=commerce.municipality if commerce else "",
        means=MEANS,
        action=f"{ANSWER}/{known.token}",
        error=error,
    )
    return page(html, status=status)


def _back(known: Transaction, how: str) -> Response:
    response = redirect(way_back(known, how), code=303)
    assert isinstance(response, Response)
    return response
