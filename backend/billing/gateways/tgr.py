"""Tesorería General de la República: the payment button, as far as its contract is known.

Message names and fields are those that municipal systems store (a permit system and SICAR of Bienes Nacionales):
message 1 orders, message 2 reports. Assumptions of ours, replaceable per agreement (docs/adr): JSON over HTTPS,
``X-TGR-Signature: sha256=<hex>`` with HMAC-SHA256 over the raw body in both directions, local times of
America/Santiago, one FORMULARIO per agreement, MONEDA 152 (ISO 4217 numeric of the peso).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from backend.billing.gateways import tgr_files
from backend.billing.gateways.base import (
    GatewayAccess,
    GatewayNotice,
    GatewayOrder,
    GatewayRefused,
    GatewayUnavailable,
    Handover,
    UnreadableNotice,
)
from backend.billing.gateways.filing import CollectionItem, DepositItem, DirtyRow
from backend.billing.rules import Source
from backend.shared import http
from backend.shared.money import Money
from backend.shared.rut import InvalidRut, Rut
from backend.shared.text import Text

SIGNATURE_HEADER = "X-TGR-Signature"
PESO = 152
CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0
_SANTIAGO = ZoneInfo("America/Santiago")
GREATEST = 2**63 - 1
"""What is larger is no number that any of the two sides could store."""
_IDEXT = re.compile(r"[0-9A-Za-z-]{1,20}")
_HEADER_FIELDS = ("VERSION", "REFADDRESS", "DATETIME", "NUMBER")  # they differ between repeats of one report
MEANS = MappingProxyType(
    {
        "T": Text(es="Tarjeta bancaria", en="Bank card"),
        "C": Text(es="Tarjeta de casa comercial", en="Store card"),
        "D": Text(es="Tarjeta de débito", en="Debit card"),
        "B": Text(es="Transferencia bancaria", en="Bank transfer"),
    }
)
_OTHER_MEANS = Text(es="Otro medio", en="Other means")


class Tgr:
    """The gateway of the Tesorería General."""

    code = "tgr"
    name = Text(es="Tesorería General de la República", en="Treasury of the Republic")
    hint = Text(es="Pagará en el sitio de la Tesorería General.", en="You will pay at the Treasury.")

    def place_order(self, order: GatewayOrder, access: GatewayAccess) -> Handover:
        """Send message 1; the same IDEXT with the same content gets the same answer."""
        raw = message_1(order)
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature(raw, access.key)}
        try:
            answer = http.request(
                "POST",
                f"{access.url}/tgr/orders",
                institution=self.code,
                connect=CONNECT_SECONDS,
                read=READ_SECONDS,
                content=raw,
                headers=headers,
            )
        except http.TransportFailed as error:
            raise GatewayUnavailable from error
        if 400 <= answer.status_code < 500:
            raise GatewayRefused(status=answer.status_code)
        try:
            body = answer.json()
            if answer.status_code != 200 or body["IDEXT"] != order.number:
                raise GatewayUnavailable(status=answer.status_code)
            return Handover(reference=str(body["REFERENCIA"]), url=str(body["URLPAGO"]))
        except (ValueError, KeyError, TypeError) as error:
            raise GatewayUnavailable(status=answer.status_code) from error

    def is_authentic(self, raw: bytes, headers: Mapping[str, str], key: bytes) -> bool:
        """Compare the signature header in constant time."""
        return hmac.compare_digest(signature(raw, key).encode(), headers.get(SIGNATURE_HEADER, "").encode())

    def parse_notice(self, raw: bytes, source: Source) -> GatewayNotice:
        """Read message 2, or a line of a collection file."""
        if source == Source.FILE:
            return _notice_of_line(raw)
        if source != Source.NOTICE:
            raise UnreadableNotice(why=f"TGR tells nothing by {source}")
        try:
            fields = json.loads(raw)
            if not isinstance(fields, dict):
                raise UnreadableNotice(why="not an object")
            amount, operation, number = fields["TOTALPAGO"], int(fields["IDOPERACION"]), fields["IDEXT"]
            if type(amount) is not int or not 0 <= amount <= GREATEST or fields["STATUS"] not in ("OK", "NOK"):
                raise UnreadableNotice(why="TOTALPAGO or STATUS")
            if not 0 <= operation <= GREATEST or not _IDEXT.fullmatch(number):
                raise UnreadableNotice(why="IDOPERACION or IDEXT")
            return GatewayNotice(
                operation_id=str(operation),
                order_number=number,
                succeeded=fields["STATUS"] == "OK",
                amount=Money(amount),
                paid_at=datetime.fromisoformat(fields["FECHAPAGO"]).replace(tzinfo=_SANTIAGO),
                means=MEANS.get(str(fields["TIPOPAGO"]), _OTHER_MEANS),
                content_sha256=_content_hash(fields),
                payer=_payer(fields.get("RUT")),
            )
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise UnreadableNotice(why=f"{type(error).__name__}: {error}") from error

    def read_collection(self, lines: Iterable[bytes]) -> Iterator[CollectionItem]:
        """Read a collection file row by row."""
        return tgr_files.read_collection(lines)

    def read_deposit(self, lines: Iterable[bytes]) -> Iterator[DepositItem]:
        """Read a deposit advice row by row."""
        return tgr_files.read_deposit(lines)


GATEWAY = Tgr()


def message_1(order: GatewayOrder) -> bytes:
    """Build message 1, byte for byte the same for the same order."""
    return json.dumps(
        {
            "VERSION": 1,
            "REFADDRESS": order.sequence,
            "DATETIME": _local(order.created_at),
            "NUMBER": order.sequence,
            "IDEXT": order.number,
            "STATUS": "NEW",
            "RUT": order.payer.number,
            "DV": order.payer.check_digit,
            "FORMULARIO": order.form_number,
            "FOLIO": order.sequence,
            "VENCIMIENTO": _local(order.valid_until),
            "MONEDA": PESO,
            "MONTO": order.total.pesos,
            "MOVIMIENTO": "PAG",
            "URLRETORNO": order.return_url,
            "ITEMS": [
                {"ITEM": number, "GLOSA": line.text[:150], "MONTO": line.amount.pesos}
                for number, line in enumerate(order.lines, start=1)
            ],
        },
        ensure_ascii=False,
    ).encode()


def signature(raw: bytes, key: bytes) -> str:
    """Return the signature header's value for a body."""
    return "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest()


def _local(instant: datetime) -> str:
    return instant.astimezone(_SANTIAGO).replace(tzinfo=None).isoformat(timespec="seconds")


def _notice_of_line(raw: bytes) -> GatewayNotice:
    line = tgr_files.read_line(raw)
    if isinstance(line, DirtyRow):
        raise UnreadableNotice(why=line.message.en)
    return GatewayNotice(
        operation_id=line.operation_id,
        order_number=line.order_number,
        succeeded=True,
        amount=line.amount,
        paid_at=line.paid_at,
        means=MEANS.get(line.means, _OTHER_MEANS),
        content_sha256=hashlib.sha256(raw).hexdigest(),
        payer=line.payer,
    )


def _payer(number: object) -> str:
    try:
        return str(Rut(int(str(number))))
    except (ValueError, InvalidRut):
        return ""


def _content_hash(fields: dict[str, object]) -> str:
    content = {name: value for name, value in fields.items() if name not in _HEADER_FIELDS}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
