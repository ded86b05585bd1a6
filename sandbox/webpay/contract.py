"""The words of the API: what a shop may send, what it is answered, in the field names of Transbank."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

BASE = "/rswebpaytransaction/api/webpay/v1.2/transactions"
FORM = "/webpayserver/initTransaction"
KEY_ID, KEY_SECRET = "Tbk-Api-Key-Id", "Tbk-Api-Key-Secret"

OPENED_WITHIN = timedelta(minutes=5)
PAID_WITHIN = timedelta(minutes=10)
COMMITTED_WITHIN = timedelta(minutes=10)
STATUS_FOR = timedelta(days=7)
REVERSED_WITHIN = timedelta(hours=3)
NULLIFIED_WITHIN = timedelta(days=90)

MEANS = {"VD": "Débito", "VN": "Crédito sin cuotas", "VC": "Crédito en cuotas", "VP": "Prepago"}
ONLY_WHOLE = ("VD", "VP")
IN_INSTALMENTS = ("VC", "SI", "S2", "NC")
_INSTALMENTS = 6

NOT_FOUND = "Invalid value for parameter: transaction not found"
TOO_OLD = "The transactions's date has passed max time (7 days) to recover the status"
NOT_PAID_YET = "Invalid status '0' for transaction while authorizing. Commerce will be notified by webpay to authorize"
ABORTED = "Transaction has an invalid finished state: aborted"
LOCKED = "Transaction already locked by another process"


class Refusal(Exception):
    """What the API answers instead: a status of HTTP and an `error_message`."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.message, self.status = message, status


@dataclass(frozen=True)
class Wish:
    """The body of a create."""

    buy_order: str
    session_id: str
    amount: int
    return_url: str


@dataclass(frozen=True)
class Transaction:
    """`outcome`: "" while the payer has done nothing, then approved, rejected or aborted. Instants in UTC.

    `told` is how many commits and status calls were answered with the outcome; `refunded` is in pesos.
    """

    token: str
    commerce_code: int
    wish: Wish
    created_at: datetime
    opened_at: datetime | None
    outcome: str
    paid_at: datetime | None
    committed_at: datetime | None
    means: str
    authorization_code: str
    accounting_date: str
    captured: int
    refunded: int
    is_reversed: bool
    fails_first: bool

    @property
    def status(self) -> str:
        if self.committed_at is None:
            return "INITIALIZED"
        if self.outcome != "approved" or self.fails_first:
            return "FAILED"
        if self.is_reversed:
            return "REVERSED"
        if self.refunded:
            return "NULLIFIED" if self.refunded == self.captured else "PARTIALLY_NULLIFIED"
        return "AUTHORIZED"


def parse_wish(body: object) -> Wish:
    """Raises `Refusal`."""
    if not isinstance(body, dict):
        raise Refusal("Malformed request", 400)
    amount = body.get("amount")
    if amount is None:
        raise Refusal("amount is required!")
    if type(amount) is not int or not 0 < amount < 10**17:
        raise Refusal("Invalid value for parameter: amount")
    return_url = _text(body, "return_url", 256)
    if urlsplit(return_url).scheme not in ("http", "https") or not urlsplit(return_url).hostname:
        raise Refusal("Invalid value for parameter: return_url")
    return Wish(_text(body, "buy_order", 26), _text(body, "session_id", 61), amount, return_url)


def as_answer(transaction: Transaction) -> dict[str, object]:
    """Write what commit and status answer with 200."""
    wish = transaction.wish
    answer: dict[str, object] = {
        "amount": transaction.captured or wish.amount,
        "status": transaction.status,
        "buy_order": wish.buy_order,
        "session_id": wish.session_id,
        "accounting_date": transaction.accounting_date,
        "transaction_date": _instant(transaction.paid_at or transaction.created_at),
        "installments_number": 0,
    }
    if transaction.committed_at is None:
        return answer
    is_approved = transaction.status != "FAILED"
    answer |= {
        "vci": "TSY" if is_approved else "TSN",
        "card_detail": {"card_number": "6623"},
        "authorization_code": transaction.authorization_code if is_approved else "000000",
        "payment_type_code": transaction.means,
        "response_code": 0 if is_approved else -1,
    }
    if transaction.means in IN_INSTALMENTS:
        part = transaction.captured // _INSTALMENTS
        answer |= {"installments_number": _INSTALMENTS, "installments_amount": part}
    if transaction.refunded:
        answer["balance"] = transaction.captured - transaction.refunded
    return answer


def way_back(transaction: Transaction, how: str) -> str:
    """Write the address to which the browser goes back: `how` is normal, timeout, cancelled or error."""
    names = {"TBK_ID_SESION": transaction.wish.session_id, "TBK_ORDEN_COMPRA": transaction.wish.buy_order}
    token = transaction.token
    query = {
        "normal": {"token_ws": token},
        "timeout": names,
        "cancelled": {"TBK_TOKEN": token, **names},
        "error": {"token_ws": token, "TBK_TOKEN": token, **names},
    }[how]
    url = transaction.wish.return_url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}"


def _text(body: dict[str, object], name: str, longest: int) -> str:
    value = body.get(name)
    if value is None:
        raise Refusal(f"{name} is required!")
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise Refusal(f"Invalid value for parameter: {name}")
    return value


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
