"""A municipality's side of TGR's contract, written independently of the platform: used by the tests of the sandbox."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import httpx

from tests.contracts.sandbox_process import Received, Sandbox

KEY = "clave de prueba ñ"
FORMULARIO = 991
RETURN_URL = "http://prueba.localhost:9/return/abc?x=1"
_ids = count(1)


def order(**changes: object) -> dict[str, object]:
    now = local_now()
    return {
        "VERSION": 1,
        "REFADDRESS": 7,
        "DATETIME": now.isoformat(),
        "NUMBER": 1,
        "IDEXT": f"13120-{next(_ids)}",
        "STATUS": "NEW",
        "RUT": 44000001,
        "DV": "0",
        "FORMULARIO": FORMULARIO,
        "FOLIO": 5,
        "VENCIMIENTO": (now + timedelta(minutes=30)).isoformat(),
        "MONEDA": 152,
        "MONTO": 70_000,
        "MOVIMIENTO": "PAG",
        "URLRETORNO": RETURN_URL,
        "ITEMS": [
            {"ITEM": 1, "GLOSA": "Permiso de circulación 2025", "MONTO": 50_000},
            {"ITEM": 2, "GLOSA": "Otra línea <b>", "MONTO": 20_000},
        ],
    } | changes


def local_now() -> datetime:
    return datetime.now(ZoneInfo("America/Santiago")).replace(tzinfo=None, microsecond=0)


def sign(body: bytes, key: str = KEY) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def send(sandbox: Sandbox, message: object, *, key: str = KEY) -> httpx.Response:
    body = json.dumps(message).encode()
    return sandbox.http.post("/tgr/orders", content=body, headers={"X-TGR-Signature": sign(body, key)})


def place(sandbox: Sandbox, **changes: object) -> tuple[str, str]:
    """Place an order and give IDEXT and REFERENCIA."""
    answer = send(sandbox, order(**changes)).raise_for_status().json()
    return answer["IDEXT"], answer["REFERENCIA"]


def act(sandbox: Sandbox, reference: str, action: str = "pay", means: str = "D") -> httpx.Response:
    return sandbox.http.post(f"/tgr/pay/{reference}", data={"action": action, "means": means})


def captured(sandbox: Sandbox, idext: str) -> list[dict[str, object]]:
    return [each for each in sandbox.http.get("/tgr/book").json()["captured"] if each["idext"] == idext]


def is_genuine(notice: Received) -> bool:
    return notice.headers["X-TGR-Signature"] == sign(notice.body)
