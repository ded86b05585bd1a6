"""The states of all money as one immutable graph, and what a notice means for an order in each of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from backend.shared.money import Money

QUOTE_HOLDS_FOR = timedelta(minutes=30)


class OrderState(StrEnum):
    """Where an order is."""

    CREATED = "CREATED"
    SENT = "SENT"
    PAID = "PAID"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"


class HomelessState(StrEnum):
    """Where money without a home is. CLAIMED: the gateway is asked to explain it; CLOSED: nothing of it is open."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"
    CLOSED = "CLOSED"


class RefundState(StrEnum):
    """Where a refund is; somebody else than who requested it approves it."""

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    EXECUTED = "EXECUTED"
    DENIED = "DENIED"


class Source(StrEnum):
    """How a report about money came: the gateway called us, it answered us, or it stands in its collection file."""

    NOTICE = "NOTICE"
    ANSWER = "ANSWER"
    FILE = "FILE"


State = OrderState | HomelessState | RefundState
OPEN_STATES = (OrderState.CREATED, OrderState.SENT)
CAPTURED_STATES = (OrderState.PAID, OrderState.REFUNDED)

# Each edge names the event that it publishes; "" publishes none. "Failed" is not final: a gateway may still
# report success for an order that was rejected, has expired or was cancelled. A decision about a part of homeless
# money leaves it where it is; a refund that is denied opens it again.
GRAPH: MappingProxyType[tuple[State, State], str] = MappingProxyType(
    {
        (OrderState.CREATED, OrderState.SENT): "",
        (OrderState.CREATED, OrderState.PAID): "PaymentSettled",
        (OrderState.CREATED, OrderState.REJECTED): "PaymentRejected",
        (OrderState.CREATED, OrderState.EXPIRED): "",
        (OrderState.CREATED, OrderState.CANCELLED): "",
        (OrderState.SENT, OrderState.PAID): "PaymentSettled",
        (OrderState.SENT, OrderState.REJECTED): "PaymentRejected",
        (OrderState.SENT, OrderState.EXPIRED): "",
        (OrderState.SENT, OrderState.CANCELLED): "",
        (OrderState.REJECTED, OrderState.PAID): "PaymentSettled",
        (OrderState.EXPIRED, OrderState.PAID): "PaymentSettled",
        (OrderState.CANCELLED, OrderState.PAID): "PaymentSettled",
        (OrderState.PAID, OrderState.REFUNDED): "RefundExecuted",
        (HomelessState.OPEN, HomelessState.OPEN): "HomelessDecided",
        (HomelessState.OPEN, HomelessState.CLAIMED): "HomelessDecided",
        (HomelessState.OPEN, HomelessState.CLOSED): "HomelessDecided",
        (HomelessState.CLAIMED, HomelessState.CLAIMED): "HomelessDecided",
        (HomelessState.CLAIMED, HomelessState.CLOSED): "HomelessDecided",
        (HomelessState.CLOSED, HomelessState.OPEN): "RefundDenied",
        (RefundState.REQUESTED, RefundState.APPROVED): "RefundApproved",
        (RefundState.REQUESTED, RefundState.DENIED): "RefundDenied",
        (RefundState.APPROVED, RefundState.EXECUTED): "RefundExecuted",
        (RefundState.APPROVED, RefundState.DENIED): "RefundDenied",
    }
)


class IllegalStep(RuntimeError):
    """A step that the graph does not have: a mistake of ours, never of a payer."""


def require_edge(source: State, target: State) -> str:
    """Return the event of an edge; raises `IllegalStep` where there is none."""
    try:
        return GRAPH[source, target]
    except KeyError:
        raise IllegalStep(f"{source} → {target}") from None


@dataclass(frozen=True)
class Nothing:
    """The notice changes nothing."""


@dataclass(frozen=True)
class Capture:
    """The order is paid with this amount."""

    amount: Money


@dataclass(frozen=True)
class Reject:
    """The payment failed; the slots are free again."""


@dataclass(frozen=True)
class Hold:
    """Money came that cannot be applied: it is kept for a person, never dropped."""

    amount: Money
    reason: str


Step = Nothing | Capture | Reject | Hold


def next_step(
    *, state: OrderState, total: Money, succeeded: bool, amount: Money, is_slot_free: bool, is_withdrawn: bool = False
) -> Step:
    """Decide what a gateway's first report of an operation means for an order.

    `is_slot_free` tells whether the order holds its slots still or could take them again, `is_withdrawn` whether one
    of its debts was withdrawn meanwhile.
    """
    if not succeeded:
        return Reject() if state in OPEN_STATES else Nothing()
    if not amount:
        return Nothing()
    if state in CAPTURED_STATES:
        return Hold(amount, "double")
    if amount != total:
        return Hold(amount, "other_amount")
    if is_withdrawn:
        return Hold(amount, "withdrawn")
    if not is_slot_free:
        return Hold(amount, "late")
    return Capture(amount)


PROPOSED_ACTIONS = MappingProxyType(
    {
        "double": "refund",
        "late": "refund",
        "withdrawn": "refund",
        "other_amount": "claim_at_gateway",
        "contradictory": "claim_at_gateway",
        "unknown_order": "claim_at_gateway",
    }
)


def proposed_action(*, reason: str, open_amount: Money, payable: Collection[Money]) -> str:
    """Propose what to do with homeless money; `payable` is what open debts of the same taxpayer cost today.

    Money that has an order to pay is better applied than given back. Of a payment that nobody ordered only the exact
    sum tells what it was for, and what contradicts has to be explained before it moves.
    """
    is_applicable = {
        "contradictory": False,
        "unknown_order": open_amount in payable,
    }.get(reason, any(cost <= open_amount for cost in payable))
    return "apply" if is_applicable else PROPOSED_ACTIONS[reason]


def quote_valid_until(*, now: datetime, changes_at: datetime | None) -> datetime:
    """Return the machine's instant at which a quote ends: before its amount would change, 30 minutes at most."""
    end = now + QUOTE_HOLDS_FOR
    return end if changes_at is None else min(end, changes_at)
