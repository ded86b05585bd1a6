"""Publishing events, closing deliveries, driving dead ones again."""

import dataclasses
import random
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from django.db import connection, transaction

from backend.outbox import hints
from backend.outbox.models import Delivery, Event
from backend.outbox.schemas import current_schema
from backend.shared import clock
from backend.shared.errors import DomainError, Unavailable
from backend.shared.text import Text

ATTEMPTS_BEFORE_DEAD = 10
LONGEST_WAIT_SECONDS = 60


class DomainEvent(Protocol):
    """A frozen dataclass of ids; its class name is the event's name."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class DeliveryNotDead(DomainError):
    """Only a dead delivery can be driven again."""

    code = "outbox.delivery_not_dead"
    message = Text(es="Esa entrega no está detenida.", en="That delivery is not dead.")


def publish(event: DomainEvent) -> None:
    """Record an event in the transaction that caused it; the relay is hinted after the commit."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published in the transaction that caused it")
    Event.objects.create(name=type(event).__name__, payload=dataclasses.asdict(event), occurred_at=clock.now())
    schema_name = current_schema()
    transaction.on_commit(lambda: hints.hint(schema_name))


def close(delivery_id: int) -> None:
    """Mark a delivery done; safe to repeat."""
    Delivery.objects.filter(id=delivery_id).exclude(state=Delivery.State.DONE).update(
        state=Delivery.State.DONE, done_at=clock.now(), last_error=""
    )


@transaction.atomic(durable=True)
def postpone(delivery_id: int, error: Exception) -> None:
    """Record a failure: try again later, or give up on what trying again cannot mend."""
    delivery = Delivery.objects.select_for_update(no_key=True).get(id=delivery_id)
    if delivery.state == Delivery.State.DONE:
        return
    delivery.attempts += 1
    delivery.last_error = f"{type(error).__name__}: {error}"[:2000]
    gives_up = not isinstance(error, Unavailable) and delivery.attempts >= ATTEMPTS_BEFORE_DEAD
    delivery.state = Delivery.State.DEAD if gives_up else Delivery.State.WAITING
    wait = min(2.0 ** min(delivery.attempts, 16), LONGEST_WAIT_SECONDS) * random.uniform(0.7, 1.0)  # noqa: S311 - spreads load, guards nothing
    delivery.due_at = clock.now() + timedelta(seconds=wait)
    delivery.save(update_fields=["attempts", "last_error", "state", "due_at"])


@transaction.atomic(durable=True)
def redrive(delivery_id: int) -> None:
    """Send a dead delivery again; raises `DeliveryNotDead`."""
    changed = Delivery.objects.filter(id=delivery_id, state=Delivery.State.DEAD).update(
        state=Delivery.State.WAITING, attempts=0, due_at=clock.now()
    )
    if not changed:
        raise DeliveryNotDead(delivery=delivery_id)
    schema_name = current_schema()
    transaction.on_commit(lambda: hints.hint(schema_name))
