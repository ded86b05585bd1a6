"""The states of a mail: one graph, and what an attempt means."""

from datetime import timedelta

import pytest

from backend.messaging.rules import (
    FAULTS_BEFORE_GIVING_UP,
    GIVE_UP_AFTER,
    GRAPH,
    STOPPED_STATES,
    WAITING_STATES,
    IllegalStep,
    MessageState,
    require_edge,
    state_after,
)
from backend.shared.errors import Refused, Unavailable

AWAY, NO, OURS = Unavailable(), Refused(), ValueError("a fault of ours")
SOON, LATE = timedelta(minutes=1), GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("error", "attempts", "waited", "state"),
    [
        (None, 1, SOON, "SENT"),
        (None, 900, LATE, "SENT"),
        (NO, 1, SOON, "REFUSED"),
        (NO, 1, LATE, "REFUSED"),
        (AWAY, 1, SOON, "RETRYING"),
        (AWAY, 100_000, LATE - timedelta(seconds=1), "RETRYING"),
        (AWAY, 1, LATE, "FAILED"),
        (OURS, FAULTS_BEFORE_GIVING_UP - 1, LATE, "RETRYING"),
        (OURS, FAULTS_BEFORE_GIVING_UP, SOON, "FAILED"),
    ],
)
def test_what_an_attempt_means(error: Exception | None, attempts: int, waited: timedelta, state: str) -> None:
    assert state_after(error, attempts=attempts, waited=waited) == state


def test_every_conclusion_is_an_edge_from_every_waiting_state() -> None:
    conclusions = set(MessageState) - {MessageState.QUEUED}

    assert {target for source, target in GRAPH if source == MessageState.QUEUED} == conclusions
    assert {target for source, target in GRAPH if source == MessageState.RETRYING} == conclusions


def test_what_stopped_is_queued_again_by_an_event_and_what_was_sent_stays_so() -> None:
    assert {source for (source, target), event in GRAPH.items() if event} == set(STOPPED_STATES)
    assert [target for source, target in GRAPH if source == MessageState.SENT] == []
    with pytest.raises(IllegalStep):
        require_edge(MessageState.SENT, MessageState.QUEUED)


def test_every_state_waits_or_stopped_or_is_sent() -> None:
    assert {*WAITING_STATES, *STOPPED_STATES, MessageState.SENT} == set(MessageState)
