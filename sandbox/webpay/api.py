"""What a shop calls at Webpay: create, commit, status, refund; and the book to compare with."""

import hmac
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from sandbox.http_faults import with_faults
from sandbox.webpay import contract
from sandbox.webpay.contract import BASE, Refusal, as_answer, parse_wish
from sandbox.world import World


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("webpay_api", __name__)

    @routes.post(BASE)
    def create() -> Response:
        body = request.get_json(silent=True)
        named = str(body.get("buy_order", "")) if isinstance(body, dict) else ""
        return _answer(world, f"create {named}", lambda: _create(world, body))

    @routes.put(f"{BASE}/<token>")
    def commit(token: str) -> Response:
        return _answer(world, _subject(world, "commit", token), lambda: _commit(world, token))

    @routes.get(f"{BASE}/<token>")
    def status(token: str) -> Response:
        return _answer(world, _subject(world, "status", token), lambda: _status(world, token))

    @routes.post(f"{BASE}/<token>/refunds")
    def refunds(token: str) -> Response:
        return _answer(world, _subject(world, "refund", token), lambda: _refund(world, token))

    @routes.get("/webpay/book")
    def book() -> Response:
        books = world.webpay
        return with_faults(
            world.faults, "webpay", "book", lambda: jsonify(captured=books.captured(), refunded=books.refunded())
        )

    return routes


def _create(world: World, body: object) -> Response:
    code = _signed_in(world)
    if not request.is_json:
        raise Refusal("Unsupported Media Type", 415)
    token = world.webpay.create(code, parse_wish(body))
    return jsonify(token=token, url=f"{request.host_url.rstrip('/')}{contract.FORM}")


def _commit(world: World, token: str) -> Response:
    _require_own(world, token)
    answer = jsonify(as_answer(world.webpay.commit(token)))
    world.webpay.admit_success(token)
    return answer


def _status(world: World, token: str) -> Response:
    _require_own(world, token)
    known = world.webpay.current(token)
    if datetime.now(UTC) - known.created_at > contract.STATUS_FOR:
        raise Refusal(contract.TOO_OLD)
    return jsonify(as_answer(known))


def _refund(world: World, token: str) -> Response:
    _require_own(world, token)
    body = request.get_json(silent=True)
    amount = body.get("amount") if isinstance(body, dict) else None
    if type(amount) is not int:
        raise Refusal("amount is required!")
    given = world.webpay.refund(token, amount)
    if given.kind == "REVERSED":
        return jsonify(type="REVERSED")
    return jsonify(
        type="NULLIFIED",
        authorization_code=given.authorization_code,
        authorization_date=given.refunded_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        nullified_amount=given.amount,
        balance=given.balance,
        response_code=0,
    )


def _answer(world: World, subject: str, work: Callable[[], Response]) -> Response:
    def answer() -> Response:
        try:
            return work()
        except Refusal as refusal:
            response = jsonify(error_message=refusal.message)
            response.status_code = refusal.status
            return response

    return with_faults(world.faults, "webpay", subject, answer)


def _subject(world: World, call: str, token: str) -> str:
    """Name a call for the matching of faults: the call's name and the buy_order."""
    known = world.webpay.find(token)
    return f"{call} {known.wish.buy_order if known else ''}"


def _signed_in(world: World) -> int:
    given = request.headers.get(contract.KEY_ID, "")
    commerce = world.webpay.commerce(int(given)) if given.isdecimal() else None
    secret = request.headers.get(contract.KEY_SECRET, "").encode()
    if commerce is None or not hmac.compare_digest(commerce.secret.encode(), secret):
        raise Refusal("Not Authorized", 401)
    return commerce.code


def _require_own(world: World, token: str) -> None:
    code = _signed_in(world)
    known = world.webpay.find(token)
    if known is None or known.commerce_code != code:
        raise Refusal(contract.NOT_FOUND)
