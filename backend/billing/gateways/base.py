"""What every gateway gives. A gateway translates: it knows no database, no Django, no outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    """Address and key of the agreement with a gateway."""

    url: str
    key: bytes


class Gateway(Protocol):
    """A payment gateway."""

    code: str
    name: Text

    def place_order(self, order: GatewayOrder, access: GatewayAccess) -> Handover:
        """Tell the gateway of an order; safe to repeat. Raises `GatewayUnavailable`, `GatewayRefused`."""

    def is_authentic(self, raw: bytes, headers: Mapping[str, str], key: bytes) -> bool:
        """Tell whether the bytes were signed by the gateway for this agreement."""

    def parse_notice(self, raw: bytes) -> GatewayNotice:
        """Read an authentic notice; raises `UnreadableNotice`."""
