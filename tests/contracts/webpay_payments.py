"""Payments at the sandbox's Webpay as the platform's adapter makes and hears them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from backend.billing.gateways.base import (
    CapturedOperation,
    GatewayAccess,
    GatewayNotice,
    GatewayOrder,
    OrderLine,
)
from backend.billing.gateways.webpay import GATEWAY
from backend.billing.rules import Source
from backend.shared.money import Money
from backend.shared.rut import Rut
from tests.contracts.sandbox_process import Sandbox
from tests.contracts.webpay_partner import CODE, RETURN_URL, SECRET, act

TOTAL = Money(59_543)
_numbers = count(1)


@dataclass(frozen=True)
class Payment:
    """An order of ours that was handed over to Webpay."""

    sandbox: Sandbox
    number: str
    token: str
    url: str

    @property
    def access(self) -> GatewayAccess:
        return GatewayAccess(url=f"http://127.0.0.1:{self.sandbox.port}", key=SECRET.encode(), number=CODE)

    def ask(self) -> GatewayNotice | None:
        raw = GATEWAY.ask(self.number, self.token, self.access)
        return None if raw is None else GATEWAY.parse_notice(raw, Source.ANSWER)

    def heard(self) -> GatewayNotice:
        report = self.ask()
        assert report is not None
        return report

    def act(self, action: str, *, means: str = "VN") -> None:
        act(self.sandbox, self.token, action, means=means)

    def captured(self) -> list[int]:
        return self._book("captured")

    def refunded(self) -> list[int]:
        return self._book("refunded")

    def _book(self, part: str) -> list[int]:
        rows = self.sandbox.http.get("/webpay/book").json()[part]
        return [row["total"] for row in rows if row["reference"] == self.token]


def place(sandbox: Sandbox, number: str) -> Payment:
    now = datetime.now(UTC)
    order = GatewayOrder(
        number=number,
        sequence=1,
        form_number=CODE,
        payer=Rut(44_000_001),
        total=TOTAL,
        created_at=now,
        valid_until=now + timedelta(minutes=30),
        return_url=RETURN_URL,
        lines=(OrderLine("Permiso", TOTAL),),
    )
    unsent = Payment(sandbox, number, "", "")
    handover = GATEWAY.place_order(order, unsent.access)
    return replace(unsent, token=handover.reference, url=handover.url)


def paid(pay: Callable[[], Payment], *, means: str = "VN") -> tuple[Payment, CapturedOperation]:
    """A payment that was captured and heard."""
    payment = pay()
    payment.act("pay", means=means)
    return payment, CapturedOperation(payment.heard().operation_id, payment.token, TOTAL)


def new_payment(sandbox: Sandbox) -> Payment:
    """Hand an order over that no test used."""
    return place(sandbox, f"10105{next(_numbers):08d}ABCD")
