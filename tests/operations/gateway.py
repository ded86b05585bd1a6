"""TGR's side as tests play it: message 2, signed with the agreement's key or with another."""

import itertools
import json
import os
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.test import Client

from backend.billing import notices
from backend.billing.gateways.tgr import SIGNATURE_HEADER, signature
from backend.billing.models import HomelessMoney, LedgerEntry, Notice, NoticeReading
from backend.billing.operations import OpenedOrder
from backend.shared import clock
from tests.operations.debts import Car, in_town
from tests.operations.platform import JOINED, environment

_operations = itertools.count(random.randrange(10**6, 10**8) if JOINED in os.environ else 1000)
_SANTIAGO = ZoneInfo("America/Santiago")


@dataclass(frozen=True)
class SignedNotice:
    """Bytes and the header that goes with them."""

    raw: bytes
    signature: str

    @property
    def operation_id(self) -> str:
        return str(json.loads(self.raw)["IDOPERACION"])


def new_operation() -> int:
    """An operation number that TGR has not used yet."""
    return next(_operations)


def agreement_key(town: str) -> bytes:
    return (Path(environment()["SEM_SECRETS_DIR"]) / town / "tgr.key").read_bytes().strip()


def signed(raw: bytes, *, town: str) -> SignedNotice:
    """Whatever bytes, signed with the town's key."""
    return SignedNotice(raw, signature(raw, agreement_key(town)))


def notice(
    town: str,
    number: str,
    amount: int,
    *,
    status: str = "OK",
    operation: int | None = None,
    paid_at: datetime | None = None,
    means: str = "D",
    attempt: int = 1,
) -> SignedNotice:
    """Message 2 about the order of that number; `attempt` differs between repeats, as in the real envelope."""
    local = (paid_at or clock.now()).astimezone(_SANTIAGO).replace(tzinfo=None).isoformat(timespec="seconds")
    operation = operation if operation is not None else new_operation()
    fields = {
        "VERSION": 1,
        "REFADDRESS": attempt,
        "DATETIME": local,
        "NUMBER": attempt,
        "IDEXT": number,
        "STATUS": status,
        "IDOPERACION": operation,
        "IDTRANSACCION": operation + 1,
        "RUT": 44_000_001,
        "FORMULARIO": 1,
        "FOLIO": 1,
        "VENCIMIENTO": local,
        "TOTALPAGO": amount,
        "CODIGO": 903,
        "NOMBRE": "Banco de prueba",
        "FECHAPAGO": local,
        "TIPOPAGO": means,
    }
    return signed(json.dumps(fields).encode(), town=town)


def notice_of(
    car: Car,
    opened: OpenedOrder,
    *,
    status: str = "OK",
    amount: int | None = None,
    operation: int | None = None,
    paid_at: datetime | None = None,
    attempt: int = 1,
) -> SignedNotice:
    """Message 2 about an order of that car."""
    total = opened.order.total if amount is None else amount
    return notice(
        car.town,
        opened.order.number,
        total,
        status=status,
        operation=operation,
        paid_at=paid_at,
        attempt=attempt,
    )


def post(town: str, sent: SignedNotice, *, host: str | None = None) -> HttpResponse:
    """Send it to the town's callback over the platform's own stack."""
    headers = {"host": host or f"{town}.localhost", SIGNATURE_HEADER: sent.signature}
    return cast(
        HttpResponse,
        Client().post("/callbacks/tgr", sent.raw, content_type="application/json", headers=headers),
    )


def hear(town: str, sent: SignedNotice) -> str:
    """Send it, have it read, read it once more (which must change nothing); returns the outcome."""
    assert post(town, sent).status_code == 200
    with in_town(town):
        newest = Notice.objects.filter(is_authentic=True).latest("id")
        assert bytes(newest.raw) == sent.raw
        outcome = notices.read_notice(notice_id=newest.id)
        before = books(town)
        assert notices.read_notice(notice_id=newest.id) == outcome
        assert books(town) == before
    return outcome


def books(town: str) -> tuple[int, int, int]:
    """How many readings, postings and homeless sums there are."""
    with in_town(town):
        return NoticeReading.objects.count(), LedgerEntry.objects.count(), HomelessMoney.objects.count()


def postings(town: str, sent: SignedNotice) -> list[tuple[str, str, int]]:
    """Debit, credit and amount of what an operation posted."""
    with in_town(town):
        rows = LedgerEntry.objects.filter(cause=f"tgr:{sent.operation_id}").order_by("line")
        return list(rows.values_list("debit", "credit", "amount"))


def homeless(town: str, sent: SignedNotice) -> list[tuple[int, str, str]]:
    """Amount, reason and proposed action of homeless money of an operation."""
    with in_town(town):
        rows = HomelessMoney.objects.filter(reading__operation_id=sent.operation_id)
        return list(rows.values_list("amount", "reason", "proposed_action"))
