"""What the permit prints about the vehicle. There is no national format; the set is that of a real municipality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backend.services.base import JSON, DocumentGroup, Rates
from backend.services.circulation_permit import texts
from backend.services.circulation_permit.assessment import utm_of
from backend.services.circulation_permit.bases import listed_valuation
from backend.services.circulation_permit.periods import valid_until
from backend.services.circulation_permit.vehicle import Vehicle
from backend.shared.money import Money
from backend.shared.plate import Plate
from backend.shared.text import Text

GROUPS = (
    DocumentGroup(
        "vehicle",
        Text(es="Vehículo", en="Vehicle"),
        (
            ("plate", Text(es="Patente", en="Plate")),
            ("type", Text(es="Tipo", en="Type")),
            ("make", Text(es="Marca", en="Make")),
            ("model", Text(es="Modelo", en="Model")),
            ("year", Text(es="Año", en="Year")),
            ("colour", Text(es="Color", en="Colour")),
            ("engine", Text(es="N° de motor", en="Engine number")),
            ("chassis", Text(es="N° de chasis", en="Chassis number")),
            ("doors", Text(es="Puertas", en="Doors")),
            ("seats", Text(es="Asientos", en="Seats")),
            ("load", Text(es="Carga", en="Load")),
            ("displacement", Text(es="Cilindrada", en="Displacement")),
            ("fuel", Text(es="Combustible", en="Fuel")),
            ("transmission", Text(es="Transmisión", en="Transmission")),
            ("equipment", Text(es="Equipamiento", en="Equipment")),
            ("green_seal", Text(es="Sello verde", en="Green seal")),
        ),
    ),
    DocumentGroup(
        "permit",
        Text(es="Permiso", en="Permit"),
        (
            ("period", Text(es="Año del permiso", en="Permit year")),
            ("payment_form", Text(es="Forma de pago", en="Payment")),
            ("valid_until", Text(es="Válido hasta", en="Valid until")),
            ("sii_code", Text(es="Código SII", en="SII code")),
            ("valuation", Text(es="Tasación SII", en="SII valuation")),
            ("invoice", Text(es="Factura (valor neto)", en="Invoice (net value)")),
            ("utm", Text(es="UTM", en="UTM")),
        ),
    ),
    DocumentGroup(
        "insurance",
        Text(es="Seguro obligatorio (SOAP)", en="Compulsory insurance (SOAP)"),
        (
            ("insurance_company", Text(es="SOAP: compañía", en="SOAP: company")),
            ("insurance_policy", Text(es="SOAP: póliza", en="SOAP: policy")),
            ("insurance_valid_to", Text(es="SOAP vigente hasta", en="SOAP valid to")),
        ),
    ),
    DocumentGroup(
        "inspection",
        Text(es="Revisión técnica y gases", en="Technical and gas inspection"),
        (
            ("inspection_certificate", Text(es="Certificado de revisión", en="Inspection certificate")),
            ("inspection_plant", Text(es="Planta revisora", en="Plant")),
            ("inspection_valid_to", Text(es="Revisión vigente hasta", en="Inspection valid to")),
            ("gas_certificate", Text(es="Certificado de gases", en="Gas certificate")),
            ("gas_valid_to", Text(es="Gases vigente hasta", en="Gas valid to")),
        ),
    ),
    DocumentGroup(
        "fines",
        Text(es="Multas de tránsito", en="Traffic fines"),
        (("fines", Text(es="Registro de multas no pagadas", en="Register of unpaid fines")),),
    ),
)


def fields(
    vehicle: Vehicle,
    *,
    plate: Plate,
    period: str,
    option: str,
    evidence: Mapping[str, Mapping[str, str]],
    rates: Rates | None,
) -> dict[str, JSON]:
    """Give the values by key, ready to print in es-CL; what is unknown is left out.

    Owner, folio, amounts and dates of the payment are the receipt's own. The UTM needs `rates`.
    """
    insurance, inspection = evidence.get("insurance", {}), evidence.get("inspection", {})
    values = {
        "plate": f"{plate}-{plate.check_digit}",
        "type": vehicle.type,
        "make": vehicle.make,
        "model": vehicle.model,
        "year": str(vehicle.year),
        "colour": vehicle.colour,
        "engine": vehicle.engine,
        "chassis": vehicle.chassis,
        "doors": _count(vehicle.doors),
        "seats": _count(vehicle.seats),
        "load": f"{vehicle.load_kg} kg" if vehicle.load_kg else "",
        "displacement": f"{vehicle.displacement} cm³" if vehicle.displacement else "",
        "fuel": vehicle.fuel,
        "transmission": vehicle.transmission,
        "equipment": vehicle.equipment,
        "green_seal": "Sí" if vehicle.green_seal else "No",
        "period": period,
        "payment_form": texts.OPTIONS[option].es,
        "valid_until": texts.day(valid_until(vehicle.period, period=period, option=option)),
        "sii_code": vehicle.sii_code,
        "valuation": _valuation(vehicle, period, rates),
        "invoice": _invoice(vehicle, period),
        "utm": str(utm_of(vehicle, year=int(period), rates=rates)) if rates else "",
        "insurance_company": insurance.get("company", ""),
        "insurance_policy": insurance.get("policy", ""),
        "insurance_valid_to": _day(insurance.get("valid_to", "")),
        "inspection_certificate": inspection.get("certificate", ""),
        "inspection_plant": inspection.get("plant", ""),
        "inspection_valid_to": _day(inspection.get("valid_to", "")),
        "gas_certificate": inspection.get("gas_certificate", ""),
        "gas_valid_to": _day(inspection.get("gas_valid_to", "")),
        "fines": _fines(evidence.get("fines", {})),
    }
    return {key: value for key, value in values.items() if value}


def _fines(references: Mapping[str, str]) -> str:
    if paid_here := references.get("paid_here"):
        return f"{paid_here} pagadas con este permiso" if paid_here != "1" else "1 pagada con este permiso"
    if references.get("count") != "0":
        return ""
    reported_on = references.get("reported_on", "")
    return f"Sin multas al {_day(reported_on)}" if reported_on else "Sin multas"


def _valuation(vehicle: Vehicle, period: str, rates: Rates | None) -> str:
    """Print the valuation that the tax was computed by; a vehicle of a class with fixed amounts has none."""
    group = vehicle.group
    if group is None or not group.pays_by_valuation or _is_new(vehicle, period) or not vehicle.valuation:
        return ""
    return str(listed_valuation(vehicle, year=int(period), rates=rates) if rates else Money(vehicle.valuation))


def _invoice(vehicle: Vehicle, period: str) -> str:
    bought_on = vehicle.bought_on
    return f"{Money(vehicle.invoice_net)}, {texts.day(bought_on)}" if bought_on and _is_new(vehicle, period) else ""


def _is_new(vehicle: Vehicle, period: str) -> bool:
    """Whether the invoice counts, and not the valuation: bought in the permit's year, or late in the one before."""
    bought_on, year = vehicle.bought_on, int(period)
    if bought_on is None:
        return False
    return bought_on.year >= year or (bought_on.year == year - 1 and bought_on.month >= 9 and vehicle.year == year)


def _count(number: int) -> str:
    return str(number) if number else ""


def _day(iso: str) -> str:
    return texts.day(date.fromisoformat(iso)) if iso else ""
