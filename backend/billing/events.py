"""What billing tells. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeReceived:
    """An authentic notice lies in the inbox."""

    notice_id: int


@dataclass(frozen=True)
class NoticeMisrouted:
    """A notice in this municipality's inbox speaks of another one's order."""

    notice_id: int


@dataclass(frozen=True)
class AskFellDue:
    """It is time to ask the gateway what became of an order."""

    order_id: int


@dataclass(frozen=True)
class PayerReturned:
    """The payer came back from a gateway that can be asked: it may know what became of her payment."""

    order_id: int


@dataclass(frozen=True)
class PaymentSettled:
    """An order is paid and in the ledger."""

    order_id: int


@dataclass(frozen=True)
class FinesPaid:
    """Traffic fines were paid with an order's permits."""

    order_id: int


@dataclass(frozen=True)
class PaymentRejected:
    """The gateway reported that the payment failed."""

    order_id: int


@dataclass(frozen=True)
class HomelessDecided:
    """Staff decided what becomes of money without a home, or of a part of it."""

    decision_id: int


@dataclass(frozen=True)
class RefundApproved:
    """A second person approved a refund."""

    refund_id: int


@dataclass(frozen=True)
class RefundExecuted:
    """Money was given back and is in the ledger."""

    refund_id: int


@dataclass(frozen=True)
class RefundDenied:
    """A refund will not be made; what it would have taken is where it was."""

    refund_id: int


@dataclass(frozen=True)
class CollectionUploaded:
    """A gateway's collection file waits to be read, from its beginning or from where it had to stop."""

    file_id: int


@dataclass(frozen=True)
class RollUploaded:
    """A roll file was uploaded and waits to be read."""

    batch_id: int


@dataclass(frozen=True)
class RollRejected:
    """Rows of a roll file are wrong: it is written again with the errors beside them."""

    batch_id: int
