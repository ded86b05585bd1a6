"""The HTTP client and its breakers: one for each institution, told of to who listens."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from backend.shared import breaker, http
from backend.shared.breaker import BreakerState
from tests.rules.small_server import says, serving

OPEN = BreakerState.OPEN


@pytest.fixture
def port() -> Iterator[int]:
    """A port where nobody listens, until somebody does."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def ask(url: str, institution: str) -> str:
    try:
        return str(http.request("GET", url, institution=institution, connect=2, read=2).status_code)
    except http.TransportFailed as failed:
        return str(failed.fields["reason"])


def test_who_does_not_answer_five_times_is_not_called_a_sixth_time(port: int) -> None:
    answers = [ask(f"http://127.0.0.1:{port}/", "fines") for _ in range(7)]

    assert answers == ["ConnectError"] * 5 + ["resting"] * 2


def test_a_server_s_own_failure_counts_and_a_refusal_does_not() -> None:
    with serving(says(b"", status=503)) as failing, serving(says(b"", status=404)) as refusing:
        failures = [ask(failing.url, "fines") for _ in range(7)]
        refusals = [ask(refusing.url, "insurance") for _ in range(7)]

    assert failures == ["503"] * 5 + ["resting"] * 2
    assert (len(failing.received), refusals) == (5, ["404"] * 7)


def test_one_institution_s_silence_is_not_held_against_another(port: int) -> None:
    for _ in range(6):
        ask(f"http://127.0.0.1:{port}/", "fines")

    with serving(says(b"")) as server:
        assert ask(server.url, "insurance") == "200"


def test_changes_are_told_to_who_listens(port: int, listening: list[tuple[str, BreakerState]]) -> None:
    for _ in range(6):
        ask(f"http://127.0.0.1:{port}/", "fines")

    assert listening == [("fines", OPEN)]


@pytest.fixture
def listening() -> Iterator[list[tuple[str, BreakerState]]]:
    heard: list[tuple[str, BreakerState]] = []

    def listen(institution: str, state: BreakerState) -> None:
        heard.append((institution, state))

    breaker.listeners.append(listen)
    yield heard
    breaker.listeners.remove(listen)


def test_every_call_is_announced_even_one_that_is_refused(port: int) -> None:
    heard: list[object] = []
    sys.addaudithook(_only(breaker.OUTSIDE_CALL, heard.append))

    for _ in range(6):
        ask(f"http://127.0.0.1:{port}/", "fines")

    assert heard == ["fines"] * 6


def _only(event: str, hear: Callable[[object], None]) -> Callable[[str, tuple[object, ...]], None]:
    def hook(name: str, arguments: tuple[object, ...]) -> None:
        if name == event:
            hear(arguments[0])

    return hook
