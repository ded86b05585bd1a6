"""Sample data of previews. Nobody here exists; nothing that is shown could pass for a document or a debt."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.receipts.rendering import ChargeLine, Fact, PermitDocument
from backend.shared.json import JSON
from theming.tokens import Theme

NO_VALUE = "MUESTRA SIN VALIDEZ"
NOWHERE = "https://muestra.invalid/sin-validez"
"""RFC 2606: a name that never is."""

PLATE, RUT = "ZZBB10-3", "44.000.017-7"
HINT = f"la patente {PLATE} y el RUT {RUT}"
_TOTAL, _HALF = 132_728, 66_364
_NOT_HERE: dict[str, JSON] = {
    "errors": [{"code": "preview.sample", "message": "Es una muestra: aquí no se puede pagar.", "field": None}]
}


def sample_document(theme: Theme) -> PermitDocument:
    """Return a permit without folio, code, signature or number: what it lacks is said on its face."""
    return PermitDocument(
        municipality=theme.name,
        municipality_code="00000",
        folio="SIN FOLIO",
        issued_on=date(2025, 3, 20),
        title="Permiso de circulación",
        period="2025",
        option="Pago único",
        subtitle="Vehículo liviano particular",
        plate=PLATE,
        valid_until=date(2026, 3, 31),
        owner_name="Contribuyente de muestra",
        owner_rut=RUT,
        vehicle=(
            Fact("Tipo", "Automóvil"),
            Fact("Marca", "Marca de muestra"),
            Fact("Modelo", "Modelo de muestra 1.5"),
            Fact("Año", "2021"),
            Fact("Color", "Gris plata"),
            Fact("Combustible", "Bencina"),
            Fact("Tasación fiscal", "$8.470.000"),
            Fact("Sello", "Verde"),
        ),
        evidence=(
            Fact("Seguro obligatorio (SOAP)", "Compañía de muestra, hasta el 31-03-2026"),
            Fact("Revisión técnica", "Aprobada, hasta el 30-09-2025"),
            Fact("Multas de tránsito no pagadas", "Sin multas al 20-03-2025"),
        ),
        lines=(
            ChargeLine("Tramo hasta 60 UTM", "$4.045.740", "1 %", "DL 3.063 art. 12 a)", "$40.457"),
            ChargeLine("Tramo sobre 60 y hasta 120 UTM", "$4.045.740", "2 %", "DL 3.063 art. 12 a)", "$80.915"),
            ChargeLine("Tramo sobre 120 y hasta 250 UTM", "$378.520", "3 %", "DL 3.063 art. 12 a)", "$11.356"),
        ),
        total="$132.728",
        paid_at="20-03-2025 12:04",
        means="Muestra",
        operation_id="Muestra",
        order_number="Muestra",
        verification_url=NOWHERE,
        verification_code="SIN CÓDIGO",
        signer_name="Sin firma",
        signer_role="Muestra del aspecto, no es un documento",
        closing=f"{NO_VALUE}: no acredita ningún pago ni sirve como permiso.",
        shifted_date_note=f"{NO_VALUE}: muestra del aspecto de los documentos, sin folio ni firma.",
    )


def sample_mail() -> dict[str, object]:
    """Return the values of `mail/documents_ready`."""
    document = {
        "title": "Permiso de circulación 2025",
        "object_label": "Placa patente única",
        "plate": PLATE,
        "folio": "SIN FOLIO",
        "valid_until": "31-03-2026",
        "verification_url": NOWHERE,
    }
    return {
        "documents": [document],
        "order_number": "Muestra",
        "paid_at": "20-03-2025 12:04",
        "total": "$132.728",
        "advice": f"{NO_VALUE}.",
        "link": NOWHERE,
        "link_until": "19-04-2025",
        "ask_again": NOWHERE,
    }


def sample_answers(theme: Theme, look: Mapping[str, str]) -> dict[str, JSON]:
    """Return what the widget is answered, by operation of the public door; `look` as the door gives it."""
    return {
        "Municipality": {
            "name": theme.name,
            "domainDate": "2025-03-20",
            "dateIsShifted": False,
            "logoUrl": "https://muestra.invalid/logo.png" if theme.logo else None,
            "portalHint": "Al continuar, pagará en el sitio de la Tesorería General de la República.",
            "look": dict(look),
            "words": {"title": theme.title, "intro": theme.intro, "help": theme.help},
            "services": [_SERVICE],
        },
        "DebtSearch": {"debts": [_DEBT], "errors": []},
        "CheckRun": {"checks": _CHECKS, "errors": []},
        "OrderCreate": {"order": None, **_NOT_HERE},
        "OrderResume": {"order": None, **_NOT_HERE},
        "OrderCancel": {"order": None, **_NOT_HERE},
        "OrderPay": {"redirectUrl": None, **_NOT_HERE},
    }


_SERVICE: dict[str, Any] = {
    "code": "circulation_permit",
    "title": "Permiso de circulación",
    "lookupFields": [
        {"name": "plate", "label": "Placa patente", "kind": "plate"},
        {"name": "rut", "label": "RUT del propietario", "kind": "rut"},
    ],
}


def _option(code: str, title: str, total: int, *, available: bool = True) -> dict[str, Any]:
    line = {"text": "Impuesto anual", "base": 8_470_000, "rate": "", "law": "DL 3.063 art. 12 a)", "amount": total}
    note = None if available else "Se abre cuando la primera cuota está pagada."
    return {
        "code": code,
        "title": title,
        "dueOn": "2025-03-31",
        "total": total,
        "available": available,
        "note": note,
        "lines": [line],
    }


_DEBT: dict[str, Any] = {
    "id": "muestra:1",
    "title": "Permiso de circulación 2025",
    "paid": False,
    "traits": [{"label": "Vehículo", "value": "Automóvil, 2021"}, {"label": "Color", "value": "Gris plata"}],
    "options": [
        _option("single", "Pago único", _TOTAL),
        _option("first", "Primera cuota", _HALF),
        _option("second", "Segunda cuota", _HALF, available=False),
    ],
    "checks": [
        {"code": "insurance", "name": "Seguro obligatorio"},
        {"code": "inspection", "name": "Revisión técnica"},
    ],
    "openOrder": None,
}
_CHECKS: list[JSON] = [
    {"code": "insurance", "outcome": "OK", "message": "Vigente hasta el 31-03-2026.", "payable": None},
    {"code": "inspection", "outcome": "NOT_OK", "message": "Venció el 30-09-2024.", "payable": None},
]
