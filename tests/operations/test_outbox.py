"""What is published is delivered, however often a hint, a message or a worker is lost."""

import json
from collections.abc import Iterator

import pytest
from django.db import transaction

from backend.outbox import operations as outbox
from backend.outbox.models import Delivery, Event
from backend.outbox.operations import ATTEMPTS_BEFORE_DEAD, DeliveryNotDead
from backend.outbox.relay import Relay, due_schemas, expand, take_due
from tests.operations.debts import in_town
from tests.operations.deliveries import (
    ONE,
    TWO,
    Away,
    SomethingHappened,
    alone,
    delivery_of,
    failures,
    make_due,
    note,
    publish,
    seen,
)
from tests.operations.orders import at_once

TOWN = "lebu"


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """This municipality's outbox belongs to one test at a time."""
    with alone(TOWN):
        yield


def taken() -> list[tuple[int, str]]:
    with in_town(TOWN):
        return take_due()


def expanded(reactions: object = ONE) -> int:
    with in_town(TOWN):
        return expand(reactions)  # type: ignore[arg-type]  # a mapping of ours


def test_an_event_is_published_in_the_transaction_that_caused_it_or_not_at_all() -> None:
    with in_town(TOWN):
        before = Event.objects.count()

        with pytest.raises(RuntimeError, match="in the transaction"):
            outbox.publish(SomethingHappened(0))

        assert Event.objects.count() == before


@transaction.atomic(durable=True)
def publish_and_fail() -> None:
    outbox.publish(SomethingHappened(0))
    raise ZeroDivisionError


def test_an_event_goes_with_its_transaction() -> None:
    with in_town(TOWN):
        before = Event.objects.count()

        with pytest.raises(ZeroDivisionError):
            publish_and_fail()

        assert Event.objects.count() == before


def test_an_event_carries_ids_only() -> None:
    number = publish(TOWN)

    with in_town(TOWN):
        event = Event.objects.latest("id")
        assert (event.name, event.payload) == ("SomethingHappened", {"number": number})


def test_an_event_becomes_one_delivery_for_each_reaction() -> None:
    publish(TOWN)

    counts = [expanded(TWO), expanded(TWO)]

    assert counts == [1, 0]
    assert sorted(name.rpartition(".")[2] for _id, name in taken()) == ["note", "note_too"]


def test_relays_that_expand_at_the_same_moment_make_one_delivery() -> None:
    numbers = [publish(TOWN) for _ in range(5)]

    counts = at_once(*[expanded] * 4)

    assert sum(count for count in counts if isinstance(count, int)) == 5, "an event was expanded twice"
    with in_town(TOWN):
        for number in numbers:
            assert Delivery.objects.filter(event__payload={"number": number}).count() == 1


def test_relays_that_take_at_the_same_moment_take_each_delivery_once() -> None:
    for _ in range(6):
        publish(TOWN)
    expanded()

    batches = at_once(*[taken] * 4)

    ids = [row[0] for batch in batches if isinstance(batch, list) for row in batch]
    assert (len(ids), len(set(ids))) == (6, 6), "a delivery was taken twice"


def test_an_effect_runs_in_its_municipality_and_closes_its_delivery() -> None:
    number = publish(TOWN)
    expanded()

    with in_town(TOWN):
        for _ in range(2):
            note.fn(delivery_of(TOWN, number).id)

    assert seen == [(TOWN, number)]
    assert delivery_of(TOWN, number).state == "DONE"


def test_a_delivery_is_sent_again_until_somebody_closes_it() -> None:
    number = publish(TOWN)
    expanded()

    first = taken()
    too_early = taken()
    make_due(TOWN, number)
    again = taken()
    with in_town(TOWN):
        note.fn(again[0][0])
    make_due(TOWN, number)
    closed = taken()

    assert (len(first), too_early, again, closed) == (1, [], first, [])


def test_a_failure_is_kept_and_the_delivery_waits() -> None:
    number = publish(TOWN)
    expanded()
    failures[number] = Away()

    with in_town(TOWN):
        note.fn(delivery_of(TOWN, number).id)
    waiting = delivery_of(TOWN, number)
    del failures[number]
    with in_town(TOWN):
        note.fn(waiting.id)

    assert (waiting.state, waiting.attempts, waiting.last_error[:5]) == ("WAITING", 1, "Away:")
    assert delivery_of(TOWN, number).state == "DONE"
    assert seen == [(TOWN, number)]


def test_what_an_outside_system_holds_up_never_dies() -> None:
    number = publish(TOWN)
    expanded()
    failures[number] = Away()

    with in_town(TOWN):
        for _ in range(ATTEMPTS_BEFORE_DEAD + 3):
            note.fn(delivery_of(TOWN, number).id)

    assert delivery_of(TOWN, number).state == "WAITING"


def test_what_trying_again_cannot_mend_dies_and_is_driven_again_by_a_person() -> None:
    number = publish(TOWN)
    expanded()
    failures[number] = ValueError("a mistake of ours")
    with in_town(TOWN):
        for _ in range(ATTEMPTS_BEFORE_DEAD):
            note.fn(delivery_of(TOWN, number).id)
    dead = delivery_of(TOWN, number)
    make_due(TOWN, number)
    left_alone = taken()
    del failures[number]

    with in_town(TOWN):
        outbox.redrive(dead.id)
        with pytest.raises(DeliveryNotDead):
            outbox.redrive(dead.id)
    driven = taken()
    with in_town(TOWN):
        note.fn(driven[0][0])

    assert (dead.state, dead.last_error) == ("DEAD", "ValueError: a mistake of ours")
    assert (left_alone, len(driven)) == ([], 1)
    assert (delivery_of(TOWN, number).state, seen) == ("DONE", [(TOWN, number)])


def test_a_delivery_without_an_actor_waits_for_one() -> None:
    number = publish(TOWN)
    expanded()

    sent = Relay(reactions={}, schemas=lambda: [TOWN]).serve(TOWN)

    assert (sent, delivery_of(TOWN, number).state) == (0, "WAITING")


def test_one_query_finds_the_municipalities_with_something_due() -> None:
    quiet = due_schemas([TOWN])
    publish(TOWN)

    assert (quiet, due_schemas([TOWN]), due_schemas([])) == ([], [TOWN], [])


def test_deliveries_are_not_run_by_another_reaction() -> None:
    number = publish(TOWN)
    with in_town(TOWN):
        expand(TWO)
        other = Delivery.objects.get(event__payload={"number": number}, reaction__endswith=".note_too")

        note.fn(other.id)
        other.refresh_from_db()

    assert (seen, other.state) == ([], "WAITING")


def test_the_payload_of_an_event_is_json_of_ids() -> None:
    publish(TOWN)

    with in_town(TOWN):
        payloads = Event.objects.values_list("payload", flat=True)
        assert all(isinstance(value, int) for payload in payloads for value in json.loads(json.dumps(payload)).values())
