"""What every gateway gives. A gateway translates: it knows no database, no Django, no outbox.

`Gateway` is what each of them is. Where it can be asked what became of a payment it is `Asking` too, where it can give
money back `Refunding`: `isinstance` tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from backend.billing.rules import Source
from backend.shared.errors import DomainError, Refused, Unavailable
from backend.shared.money import Money
from backend.shared.rut import Rut
from backend.shared.text import Text


class GatewayUnavailable(Unavailable):
    """The gateway did not answer, or not in its own language: trying again can help."""

    code = "billing.gateway_unavailable"
    message = Text(
        es="El portal de pagos no responde en este momento. Intente nuevamente en unos minutos: no se ha cobrado nada.",
        en="The payment portal does not answer right now. Try again in a few minutes: nothing has been charged.",
    )


class GatewayRefused(Refused):
    """The gateway refused the order."""

    code = "billing.gateway_refused"
    message = Text(
        es="El portal de pagos rechazó la orden. No se ha cobrado nada; consulte en la municipalidad.",
        en="The payment portal refused the order. Nothing has been charged; please ask the municipality.",
    )


class UnreadableNotice(DomainError):
    """An authentic notice that does not follow the contract."""

    code = "billing.unreadable_notice"
    message = Text(es="Aviso ilegible: {why}", en="Unreadable notice: {why}")


class RefundRefused(Refused):
    """The gateway will not give that back, today or tomorrow: a person decides on another way."""

    code = "billing.refund_refused"
    message = Text(
        es="El portal de pagos no acepta esta devolución: {why}.", en="The payment portal refuses this refund: {why}."
    )


@dataclass(frozen=True)
class OrderLine:
    """A line as the payer sees it at the gateway."""

    text: str
    amount: Money


@dataclass(frozen=True)
class GatewayOrder:
    """What a gateway is told about an order; the same order is always told in the same words."""

    number: str
    sequence: int
    form_number: int
    payer: Rut
    total: Money
    created_at: datetime
    valid_until: datetime
    return_url: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class Handover:
    """Where the payer goes, and the gateway's own reference."""

    reference: str
    url: str


@dataclass(frozen=True)
class GatewayNotice:
    """What a gateway reports about one operation; `content_sha256` is equal for repeats of the same report.

    `payer` is the RUT that the gateway knows of the payer, empty where it knows none.
    """

    operation_id: str
    order_number: str
    succeeded: bool
    amount: Money
    paid_at: datetime
    means: Text
    content_sha256: str
    payer: str = ""


@dataclass(frozen=True)
class GatewayAccess:
    """Address and key of the agreement with a gateway, and the number that the gateway gave to it."""

    url: str
    key: bytes
    number: int


@dataclass(frozen=True)
class CapturedOperation:
    """An operation that captured `amount`, whatever was given back of it since, and the gateway's own reference."""

    operation_id: str
    reference: str
    amount: Money


@dataclass(frozen=True)
class RefundReceipt:
    """What the gateway says of a refund that is done; `reference` is its own name for it, empty where it has none.

    `was_done_before`: an earlier call had done it, whose answer was lost.
    """

    reference: str
    was_done_before: bool


class Gateway(Protocol):
    """A payment gateway. `hint` is what a payer reads before she leaves for it: one sentence."""

    code: str
    name: Text
    hint: Text

    def place_order(self, order: GatewayOrder, access: GatewayAccess) -> Handover:
        """Tell the gateway of an order; safe to repeat. Raises `GatewayUnavailable`, `GatewayRefused`."""

    def is_authentic(self, raw: bytes, headers: Mapping[str, str], key: bytes) -> bool:
        """Tell whether the bytes were signed by the gateway for this agreement."""

    def parse_notice(self, raw: bytes, source: Source) -> GatewayNotice:
        """Read an authentic report that came by `source`; raises `UnreadableNotice`."""


@runtime_checkable
class Asking(Protocol):
    """A gateway that can be asked what became of a payment."""

    def ask(self, order_number: str, reference: str, access: GatewayAccess) -> bytes | None:
        """Return a final report for the inbox, as `parse_notice` reads it with `Source.ANSWER`, or None for not yet.

        Safe to repeat. Raises `GatewayUnavailable`, and `GatewayRefused` where it will never answer about it again.
        """


@runtime_checkable
class Refunding(Protocol):
    """A gateway that can give money back to the card that paid."""

    def refund(
        self, operation: CapturedOperation, amount: Money, already: Money, access: GatewayAccess
    ) -> RefundReceipt:
        """Give back `amount` of an operation of which `already` was given back before, as far as we know.

        Safe to repeat with the same `already`: what a call did whose answer was lost is found, not done again. One
        refund of an operation at a time. Raises `GatewayUnavailable` (it may be done or not: repeat), `RefundRefused`.
        """
