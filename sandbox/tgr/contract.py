"""The two messages: the order that an institution sends (1) and the notice that TGR sends (2)."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sandbox.identifiers import rut_check_digit

SIGNATURE_HEADER = "X-TGR-Signature"
CHILEAN_PESO = 152
GREATEST_INT = 2**31 - 1
MEANS = {
    "T": "Tarjeta de crédito",
    "C": "Tarjeta de casa comercial",
    "D": "Tarjeta de débito",
    "B": "Transferencia bancaria",
}
_PAYING_INSTITUTION = {"T": 901, "C": 902, "D": 903, "B": 904}
_LOCAL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


class Malformed(ValueError):
    """Raised by `parse_order`; the text is Spanish, for the MENSAJE of the answer."""


@dataclass(frozen=True)
class Item:
    gloss: str
    amount: int


@dataclass(frozen=True)
class Order:
    """Message 1. Amounts in pesos; times are local in America/Santiago, without zone."""

    version: int
    ref_address: int
    number: int
    sent_at: datetime
    idext: str
    rut: int
    formulario: int
    folio: int
    due_at: datetime
    amount: int
    return_url: str
    items: tuple[Item, ...]

    @property
    def content(self) -> tuple[object, ...]:
        """What a repeated order may not change; envelope and return address may differ."""
        return (self.idext, self.rut, self.formulario, self.folio, self.due_at, self.amount, self.items)


def signature(key: str, body: bytes) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def formulario_of(body: bytes) -> int:
    """Read only the number of the agreement, whose key authenticates the rest. Raises Malformed."""
    return _whole(_object(body), "FORMULARIO")


def idext_of(body: bytes) -> str:
    """Read our partner's id for matching faults; empty where there is none."""
    try:
        return str(_object(body).get("IDEXT", ""))
    except Malformed:
        return ""


def parse_order(body: bytes) -> Order:
    """Raises Malformed."""
    message = _object(body)
    if message.get("STATUS") != "NEW" or message.get("MOVIMIENTO") != "PAG" or message.get("MONEDA") != CHILEAN_PESO:
        raise Malformed("STATUS, MOVIMIENTO o MONEDA no corresponden a una orden de pago")
    rut, amount = _whole(message, "RUT"), _whole(message, "MONTO")
    if message.get("DV") != rut_check_digit(rut):
        raise Malformed("DV no corresponde al RUT")
    items = _items(message.get("ITEMS"))
    if amount < 1 or amount != sum(item.amount for item in items):
        raise Malformed("MONTO no es la suma de ITEMS")
    return_url = _text(message, "URLRETORNO", 2000)
    if urlsplit(return_url).scheme not in ("http", "https") or not urlsplit(return_url).hostname:
        raise Malformed("URLRETORNO no es una dirección absoluta")
    return Order(
        version=_whole(message, "VERSION"),
        ref_address=_whole(message, "REFADDRESS"),
        number=_whole(message, "NUMBER"),
        sent_at=_local_time(message, "DATETIME"),
        idext=_text(message, "IDEXT", 20),
        rut=rut,
        formulario=_whole(message, "FORMULARIO"),
        folio=_whole(message, "FOLIO"),
        due_at=_local_time(message, "VENCIMIENTO"),
        amount=amount,
        return_url=return_url,
        items=items,
    )


def write_notice(
    order: Order, *, status: str, operation: int, transaction: int, total: int, means: str, paid_at: datetime
) -> bytes:
    """Write message 2; `status` is OK or NOK."""
    message: dict[str, str | int] = {
        "VERSION": order.version,
        "REFADDRESS": order.ref_address,
        "DATETIME": paid_at.isoformat(),
        "NUMBER": order.number,
        "IDEXT": order.idext,
        "STATUS": status,
        "IDOPERACION": operation,
        "IDTRANSACCION": transaction,
        "RUT": order.rut,
        "FORMULARIO": order.formulario,
        "FOLIO": order.folio,
        "VENCIMIENTO": order.due_at.isoformat(),
        "TOTALPAGO": total,
        "CODIGO": _PAYING_INSTITUTION[means],
        "NOMBRE": f"{MEANS[means]} (sim.)"[:30],
        "FECHAPAGO": paid_at.isoformat(),
        "TIPOPAGO": means,
    }
    return json.dumps(message, ensure_ascii=False).encode()


def _object(body: bytes) -> dict[str, object]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise Malformed("El mensaje no es JSON") from error
    if not isinstance(message, dict):
        raise Malformed("El mensaje no es un objeto JSON")
    return message


def _whole(message: dict[str, object], name: str) -> int:
    value = message.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= GREATEST_INT:
        raise Malformed(f"{name} no es un entero válido")
    return value


def _text(message: dict[str, object], name: str, longest: int) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise Malformed(f"{name} no es un texto de 1 a {longest} caracteres")
    return value


def _local_time(message: dict[str, object], name: str) -> datetime:
    value = message.get(name)
    if not isinstance(value, str) or not _LOCAL_TIME.fullmatch(value):
        raise Malformed(f"{name} no es una fecha y hora local AAAA-MM-DDThh:mm:ss")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise Malformed(f"{name} no existe en el calendario") from error


def _items(value: object) -> tuple[Item, ...]:
    if not isinstance(value, list) or not value:
        raise Malformed("ITEMS está vacío")
    items = []
    for place, line in enumerate(value, start=1):
        if not isinstance(line, dict):
            raise Malformed(f"ITEMS {place} no es un objeto")
        _whole(line, "ITEM")
        items.append(Item(gloss=_text(line, "GLOSA", 150), amount=_whole(line, "MONTO")))
    return tuple(items)
