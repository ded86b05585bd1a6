"""What tests and the demo order: agreements, vehicles, sites, faults, notices again. No real institution has it."""

import json
from dataclasses import asdict
from typing import cast

from flask import Blueprint, Response, jsonify, request

from sandbox.faults import UnknownFault
from sandbox.identifiers import NotAPlate, plain_plate
from sandbox.pages import BadPage, host_pages, register_page
from sandbox.tgr.book import Agreement
from sandbox.vehicles import InspectionCase, InsuranceCase
from sandbox.webpay.book import Commerce
from sandbox.webpay.contract import Refusal
from sandbox.world import World


class BadWish(ValueError):
    """Raised here for an order that makes no sense; answered with 400."""


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("control", __name__, url_prefix="/_control")

    @routes.errorhandler(BadWish)
    @routes.errorhandler(BadPage)
    @routes.errorhandler(UnknownFault)
    @routes.errorhandler(NotAPlate)
    def refuse(error: Exception) -> tuple[Response, int]:
        return jsonify(error=f"{type(error).__name__}: {error}"), 400

    @routes.post("/agreements")
    def agreements() -> Response:
        wish = _wish()
        formulario = wish.get("formulario")
        if not isinstance(formulario, int) or not wish.get("key") or not wish.get("notice_url"):
            raise BadWish("formulario (a number), key and notice_url are needed")
        municipality = str(wish.get("municipality") or "")
        world.book.agree(Agreement(formulario, municipality, str(wish["key"]), str(wish["notice_url"])))
        return jsonify(formulario=formulario)

    @routes.post("/commerces")
    def commerces() -> Response:
        wish = _wish()
        code = wish.get("commerce_code")
        if not isinstance(code, int) or not wish.get("secret"):
            raise BadWish("commerce_code (a number) and secret are needed")
        world.webpay.agree(Commerce(code, str(wish.get("municipality") or ""), str(wish["secret"])))
        return jsonify(commerce_code=code)

    @routes.post("/webpay/<token>/later")
    def later(token: str) -> Response:
        seconds = _wish().get("seconds")
        if not isinstance(seconds, int | float):
            raise BadWish("seconds must be a number")
        world.webpay.let_pass(token, seconds)
        try:
            return jsonify(status=world.webpay.current(token).status)
        except Refusal as error:
            raise BadWish(error.message) from error

    @routes.post("/vehicles")
    def vehicles() -> Response:
        wish = _wish()
        plate = plain_plate(str(wish.get("plate")))
        overrides: dict[str, object] = {
            name: wish[name] for name in ("insurance", "inspection", "fines") if name in wish
        }
        _check_overrides(overrides)
        with world.store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO vehicle VALUES (?, ?)", (plate, json.dumps(overrides)))
        return jsonify(plate=plate)

    @routes.delete("/vehicles/<plate>")
    def forget_vehicle(plate: str) -> Response:
        with world.store.transaction() as db:
            db.execute("DELETE FROM vehicle WHERE plate = ?", (plain_plate(plate),))
        return jsonify(plate=plain_plate(plate))

    @routes.post("/pages")
    def pages() -> Response:
        site = register_page(world.store, _wish())
        return jsonify(asdict(site))

    @routes.post("/faults")
    def faults() -> Response:
        return jsonify(id=world.faults.order(_wish()).id)

    @routes.delete("/faults", defaults={"fault_id": None})
    @routes.delete("/faults/<int:fault_id>")
    def no_faults(fault_id: int | None) -> Response:
        world.faults.delete(fault_id)
        return jsonify(faults=world.faults.overview())

    @routes.post("/notices/<reference>")
    def notices(reference: str) -> tuple[Response, int]:
        operations = world.book.operations_of(reference)
        answers = [{"idoperacion": each, "answer": world.notices.deliver(each)} for each in operations]
        return jsonify(sent=answers), 200 if answers else 404

    @routes.get("/state")
    def state() -> Response:
        return jsonify(_state(world))

    return routes


def _wish() -> dict[str, object]:
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        raise BadWish("a JSON object is needed")
    return cast(dict[str, object], wish)


def _check_overrides(overrides: dict[str, object]) -> None:
    """insurance and inspection: a case by name, or fields that shall differ; fines: amounts, or such fields."""
    for register, cases in (("insurance", InsuranceCase), ("inspection", InspectionCase)):
        value = overrides.get(register, {})
        if not isinstance(value, dict) and value not in list(cases):
            raise BadWish(f"{register} is one of {[str(case) for case in cases]} or an object of fields")
    fines = overrides.get("fines", [])
    is_amount = [isinstance(fine, int | dict) for fine in fines] if isinstance(fines, list) else [False]
    if not all(is_amount):
        raise BadWish("fines is a list of amounts or of objects of fields")


def _state(world: World) -> dict[str, object]:
    vehicles = world.store.rows("SELECT * FROM vehicle ORDER BY plate")
    return {
        "today": world.clock.today().isoformat(),
        "shift_days": world.clock.shift_days,
        "agreements": [
            {"formulario": each.formulario, "municipality": each.municipality, "notice_url": each.notice_url}
            for each in world.book.agreements()
        ],
        "orders": [
            {
                "reference": bill.reference,
                "idext": bill.order.idext,
                "formulario": bill.order.formulario,
                "total": bill.order.amount,
                "due_at": bill.order.due_at.isoformat(),
                "is_paid": bill.is_paid,
            }
            for bill in world.book.bills()
        ],
        "operations": world.book.overview(),
        "vehicles": {row["plate"]: json.loads(row["overrides"]) for row in vehicles},
        "pages": [asdict(site) for site in host_pages(world.store)],
        "faults": world.faults.overview(),
        "mails": world.mails.count(),
    }
