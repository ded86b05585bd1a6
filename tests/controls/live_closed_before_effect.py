"""The worker process that closes a delivery first, and then does what it asks for."""

import time

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.outbox import consumer, operations
from backend.outbox.models import Delivery

_BETWEEN = 0.5  # seconds


def close_then_do(delivery_id: int, name: str, effect: consumer.Effect) -> None:
    delivery = Delivery.objects.select_related("event").filter(id=delivery_id, reaction=name).first()
    if delivery is None or delivery.state == Delivery.State.DONE:
        return
    operations.close(delivery_id)
    time.sleep(_BETWEEN)
    effect(**delivery.event.payload)


consumer.consume = close_then_do
