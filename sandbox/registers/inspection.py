"""Ministerio de Transportes: certificates of technical inspection and of gases (suffix _G) of the inspection plants."""

from datetime import date, timedelta
from typing import cast

from flask import Blueprint, Response, request

from sandbox.registers.access import Fields, Question, answer, as_json, compact, has_check_digit
from sandbox.vehicles import InspectionCase, draw, expected_outcome, vehicle_of
from sandbox.world import World


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("inspection", __name__)

    @routes.get("/inspection/certificate")
    def certificate() -> Response:
        plate, _, digit = request.args.get("ppu", "").rpartition("-")
        return answer(world, "inspection", plate, lambda question: _certificate(question, digit))

    return routes


def _certificate(question: Question, digit: str) -> Response:
    if not has_check_digit(question.plate, digit):
        return as_json({"COD_RESULTADO": "02", "RESULTADO": "PPU con dígito verificador incorrecto"})
    override = question.override
    case = expected_outcome(question.plate).inspection
    if override is not None:
        case = InspectionCase.OK if isinstance(override, dict) else InspectionCase(str(override))
    if case is InspectionCase.NONE:
        return as_json({"COD_RESULTADO": "01", "RESULTADO": "Sin certificado registrado"})
    fields = _fields(question, case, digit)
    if isinstance(override, dict):
        fields |= cast(Fields, override)
    return as_json(fields)


def _fields(question: Question, case: InspectionCase, digit: str) -> Fields:
    plate, today = question.plate, question.today
    vehicle = vehicle_of(plate)
    ends = _end_of_month(today, 1 + draw(plate, "months left", 9))
    if case is InspectionCase.EXPIRED:
        ends = today - timedelta(days=1 + draw(plate, "days over", 200))
    inspected = ends - timedelta(days=365)
    common: Fields = {
        "COMUNA_PRT": "Comuna de prueba",
        "CODIGO_PRT": f"ZZ{draw(plate, 'plant', 1000):04d}",
        "FECHA_REVISION": compact(inspected),
        "FECHA_VENCIMIENTO": compact(ends),
    }
    technical = "RECHAZADA" if case is InspectionCase.REJECTED else "APROBADA"
    gases = "RECHAZADA" if case is InspectionCase.REJECTED_GASES else "APROBADA"
    return {
        "COD_RESULTADO": "00",
        "RESULTADO": "OK",
        "PPUDV": f"{plate}-{digit.upper()}",
        "MARCA": vehicle.model.make,
        "MODELO": vehicle.model.name,
        "NUMERO_CHASIS": vehicle.chassis,
        "NUMERO_MOTOR": vehicle.engine,
        "TIPO_COMBUSTIBLE": vehicle.model.fuel,
        "TIPO_SELLO": "VERDE",
        "TIPO_VEHICULO": vehicle.model.kind,
        "ANO_FABRICACION": today.year - vehicle.age,
        "ID_CRT": f"A{draw(plate, 'certificate', 10**8):08d}",
        "estadorevtec": technical,
        **common,
        "ID_CRT_G": f"G{draw(plate, 'gases', 10**8):08d}",
        "estadorevtec_G": gases,
        **{f"{name}_G": value for name, value in common.items()},
    }


def _end_of_month(day: date, months_later: int) -> date:
    month = day.month + months_later
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
