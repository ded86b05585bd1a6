"""What an institution calls at TGR: orders, and the book to compare with."""

import hmac
from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, jsonify, request

from sandbox.http_faults import with_faults
from sandbox.tgr.book import OtherContent
from sandbox.tgr.contract import SIGNATURE_HEADER, Malformed, formulario_of, idext_of, signature
from sandbox.tgr.files import Files
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

    @routes.get("/tgr/files/<int:formulario>/<day>")
    def collection_file(formulario: int, day: str) -> Response:
        return with_faults(world.faults, "tgr", str(formulario), lambda: _file(world, formulario, day, "recaudacion"))

    @routes.get("/tgr/deposits/<int:formulario>/<day>")
    def deposit_advice(formulario: int, day: str) -> Response:
        return with_faults(world.faults, "tgr", str(formulario), lambda: _file(world, formulario, day, "deposito"))

    return routes


def _file(world: World, formulario: int, day: str, kind: str) -> Response:
    """Give a file of an agreement; 404 where agreement or date is unknown, or there is nothing to deposit."""
    files = Files(world.book, world.faults)
    write: Callable[[int, date], bytes | None] = files.collection if kind == "recaudacion" else files.deposit
    try:
        content = write(formulario, date.fromisoformat(day)) if world.book.agreement(formulario) else None
    except (ValueError, OverflowError):
        content = None
    if content is None:
        return _refusal(404, "No hay archivo para ese convenio y esa fecha")
    response = Response(content, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}-{formulario}-{day}.txt"'
    return response


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
