"""Hints and messages go over a real Valkey; what it loses, the sweep finds."""

import uuid
from collections.abc import Iterator

import dramatiq
import pytest

from backend.outbox import hints
from backend.outbox.broker import broker
from backend.outbox.relay import Relay, expand
from tests.operations.debts import in_town
from tests.operations.deliveries import (
    ONE,
    alone,
    delivery_of,
    note,
    publish,
    seen,
)

TOWN = "lebu"


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """This municipality's outbox belongs to one test at a time."""
    with alone(TOWN):
        yield


def relay() -> Relay:
    return Relay(reactions=ONE, schemas=lambda: [TOWN])


def test_the_relay_is_hinted_after_the_commit() -> None:
    hints.client().delete(hints.key())

    publish(TOWN)

    assert hints.wait(1) == {TOWN}
    assert hints.wait(0.01) == set()


def test_the_sweep_finds_what_a_lost_hint_left() -> None:
    number = publish(TOWN)
    hints.client().delete(hints.key())

    sent = relay().run_once(wait_seconds=0.01)

    assert (sent, delivery_of(TOWN, number).state) == (1, "SENT")
    broker.flush("tests")


def test_a_worker_gets_the_message_over_valkey_and_works_in_the_right_municipality() -> None:
    number = publish(TOWN)
    worker = dramatiq.Worker(broker, queues={"tests"}, worker_threads=2, worker_timeout=100)
    worker.start()
    try:
        sent = relay().run_once(wait_seconds=0.01)
        broker.join("tests", timeout=30_000)
        worker.join()
    finally:
        worker.stop()

    assert (sent, seen, delivery_of(TOWN, number).state) == (1, [(TOWN, number)], "DONE")


def test_a_message_that_names_no_municipality_is_not_run() -> None:
    number = publish(TOWN)
    with in_town(TOWN):
        expand(ONE)
    worker = dramatiq.Worker(broker, queues={"tests"}, worker_threads=1, worker_timeout=100)
    worker.start()
    try:
        note.send(delivery_of(TOWN, number).id)
        broker.join("tests", timeout=30_000)
        worker.join()
    finally:
        worker.stop()

    assert (seen, delivery_of(TOWN, number).state) == ([], "WAITING")


def test_a_hint_of_an_unknown_municipality_is_passed_over() -> None:
    hints.client().delete(hints.key())
    hints.client().rpush(hints.key(), f"town_{uuid.uuid4().hex}")

    assert relay().run_once(wait_seconds=1) == 0
