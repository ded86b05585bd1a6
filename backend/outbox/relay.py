"""The relay: expands events into deliveries, hands them to the broker, and sends again what nobody closed."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import redis
from django.db import close_old_connections, connection, transaction
from django_tenants.utils import schema_context
from psycopg2 import sql

from backend.outbox import hints
from backend.outbox.consumer import Reaction
from backend.outbox.models import Delivery, Event
from backend.shared import clock
from backend.shared.breaker import Breaker, Resting

_log = logging.getLogger(__name__)
BATCH = 200
SEND_AGAIN_AFTER = timedelta(seconds=40)
SEND_FAILED_AFTER = timedelta(seconds=2)
SWEEP_SECONDS = 1.0


class Relay:
    """One relay process. Several may run: rows are taken with SKIP LOCKED."""

    def __init__(self, *, reactions: Mapping[str, Sequence[Reaction]], schemas: Callable[[], list[str]]) -> None:
        self.reactions = reactions
        self.actors = {actor.actor_name: actor for actors in reactions.values() for actor in actors}
        self.schemas = schemas
        self._swept_at = 0.0
        self._known: set[str] = set()
        self._broker = Breaker("valkey", failures=1, rest=SEND_FAILED_AFTER.total_seconds())

    def run_once(self, *, wait_seconds: float = 1.0) -> int:
        """Serve hinted municipalities, and all with something due when a sweep is due; returns deliveries sent."""
        close_old_connections()
        names = self._hinted(wait_seconds)
        if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
            self._known = set(self.schemas())
            names |= set(due_schemas(sorted(self._known)))
            self._swept_at = time.monotonic()
        return sum(self.serve(name) for name in sorted(names))

    def serve(self, schema_name: str) -> int:
        """Expand and send what one municipality has; returns the number of deliveries sent."""
        sent = 0
        with schema_context(schema_name):
            while expand(self.reactions) == BATCH:
                pass
            while not self._broker.is_resting and (taken := take_due()):
                sent += self._send(schema_name, taken)
                if len(taken) < BATCH:
                    break
        return sent

    def _hinted(self, wait_seconds: float) -> set[str]:
        try:
            names = hints.wait(wait_seconds)
        except (redis.RedisError, Resting) as error:
            _log.log(logging.DEBUG if isinstance(error, Resting) else logging.WARNING, "no hints for now: %s", error)
            time.sleep(wait_seconds)
            return set()
        if not names <= self._known:  # made since the last sweep, or nobody's
            self._known = set(self.schemas())
        return names & self._known

    def _send(self, schema_name: str, deliveries: list[tuple[int, str]]) -> int:
        """Hand deliveries to the broker. One that is away is tried once, not once for each of them."""
        sent = 0
        for place, (delivery_id, reaction) in enumerate(deliveries):
            try:
                with self._broker.attempt(redis.RedisError):
                    self._hand_over(schema_name, delivery_id, reaction)
                sent += 1
            except (redis.RedisError, Resting) as error:
                left = [row[0] for row in deliveries[place:]]
                _log.warning("%s deliveries of %s wait for the broker: %s", len(left), schema_name, error)
                _put_back(left)
                break
            except Exception as error:
                _log.warning("delivery %s of %s could not be sent: %s", delivery_id, schema_name, error)
                _put_back([delivery_id])
        return sent

    def _hand_over(self, schema_name: str, delivery_id: int, reaction: str) -> None:
        actor = self.actors.get(reaction)
        if actor is None:
            raise LookupError(f"no actor is called {reaction}")
        actor.send_with_options(args=(delivery_id,), tenant=schema_name)


def _put_back(delivery_ids: Sequence[int]) -> None:
    Delivery.objects.filter(id__in=delivery_ids, state=Delivery.State.SENT).update(
        state=Delivery.State.WAITING, due_at=clock.now() + SEND_FAILED_AFTER
    )


@transaction.atomic(durable=True)
def expand(reactions: Mapping[str, Sequence[Reaction]]) -> int:
    """Turn new events of this schema into one delivery per reaction; returns how many events."""
    events = list(Event.objects.select_for_update(skip_locked=True).filter(expanded_at=None).order_by("id")[:BATCH])
    if not events:
        return 0
    now = clock.now()
    Delivery.objects.bulk_create(
        [
            Delivery(event=event, reaction=actor.actor_name, due_at=now)
            for event in events
            for actor in reactions.get(event.name, ())
        ],
        ignore_conflicts=True,
    )
    Event.objects.filter(id__in=[event.id for event in events]).update(expanded_at=now)
    return len(events)


@transaction.atomic(durable=True)
def take_due() -> list[tuple[int, str]]:
    """Take due deliveries of this schema and mark them sent; they fall due again unless a consumer closes them."""
    now = clock.now()
    open_states = (Delivery.State.WAITING, Delivery.State.SENT)
    rows = list(
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state__in=open_states, due_at__lte=now)
        .order_by("due_at")
        .values_list("id", "reaction")[:BATCH]
    )
    Delivery.objects.filter(id__in=[row[0] for row in rows]).update(
        state=Delivery.State.SENT, due_at=now + SEND_AGAIN_AFTER
    )
    return rows


def due_schemas(schemas: list[str]) -> list[str]:
    """Return the municipalities with an unexpanded event or a due delivery, by one query over all schemas."""
    if not schemas:
        return []
    branch = sql.SQL(
        "SELECT {name} WHERE EXISTS (SELECT FROM {schema}.outbox_event WHERE expanded_at IS NULL)"
        " OR EXISTS (SELECT FROM {schema}.outbox_delivery WHERE state IN ('WAITING', 'SENT') AND due_at <= now())"
    )
    union = sql.SQL(" UNION ALL ").join(
        branch.format(name=sql.Literal(name), schema=sql.Identifier(name)) for name in schemas
    )
    with connection.cursor() as cursor:
        cursor.execute(union)
        return [row[0] for row in cursor.fetchall()]
