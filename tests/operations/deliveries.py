"""Runs what a municipality's outbox holds for one event, as the worker would, without the rest of its outbox."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from backend.outbox import operations as outbox
from backend.outbox.consumer import reaction
from backend.outbox.models import Delivery
from backend.outbox.relay import expand
from backend.reactions import REACTIONS
from backend.shared.errors import Unavailable
from tests.operations.debts import in_town

_ACTORS = {actor.actor_name: actor for actors in REACTIONS.values() for actor in actors}


def run_deliveries(town: str, **payload: int) -> list[tuple[str, str]]:
    """Run every open delivery of the events with that payload; returns reaction and state of each, in order."""
    with in_town(town):
        while expand(REACTIONS):
            pass
        rows = Delivery.objects.filter(event__payload=payload).order_by("id")
        for row in rows.exclude(state="DONE"):
            _ACTORS[row.reaction].fn(row.id)
        return [(row.reaction.rpartition(".")[2], row.state) for row in rows.all()]


@dataclass(frozen=True)
class SomethingHappened:
    """An event of these tests."""

    number: int


seen: list[tuple[str, int]] = []
"""Schema and number of each effect that ran."""

failures: dict[int, Exception] = {}
"""By number: what the effect raises."""

numbers = itertools.count(time.time_ns() // 1_000)
"""Other processes of one test run (the positive controls) write into the same outbox."""


@reaction(queue="tests")
def note(number: int) -> None:
    """Note that it ran, unless a test wants it to fail."""
    from backend.outbox.schemas import current_schema

    if number in failures:
        raise failures[number]
    seen.append((current_schema(), number))


@reaction(queue="tests")
def note_too(number: int) -> None:
    """A second reaction to the same event."""
    seen.append(("second", number))


ONE = {"SomethingHappened": (note,)}
TWO = {"SomethingHappened": (note, note_too)}


@contextmanager
def alone(town: str) -> Iterator[None]:
    """Let nothing of other tests lie in the town's outbox, and leave nothing there."""
    _finish(town)
    yield
    _finish(town)
    failures.clear()
    seen.clear()


def _finish(town: str) -> None:
    with in_town(town):
        while expand({}):
            pass
        Delivery.objects.exclude(state="DONE").update(state="DONE")


class Away(Unavailable):
    """An outside system that does not answer."""


def publish(town: str, number: int | None = None) -> int:
    """Publish an event in a transaction; returns its number."""
    number = next(numbers) if number is None else number
    with in_town(town), transaction.atomic():
        outbox.publish(SomethingHappened(number))
    return number


def delivery_of(town: str, number: int) -> Delivery:
    """The only delivery of an event of ours."""
    with in_town(town):
        return Delivery.objects.get(event__payload={"number": number}, reaction=note.actor_name)


def make_due(town: str, number: int) -> None:
    """Let the time pass after which the delivery is sent again."""
    with in_town(town):
        Delivery.objects.filter(event__payload={"number": number}).update(due_at="2025-01-01T00:00:00Z")
