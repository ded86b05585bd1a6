"""Reactions: actors that answer an event and close their own delivery after the effect."""

import logging
from collections.abc import Callable
from typing import Any

import dramatiq

from backend.outbox import broker as _broker  # the broker must be set before an actor is declared
from backend.outbox import operations
from backend.outbox.models import Delivery

_log = logging.getLogger(__name__)
Effect = Callable[..., object]
Reaction = dramatiq.Actor[[int], None]


def reaction(*, queue: str) -> Callable[[Effect], Reaction]:
    """Declare an effect as a reaction: called with the event's ids as keywords, at least once, so idempotent."""

    def declare(effect: Effect) -> Reaction:
        def run(delivery_id: int) -> None:
            consume(delivery_id, name, effect)

        run.__name__ = effect.__name__
        run.__doc__ = effect.__doc__
        name = f"{effect.__module__}.{effect.__name__}"
        actor: Reaction = dramatiq.actor(actor_name=name, queue_name=queue, broker=_broker.broker)(run)
        return actor

    return declare


def consume(delivery_id: int, name: str, effect: Effect) -> None:
    """Run the effect of a delivery unless it is done already; a failure is recorded, not raised.

    A delivery of another reaction is left alone: ids are equal in every municipality.
    """
    delivery = Delivery.objects.select_related("event").filter(id=delivery_id, reaction=name).first()
    if delivery is None or delivery.state == Delivery.State.DONE:
        return
    payload: dict[str, Any] = delivery.event.payload
    try:
        effect(**payload)
    except Exception as error:
        _log.warning("%s waits: %s: %s", delivery.reaction, type(error).__name__, error)
        operations.postpone(delivery_id, error)
        return
    operations.close(delivery_id)
