"""Message 2 of TGR, written by a test: genuine where it is signed with the agreement's key, forged otherwise."""

import itertools
import json
import time

import httpx

from backend.cli.loopback import LoopbackTransport
from sandbox.tgr.contract import SIGNATURE_HEADER, signature
from tests.live.platform import Town

_PAID_AT = "2025-03-20T12:00:00"
_operations = itertools.count(time.time_ns() // 1000 * 1000)  # longer than the sandbox' own: never one of them


def message_2(idext: str, *, form: int, amount: int, operation: int | None = None) -> bytes:
    """What TGR would say if `amount` had been paid for our order `idext`."""
    return json.dumps(
        {
            "VERSION": 1,
            "REFADDRESS": 1,
            "DATETIME": _PAID_AT,
            "NUMBER": 1,
            "IDEXT": idext,
            "STATUS": "OK",
            "IDOPERACION": operation or next(_operations),
            "IDTRANSACCION": 123456789012,
            "RUT": 44000001,
            "FORMULARIO": form,
            "FOLIO": 1,
            "VENCIMIENTO": _PAID_AT,
            "TOTALPAGO": amount,
            "CODIGO": 901,
            "NOMBRE": "Tarjeta de prueba",
            "FECHAPAGO": _PAID_AT,
            "TIPOPAGO": "T",
        }
    ).encode()


def post_notice(town: Town, raw: bytes, *, key: str, host: str | None = None) -> int:
    """Post a notice signed with `key` to the municipality's door (or to the same door under another host name)."""
    origin = httpx.URL(town.origin)
    address = origin.copy_with(host=host or origin.host, path="/callbacks/tgr")
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature(key, raw)}
    with httpx.Client(transport=LoopbackTransport(), timeout=60) as client:
        return client.post(address, content=raw, headers=headers).status_code
