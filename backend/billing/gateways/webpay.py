"""Transbank's Webpay Plus REST, API v1.2: a gateway that calls nobody, so that it must be asked.

Paths, headers, fields, limits and states are those of Transbank's public documentation (December 2022):
``POST …/transactions`` creates and gives a token; the payer's browser goes to its form; ``PUT …/{token}`` commits what
she authorised, ``GET …/{token}`` tells the status for seven days, ``POST …/{token}/refunds`` gives back. Approved is
what has ``response_code`` 0 **and** ``status`` AUTHORIZED; ``vci`` says nothing. A payment that nobody commits captures
nothing: Webpay reverses the authorisation by itself.

What a commit is refused with is not documented; it stands in the issues of Transbank's SDKs on GitHub: "Invalid status
'0' for transaction while authorizing" for a payer who has not paid yet (it changes nothing), "Transaction has an
invalid finished state: aborted" after a cancel or a time-out, "Transaction already locked by another process".

Assumptions of ours, to be confirmed in certification: status says AUTHORIZED only of what was committed; the form opens
with ``?token_ws=`` in the address; a buy_order is taken once, so that each attempt has four characters of chance behind
the order's number.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from backend.billing.gateways.base import (
    CapturedOperation,
    GatewayAccess,
    GatewayNotice,
    GatewayOrder,
    GatewayRefused,
    GatewayUnavailable,
    Handover,
    RefundReceipt,
    RefundRefused,
    UnreadableNotice,
)
from backend.billing.rules import Source
from backend.shared import clock, http
from backend.shared.money import Money
from backend.shared.text import Text

PATH = "/rswebpaytransaction/api/webpay/v1.2/transactions"
CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0
LONGEST_ADDRESS = 256
GREATEST = 2**63 - 1
NEVER_CAPTURED_AFTER = timedelta(hours=1)
"""Five minutes to open the form and ten to pay leave nothing to commit after this."""
_FINISHED, _LOCKED = "invalid finished state", "locked by another process"
_BUY_ORDER = re.compile(r"([0-9A-Za-z-]{1,20})-[0-9A-F]{4}")
_FOR_A_PERSON = ("CAPTURED", "REVERSED", "NULLIFIED", "PARTIALLY_NULLIFIED")
"""Not by anything that the platform did: it gives back only what it has heard of, and captures nothing apart."""
_FINAL = ("AUTHORIZED", "FAILED", *_FOR_A_PERSON)
_INSTALMENTS = Text(es="Tarjeta de crédito en cuotas", en="Credit card, in instalments")
MEANS = MappingProxyType(
    {
        "VD": Text(es="Tarjeta de débito", en="Debit card"),
        "VN": Text(es="Tarjeta de crédito", en="Credit card"),
        "VP": Text(es="Tarjeta de prepago", en="Prepaid card"),
        **dict.fromkeys(("VC", "SI", "S2", "NC"), _INSTALMENTS),
    }
)
_TOLD_NO_MORE = Text(
    es="Webpay informa de un pago durante siete días; después no se puede comprobar qué devolvió",
    en="Webpay tells about a payment for seven days; after that nobody can check what it gave back",
)
_OTHERWISE = Text(
    es="Webpay dice haber devuelto ya {given}, y aquí consta {known}",
    en="Webpay says that it gave back {given}, and here it is {known}",
)
_NOT_CAPTURED = Text(
    es="Webpay no reconoce esta operación por este monto como pagada",
    en="Webpay does not know this operation as paid with this amount",
)


@dataclass(frozen=True)
class _Answer:
    """What a call was answered: `fields` of a JSON object, `text` as it came."""

    http_status: int
    text: str
    fields: Mapping[str, Any]

    @property
    def message(self) -> str:
        return str(self.fields.get("error_message", ""))


class Webpay:
    """The gateway of Transbank."""

    code = "webpay"
    name = Text(es="Webpay Plus de Transbank", en="Webpay Plus by Transbank")
    hint = Text(es="Pagará con su tarjeta en el sitio de Webpay.", en="You will pay with your card at Webpay.")

    def place_order(self, order: GatewayOrder, access: GatewayAccess) -> Handover:
        """Create a transaction. A repeat creates another one, which nobody is sent to."""
        if len(order.return_url) > LONGEST_ADDRESS:
            raise GatewayRefused(why="return_url")
        wish = {
            "buy_order": f"{order.number}-{secrets.token_hex(2).upper()}",
            "session_id": order.number,
            "amount": order.total.pesos,
            "return_url": order.return_url,
        }
        answer = _call("POST", "", access, wish)
        if 400 <= answer.http_status < 500:
            raise GatewayRefused(status=answer.http_status, why=answer.message)
        token, url = answer.fields.get("token"), answer.fields.get("url")
        is_whole = isinstance(token, str) and isinstance(url, str) and 0 < len(token) <= 64 and 0 < len(url) <= 255
        if answer.http_status != 200 or not is_whole:
            raise GatewayUnavailable(status=answer.http_status)
        return Handover(reference=str(token), url=f"{url}?token_ws={token}")

    def is_authentic(self, raw: bytes, headers: Mapping[str, str], key: bytes) -> bool:
        """Believe nothing that calls us: Webpay does not."""
        return False

    def ask(self, order_number: str, reference: str, access: GatewayAccess) -> bytes | None:
        """Ask the status, and commit what the payer may have authorised since."""
        now = clock.now()
        status = _require_about(order_number, _status(reference, access), "INITIALIZED", *_FINAL)
        if status.fields["status"] in _FINAL:
            return _report(now, status)
        commit = _call("PUT", f"/{reference}", access)
        if commit.http_status == 200:
            return _report(now, status, _require_about(order_number, commit, *_FINAL))
        if commit.http_status != 422:
            raise GatewayUnavailable(status=commit.http_status)
        is_lapsed = _is_lapsed(status, now) and _LOCKED not in commit.message
        return _report(now, status, commit) if is_lapsed or _FINISHED in commit.message else None

    def parse_notice(self, raw: bytes, source: Source) -> GatewayNotice:
        """Read what `ask` brought: the commit where it did something, else the status."""
        if source != Source.ANSWER:
            raise UnreadableNotice(why=f"Webpay tells nothing by {source}")
        try:
            return _parse(json.loads(raw))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableNotice(why=f"{type(error).__name__}: {error}") from error

    def refund(
        self, operation: CapturedOperation, amount: Money, already: Money, access: GatewayAccess
    ) -> RefundReceipt:
        """Compare what was given back with what we know of, then ask: Webpay gives back as often as it is asked.

        So nothing is given back where the status is told no more, seven days after the payment.
        """
        try:
            known = _status(operation.reference, access).fields
        except GatewayRefused as error:
            raise RefundRefused(why=_TOLD_NO_MORE) from error
        given = _given_back(known, operation)
        if given == already + amount:
            return RefundReceipt(reference=str(known.get("authorization_code", "")), was_done_before=True)
        if given != already:
            raise RefundRefused(why=_OTHERWISE.format(given=given, known=already))
        answer = _call("POST", f"/{operation.reference}/refunds", access, {"amount": amount.pesos})
        if answer.http_status >= 500 or answer.http_status == 401:
            raise GatewayUnavailable(status=answer.http_status)
        if answer.http_status != 200 or answer.fields.get("response_code", 0) != 0:
            raise RefundRefused(why=answer.message[:200] or f"response_code {answer.fields.get('response_code')}")
        if answer.fields.get("type") not in ("REVERSED", "NULLIFIED"):
            raise GatewayUnavailable(status=answer.http_status)
        return RefundReceipt(reference=str(answer.fields.get("authorization_code", "")), was_done_before=False)


GATEWAY = Webpay()


def _call(method: str, path: str, access: GatewayAccess, body: object = None) -> _Answer:
    """Make one call; raises `GatewayUnavailable` where no JSON object came back."""
    try:
        answer = http.request(
            method,
            f"{access.url}{PATH}{path}",
            institution=Webpay.code,
            connect=CONNECT_SECONDS,
            read=READ_SECONDS,
            headers={"Tbk-Api-Key-Id": str(access.number), "Tbk-Api-Key-Secret": access.key.decode()},
            json=body,
        )
        fields = json.loads(answer.content)
    except (http.TransportFailed, ValueError) as error:
        raise GatewayUnavailable from error
    if not isinstance(fields, dict):
        raise GatewayUnavailable(status=answer.status_code)
    return _Answer(answer.status_code, answer.content.decode(), fields)


def _status(reference: str, access: GatewayAccess) -> _Answer:
    """Ask the status; raises `GatewayRefused` for a token that is unknown or too old, `GatewayUnavailable` else."""
    answer = _call("GET", f"/{reference}", access)
    if answer.http_status in (404, 422):
        raise GatewayRefused(status=answer.http_status, why=answer.message)
    if answer.http_status != 200 or not isinstance(answer.fields.get("status"), str):
        raise GatewayUnavailable(status=answer.http_status)
    return answer


def _require_about(order_number: str, answer: _Answer, *states: str) -> _Answer:
    """Return an answer about that order, complete and in one of the states; raises `GatewayUnavailable` for another."""
    is_known = answer.fields.get("status") in states
    try:
        _instant(answer.fields)
    except (KeyError, ValueError) as error:
        raise GatewayUnavailable from error
    if not is_known or _number_of(answer.fields) != order_number or type(answer.fields.get("amount")) is not int:
        raise GatewayUnavailable(status=answer.http_status)
    return answer


def _is_lapsed(status: _Answer, now: datetime) -> bool:
    return now - _instant(status.fields) > NEVER_CAPTURED_AFTER


def _given_back(known: Mapping[str, Any], operation: CapturedOperation) -> Money:
    """Tell how much of an operation was given back; raises `RefundRefused` where it captured nothing like that."""
    state, captured = known["status"], known.get("amount")
    if captured != operation.amount.pesos or known.get("buy_order") != operation.operation_id:
        raise RefundRefused(why=_NOT_CAPTURED)
    if state == "AUTHORIZED":
        return Money(0)
    if state == "PARTIALLY_NULLIFIED" and type(known.get("balance")) is int:
        return operation.amount - Money(known["balance"])
    if state in ("REVERSED", "NULLIFIED"):
        return operation.amount
    raise RefundRefused(why=_NOT_CAPTURED)


def _report(now: datetime, status: _Answer, commit: _Answer | None = None) -> bytes:
    """Put both answers side by side, as they came: an error of a commit does not say whose it is."""
    calls = {"status": status, "commit": commit}
    answers = {name: {"http": each.http_status, "body": each.text} for name, each in calls.items() if each is not None}
    return json.dumps({"asked_at": now.isoformat(), **answers}, ensure_ascii=False).encode()


def _parse(report: Any) -> GatewayNotice:
    status = json.loads(report["status"]["body"])
    commit = report.get("commit")
    said = json.loads(commit["body"]) if commit is not None and commit["http"] == 200 else status
    number, buy_order, amount = _number_of(status), status["buy_order"], said["amount"]
    if number is None or said["buy_order"] != buy_order:
        raise UnreadableNotice(why="buy_order")
    if said["status"] in _FOR_A_PERSON:
        raise UnreadableNotice(why=f"{said['status']} before it was heard as paid")
    if said["status"] not in ("INITIALIZED", *_FINAL) or type(amount) is not int or not 0 <= amount <= GREATEST:
        raise UnreadableNotice(why="status or amount")
    succeeded = said["status"] == "AUTHORIZED" and said["response_code"] == 0
    means = said.get("payment_type_code")
    content = (buy_order, succeeded, *((amount, said.get("authorization_code"), means) if succeeded else ()))
    return GatewayNotice(
        operation_id=buy_order,
        order_number=number,
        succeeded=succeeded,
        amount=Money(amount if succeeded else 0),
        paid_at=_instant(said),
        means=MEANS.get(str(means), Text(es="Otro medio", en="Other means")),
        content_sha256=hashlib.sha256(json.dumps(content).encode()).hexdigest(),
    )


def _number_of(fields: Mapping[str, Any]) -> str | None:
    found = _BUY_ORDER.fullmatch(str(fields.get("buy_order", "")))
    return found.group(1) if found else None


def _instant(fields: Mapping[str, Any]) -> datetime:
    """Read when the transaction took place; raises KeyError, ValueError."""
    moment = datetime.fromisoformat(str(fields["transaction_date"]))
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment
