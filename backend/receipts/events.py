"""What receipts tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceiptIssued:
    """Every document of an order is signed and stored."""

    order_id: int


@dataclass(frozen=True)
class CopyAsked:
    """Somebody asked for an order's documents again."""

    request_id: int
