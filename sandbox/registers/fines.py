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
        return answer(world, "fines", request.args.get("placa", ""), _report)

    return routes


def _report(question: Question) -> Response:
    wished = question.override
    if wished is None:
        wished = [{} for _ in range(expected_outcome(question.plate).fines)]
    fines = [_fine(question, place, wish) for place, wish in enumerate(cast(list[object], wished), start=1)]
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
