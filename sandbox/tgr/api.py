"""What an institution calls at TGR: orders, and the book to compare with."""

import hmac

from flask import Blueprint, Response, jsonify, request

from sandbox.http_faults import with_faults
from sandbox.tgr.book import OtherContent
from sandbox.tgr.contract import SIGNATURE_HEADER, Malformed, formulario_of, idext_of, signature
from sandbox.world import World


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("tgr_api", __name__)

    @routes.post("/tgr/orders")
    def orders() -> Response:
        body = request.get_data()
        return with_faults(world.faults, "tgr", idext_of(body), lambda: _accept(world, body))

    @routes.get("/tgr/book")
    def book() -> Response:
        return with_faults(world.faults, "tgr", "", lambda: jsonify(captured=world.book.captured()))

    return routes


def _accept(world: World, body: bytes) -> Response:
    try:
        agreement = world.book.agreement(formulario_of(body))
        expected = signature(agreement.key, body).encode() if agreement else b""
        given = request.headers.get(SIGNATURE_HEADER, "").encode()
        if agreement is None or not hmac.compare_digest(expected, given):
            return _refusal(401, "FORMULARIO desconocido o firma no válida")
        bill = world.book.accept(body)
    except Malformed as error:
        return _refusal(400, str(error))
    except OtherContent:
        return _refusal(409, "IDEXT ya existe con otro contenido")
    return jsonify(
        IDEXT=bill.order.idext, REFERENCIA=bill.reference, URLPAGO=f"{request.host_url}tgr/pay/{bill.reference}"
    )


def _refusal(status: int, message: str) -> Response:
    response = jsonify(CODIGO=status, MENSAJE=message)
    response.status_code = status
    return response
