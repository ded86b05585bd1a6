"""The worker process that does nothing about a payment of an order past its validity."""

from typing import Any

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.billing import payments
from backend.billing.models import Order
from backend.shared import clock

_settle_payment = payments.settle_payment


def settle_in_time(*, order: Order, **more: Any) -> Order:
    if order.valid_until < clock.now():
        return order
    return _settle_payment(order=order, **more)


payments.settle_payment = settle_in_time
