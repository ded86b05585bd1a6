"""Whatever a register answers becomes OK, NOT_OK or UNAVAILABLE; only a clear answer is one of the first two."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from backend.checks import UnknownRegister, get_register, registers
from backend.checks.base import CheckAnswer, CheckOutcome, CheckQuestion, RegisterAccess
from backend.services import services
from backend.shared.money import Money
from backend.shared.plate import Plate
from tests.rules.small_server import says, serving

QUESTION = CheckQuestion(
    plate=Plate("ZZBB10"), must_cover_until=date(2026, 3, 31), today=date(2025, 3, 20), model_year=2018
)
POLICY: dict[str, object] = {
    "CodError": "00",
    "Error": "",
    "Ticket": 1,
    "NroFolio": "0000000001",
    "NroPoliza": "P000000001",
    "RutCia": "99990001-9",
    "NombreCompania": "Aseguradora de prueba Uno",
    "Patente": "ZZBB10",
    "DigPatente": "3",
    "FechaInicio": "20250401",
    "FechaTermino": "20260331",
}
CERTIFICATE: dict[str, object] = {
    "COD_RESULTADO": "00",
    "RESULTADO": "OK",
    "PPUDV": "ZZBB10-3",
    "CODIGO_PRT": "ZZ0001",
    "ID_CRT": "A00000001",
    "estadorevtec": "APROBADA",
    "FECHA_REVISION": "20241001",
    "FECHA_VENCIMIENTO": "20250320",
    "ID_CRT_G": "G00000001",
    "estadorevtec_G": "APROBADA",
    "FECHA_VENCIMIENTO_G": "20250930",
}
FINE: dict[str, object] = {
    "ID_Multa": 1,
    "JPL": "JPL SECRETO",
    "Motivo": "MOTIVO SECRETO",
    "Monto_Multa": 60_000,
    "Moneda": "CLP",
    "Arancel": 1_850,
    "Comuna": "Comuna de prueba",
    "Rol": "123",
    "Ano_rol": 2024,
}
NO_FINES: dict[str, object] = {"Placa": "ZZBB10", "Fecha_Informe": "20250320", "multas": []}
GOOD: dict[str, dict[str, object]] = {"insurance": POLICY, "inspection": CERTIFICATE, "fines": NO_FINES}
PATHS = {
    "insurance": "/insurance/policy?patente=ZZBB10&dv=3",
    "inspection": "/inspection/certificate?ppu=ZZBB10-3",
    "fines": "/fines?placa=ZZBB10",
}


def access(url: str) -> RegisterAccess:
    return RegisterAccess(url=url, user="user", password="secret", connect=2, read=2)


def ask(code: str, body: object, status: int = 200) -> CheckAnswer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with serving(says(raw, status)) as server:
        return get_register(code).ask(QUESTION, access(server.url))


def test_every_register_that_a_service_asks_for_exists() -> None:
    assert sorted(registers()) == ["fines", "inspection", "insurance"]
    assert {code for service in services().values() for code in service.checks} <= set(registers())
    with pytest.raises(UnknownRegister):
        get_register("no_such_register")


@pytest.mark.parametrize("code", GOOD)
def test_a_register_is_asked_as_agreed_and_its_bytes_are_hashed(code: str) -> None:
    raw = json.dumps(GOOD[code]).encode()
    with serving(says(raw)) as server:
        answer = get_register(code).ask(QUESTION, access(f"{server.url}/"))

    assert answer.outcome is CheckOutcome.OK
    assert answer.raw_sha256 == hashlib.sha256(raw).hexdigest()
    (request,) = server.received
    assert request.path == PATHS[code]
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"user:secret").decode()


def test_a_password_is_not_in_what_is_printed() -> None:
    assert "secret" not in repr(access("http://localhost"))


def test_a_policy_to_the_day_asked_is_enough() -> None:
    answer = ask("insurance", POLICY)

    assert (answer.outcome, answer.reason) == (CheckOutcome.OK, "valid")
    assert answer.message.es == "Seguro obligatorio vigente hasta el 31-03-2026."
    assert answer.references == {
        "company": "Aseguradora de prueba Uno",
        "policy": "P000000001",
        "folio": "0000000001",
        "valid_from": "2025-04-01",
        "valid_to": "2026-03-31",
    }


def test_a_policy_one_day_short_is_not_enough() -> None:
    answer = ask("insurance", POLICY | {"FechaTermino": "20260330"})

    assert (answer.outcome, answer.reason) == (CheckOutcome.NOT_OK, "too_short")
    assert "vence el 30-03-2026" in answer.message.es
    assert "hasta el 31-03-2026" in answer.message.es


def test_a_vehicle_without_policy_is_told_what_to_buy() -> None:
    answer = ask("insurance", {"CodError": "01", "Error": "Sin póliza", "Ticket": 1})

    assert (answer.outcome, answer.reason, answer.references) == (CheckOutcome.NOT_OK, "no_policy", {})
    assert "Contrátelo hasta el 31-03-2026" in answer.message.es


def test_an_inspection_that_ends_today_is_in_force() -> None:
    answer = ask("inspection", CERTIFICATE)

    assert (answer.outcome, answer.reason) == (CheckOutcome.OK, "valid")
    assert answer.references == {
        "certificate": "A00000001",
        "plant": "ZZ0001",
        "inspected_on": "2024-10-01",
        "valid_to": "2025-03-20",
        "gas_certificate": "G00000001",
        "gas_valid_to": "2025-09-30",
    }


@pytest.mark.parametrize(
    ("changed", "reason", "said"),
    [
        ({"FECHA_VENCIMIENTO": "20250319"}, "expired", "La revisión técnica venció el 19-03-2025"),
        ({"FECHA_VENCIMIENTO_G": "20250319"}, "gas_expired", "La revisión de gases venció el 19-03-2025"),
        ({"estadorevtec": "RECHAZADA"}, "rejected", "La revisión técnica figura como rechazada"),
        ({"estadorevtec_G": "RECHAZADA"}, "gas_rejected", "La revisión de gases figura como rechazada"),
        ({"COD_RESULTADO": "01"}, "no_certificate", "No hay una revisión técnica"),
    ],
)
def test_an_inspection_that_is_not_in_order_says_why(changed: dict[str, object], reason: str, said: str) -> None:
    answer = ask("inspection", CERTIFICATE | changed)

    assert (answer.outcome, answer.reason) == (CheckOutcome.NOT_OK, reason)
    assert answer.message.es.startswith(said)


def test_no_fines_is_ok() -> None:
    answer = ask("fines", NO_FINES)

    assert (answer.outcome, answer.reason) == (CheckOutcome.OK, "none")
    assert answer.references == {"count": "0", "total": "0", "reported_on": "2025-03-20"}


def test_fines_are_told_by_count_and_total_and_nothing_else() -> None:
    one = ask("fines", NO_FINES | {"multas": [FINE]})
    two = ask("fines", NO_FINES | {"multas": [FINE, FINE | {"Monto_Multa": 40_000}]})

    assert (one.outcome, one.reason) == (two.outcome, two.reason) == (CheckOutcome.NOT_OK, "unpaid")
    assert "1 multa de tránsito pendiente por $61.850" in one.message.es
    assert "2 multas de tránsito pendientes por un total de $103.700" in two.message.es
    assert two.references == {"count": "2", "total": "103700", "reported_on": "2025-03-20"}
    assert "SECRETO" not in repr((two.message, two.references))
    assert [(fine.fine_id, fine.total) for fine in one.payable] == [("1", Money(61_850))]
    assert "MOTIVO" not in repr(two.payable)


BROKEN: list[tuple[str, Any]] = [
    *((code, b"") for code in GOOD),
    *((code, b'<html>{"\xff') for code in GOOD),
    *((code, []) for code in GOOD),
    *((code, {}) for code in GOOD),
    *((code, b"[" * 100_000) for code in GOOD),
    *((code, b"x" * (2 * 1024 * 1024)) for code in GOOD),
    *(("insurance", {key: value for key, value in POLICY.items() if key != gone}) for gone in (
        "CodError", "NroFolio", "NroPoliza", "NombreCompania", "Patente", "DigPatente", "FechaInicio", "FechaTermino"
    )),
    ("insurance", POLICY | {"CodError": "99"}),
    ("insurance", POLICY | {"Patente": "ZZBB11", "DigPatente": "1"}),
    ("insurance", POLICY | {"DigPatente": "4"}),
    ("insurance", POLICY | {"FechaTermino": "20261331"}),
    ("insurance", POLICY | {"FechaTermino": "31-03-2026"}),
    ("insurance", POLICY | {"FechaTermino": 20260331}),
    ("insurance", POLICY | {"FechaInicio": "20270101"}),
    ("insurance", POLICY | {"NombreCompania": "A" * 201}),
    *(("inspection", {key: value for key, value in CERTIFICATE.items() if key != gone}) for gone in (
        "COD_RESULTADO", "PPUDV", "CODIGO_PRT", "ID_CRT", "estadorevtec", "FECHA_REVISION", "FECHA_VENCIMIENTO",
        "ID_CRT_G", "estadorevtec_G", "FECHA_VENCIMIENTO_G",
    )),
    ("inspection", CERTIFICATE | {"COD_RESULTADO": "02"}),
    ("inspection", CERTIFICATE | {"PPUDV": "ZZBB11-1"}),
    ("inspection", CERTIFICATE | {"estadorevtec": "EN PROCESO"}),
    *(("fines", {key: value for key, value in NO_FINES.items() if key != gone}) for gone in NO_FINES),
    ("fines", NO_FINES | {"Placa": "ZZBB11"}),
    ("fines", NO_FINES | {"multas": None}),
    ("fines", NO_FINES | {"multas": [1]}),
    ("fines", NO_FINES | {"multas": [FINE | {"Monto_Multa": -1}]}),
    ("fines", NO_FINES | {"multas": [FINE | {"Monto_Multa": True}]}),
    ("fines", NO_FINES | {"multas": [FINE | {"Moneda": "UTM"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "body"), BROKEN, ids=lambda value: str(value)[:20] if isinstance(value, str) else "")
def test_what_is_unclear_is_unavailable(code: str, body: object) -> None:
    answer = ask(code, body)

    assert (answer.outcome, answer.references) == (CheckOutcome.UNAVAILABLE, {})
    assert "intente nuevamente" in answer.message.es


@pytest.mark.parametrize("code", GOOD)
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 503])
def test_any_status_but_200_is_unavailable_even_with_a_good_body(code: str, status: int) -> None:
    answer = ask(code, GOOD[code], status)

    assert (answer.outcome, answer.reason) == (CheckOutcome.UNAVAILABLE, f"status_{status}")


@pytest.mark.parametrize("code", GOOD)
def test_a_register_that_is_silent_is_unavailable(code: str) -> None:
    release = threading.Event()

    def silent(handler: BaseHTTPRequestHandler) -> None:
        release.wait(10)
        handler.close_connection = True

    with serving(silent) as server:
        impatient = RegisterAccess(url=server.url, user="u", password="p", connect=1, read=0.1)
        answer = get_register(code).ask(QUESTION, impatient)
        release.set()

    assert (answer.outcome, answer.reason, answer.raw_sha256) == (CheckOutcome.UNAVAILABLE, "unreachable", "")


@pytest.mark.parametrize("code", GOOD)
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://", "", "nonsense"])
def test_a_register_that_cannot_be_reached_is_unavailable(code: str, url: str) -> None:
    answer = get_register(code).ask(QUESTION, access(url))

    assert (answer.outcome, answer.reason) == (CheckOutcome.UNAVAILABLE, "unreachable")
