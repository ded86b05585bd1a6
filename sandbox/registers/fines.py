"""Registro Civil: traffic fines not paid (RMNP), by plate. Names and addresses are left out."""

from datetime import date
from typing import cast

from flask import Blueprint, Response, request

from sandbox.registers.access import Fields, Question, answer, as_json, compact
from sandbox.vehicles import draw, expected_outcome
from sandbox.world import World

REASONS = ("Exceso de velocidad", "No respetar luz roja", "Estacionar en lugar prohibido", "Circular sin TAG")
COURTS = (("1º JPL de prueba", "Comuna de prueba A"), ("2º JPL de prueba", "Comuna de prueba B"))
FEE = 1_850


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("fines", __name__)

    @routes.get("/fines")
    def fines() -> Response:
        return answer(world, "fines", request.args.get("placa", ""), lambda question: _report(world, question))

    @routes.post("/fines/paid")
    def paid() -> Response:
        body = request.get_json(silent=True) or {}
        return answer(world, "fines", str(body.get("Placa", "")), lambda question: _acknowledge(world, question, body))

    return routes


def _acknowledge(world: World, question: Question, body: dict[str, object]) -> Response:
    """Note fines that a municipal treasury reports as paid; again changes nothing and answers the same."""
    fines = body.get("multas")
    if not isinstance(fines, list) or not all(str(fine).isdigit() for fine in fines):
        return Response("multas\n", 400)
    with world.store.transaction() as transaction:
        transaction.executemany(
            "INSERT OR IGNORE INTO paid_fine (plate, fine_id, paid_on, receipt) VALUES (?, ?, ?, ?)",
            [(question.plate, int(fine), str(body.get("Fecha_pago")), str(body.get("Comprobante"))) for fine in fines],
        )
    return as_json({"Acuse": f"{question.plate}-{body.get('Comprobante')}", "multas": len(fines)})


def _report(world: World, question: Question) -> Response:
    paid = {row["fine_id"] for row in world.store.rows("SELECT fine_id FROM paid_fine WHERE plate = ?", question.plate)}
    wished = question.override
    if wished is None:
        wished = [{} for _ in range(expected_outcome(question.plate).fines)]
    known = [_fine(question, place, wish) for place, wish in enumerate(cast(list[object], wished), start=1)]
    fines = [fine for fine in known if fine["ID_Multa"] not in paid]
    return as_json({"Placa": question.plate, "Fecha_Informe": compact(question.today), "multas": fines})


def _fine(question: Question, place: int, wish: object) -> Fields:
    """`wish` is an amount in pesos, or the fields that shall differ."""
    plate, year = f"{question.plate}", question.today.year - 1
    court, commune = COURTS[draw(plate, f"court {place}", len(COURTS))]
    sentenced = date(year, 1 + draw(plate, f"month {place}", 9), 1 + draw(plate, f"day {place}", 28))
    fine: Fields = {
        "ID_Multa": 10**8 + draw(plate, f"fine {place}", 9 * 10**8),
        "JPL": court,
        "Comuna": commune,
        "Rol": str(1 + draw(plate, f"role {place}", 99_999)),
        "Ano_rol": year,
        "Fecha_Sentencia": compact(sentenced),
        "Monto_Multa": 30_000 + 1_000 * draw(plate, f"amount {place}", 90),
        "Moneda": "CLP",
        "Arancel": FEE,
        "Motivo": REASONS[draw(plate, f"reason {place}", len(REASONS))],
        "Fecha_Ingreso": compact(sentenced.replace(month=sentenced.month + 2)),
    }
    if isinstance(wish, dict):
        return fine | cast(Fields, wish)
    return fine | {"Monto_Multa": cast(int, wish)}
