"""Asociación de Aseguradores: the compulsory policy (SOAP) of a vehicle. Never owner's data."""

from datetime import date
from typing import cast

from flask import Blueprint, Response, request

from sandbox.registers.access import Fields, Question, answer, as_json, compact, has_check_digit
from sandbox.vehicles import InsuranceCase, draw, expected_outcome, vehicle_of
from sandbox.world import World

COMPANIES = (
    ("99990001-9", "Aseguradora de prueba Uno"),
    ("99990002-7", "Aseguradora de prueba Dos"),
    ("99990003-5", "Aseguradora de prueba Tres"),
)


def blueprint(world: World) -> Blueprint:
    routes = Blueprint("insurance", __name__)

    @routes.get("/insurance/policy")
    def policy() -> Response:
        return answer(world, "insurance", request.args.get("patente", ""), _policy)

    return routes


def _policy(question: Question) -> Response:
    ticket = draw(question.plate, "ticket", 10**9)
    if not has_check_digit(question.plate, request.args.get("dv", "")):
        return as_json({"CodError": "02", "Error": "Dígito verificador no corresponde", "Ticket": ticket})
    override = question.override
    case = expected_outcome(question.plate).insurance
    if override is not None:
        case = InsuranceCase.OK if isinstance(override, dict) else InsuranceCase(str(override))
    if case is InsuranceCase.NONE:
        return as_json({"CodError": "01", "Error": "Sin póliza vigente", "Ticket": ticket})
    fields = _fields(question, case, ticket)
    if isinstance(override, dict):
        fields |= cast(Fields, override)
    return as_json(fields)


def _fields(question: Question, case: InsuranceCase, ticket: int) -> Fields:
    """A good policy lasts until 31 March of next year; one that ends early is last year's, later a short one."""
    plate, year = question.plate, question.today.year
    vehicle = vehicle_of(plate)
    rut, company = COMPANIES[draw(plate, "company", len(COMPANIES))]
    begins, ends = date(year, 1, 1), date(year + 1, 3, 31)
    if case is InsuranceCase.ENDS_EARLY:
        begins, ends = date(year - 1, 4, 1), date(year, 12, 31)
        if question.today <= date(year, 3, 31):
            ends = date(year, 3, 31)
    return {
        "CodError": "00",
        "Error": "",
        "Ticket": ticket,
        "NroFolio": f"{draw(plate, 'folio', 10**10):010d}",
        "NroPoliza": f"P{draw(plate, 'policy', 10**9):09d}",
        "RutCia": rut,
        "NombreCompania": company,
        "Patente": plate,
        "DigPatente": request.args["dv"].upper(),
        "TipoVehiculo": vehicle.model.kind,
        "MarcaVehiculo": vehicle.model.make,
        "ModeloVehiculo": vehicle.model.name,
        "AnoFabricacion": year - vehicle.age,
        "FechaInicio": compact(begins),
        "FechaTermino": compact(ends),
    }
