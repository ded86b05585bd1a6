"""A circuit breaker for each outside institution: who does not answer is left alone for a while, then tried once.

CLOSED lets every call through. After `failures` failed calls in a row within `window` seconds it is OPEN: calls are
refused at once. After `rest` seconds one call may try (HALF_OPEN); its outcome closes or opens again. One process, all
its threads; nothing is held while a call is under way. docs/adr/0012-a-breaker-for-each-institution.md
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

FAILURES, WINDOW_SECONDS, REST_SECONDS = 5, 30.0, 15.0
OUTSIDE_CALL = "sem.outside_call"
"""Audit event (PEP 578) before every call of an institution, refused or not; its argument is the institution's code."""


class BreakerState(StrEnum):
    """What becomes of the next call."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Resting(Exception):
    """The breaker is open: the call was not made."""

    def __init__(self, institution: str) -> None:
        self.institution = institution
        super().__init__(f"{institution} is left alone for a while")


@dataclass
class Attempt:
    """One call under way. `is_healthy` may be said before its end: a status of 500 is an answer and a failed call."""

    is_healthy: bool | None = None


Tell = Callable[[str, BreakerState], None]


class Breaker:
    """The state of one institution as this process knows it. Safe for threads.

    `window` and `rest` are seconds of `now`; `tell` hears of each change of state, with no lock held.
    """

    def __init__(
        self,
        institution: str,
        *,
        failures: int = FAILURES,
        window: float = WINDOW_SECONDS,
        rest: float = REST_SECONDS,
        now: Callable[[], float] = time.monotonic,
        tell: Tell = lambda institution, state: None,
    ) -> None:
        self._institution, self._window, self._rest = institution, window, rest
        self._now, self._tell = now, tell
        self._lock = threading.Lock()
        self._state = BreakerState.CLOSED
        self._generation = 0
        self._opened_at = 0.0
        self._failed_at: deque[float] = deque(maxlen=failures)

    @property
    def state(self) -> BreakerState:
        """CLOSED, OPEN (also when its rest is over and nobody has asked since), or HALF_OPEN."""
        return self._state

    @property
    def is_resting(self) -> bool:
        """Whether a call at this moment would be refused."""
        with self._lock:
            return self._refuses()

    @contextmanager
    def attempt(self, failure: type[Exception] | tuple[type[Exception], ...]) -> Iterator[Attempt]:
        """Surround one call; raises `Resting` instead of letting it through.

        An exception of the kind `failure` is a failed call; after any other what the attempt was told holds.
        """
        generation = self._admit()
        attempt = Attempt()
        try:
            yield attempt
        except failure:
            self._learn(generation, is_healthy=False)
            raise
        except BaseException:
            self._learn(generation, is_healthy=attempt.is_healthy)
            raise
        self._learn(generation, is_healthy=attempt.is_healthy is not False)

    def _admit(self) -> int:
        with self._lock:
            if self._state is BreakerState.CLOSED:
                return self._generation
            if self._refuses():
                raise Resting(self._institution)
            self._enter(BreakerState.HALF_OPEN)
            trial = self._generation
        self._tell(self._institution, BreakerState.HALF_OPEN)
        return trial

    def _refuses(self) -> bool:
        if self._state is BreakerState.OPEN:
            return self._now() < self._opened_at + self._rest
        return self._state is BreakerState.HALF_OPEN

    def _learn(self, generation: int, *, is_healthy: bool | None) -> None:
        """Take note of an outcome (None: it says nothing); of a call from before the last change it is old news."""
        with self._lock:
            target = self._state_after(is_healthy) if generation == self._generation else None
            if target is None:
                return
            self._enter(target)
        self._tell(self._institution, target)

    def _state_after(self, is_healthy: bool | None) -> BreakerState | None:
        if self._state is BreakerState.HALF_OPEN:
            return BreakerState.CLOSED if is_healthy else BreakerState.OPEN
        if is_healthy is None:
            return None
        if is_healthy:
            self._failed_at.clear()
            return None
        self._failed_at.append(self._now())
        is_full = len(self._failed_at) == self._failed_at.maxlen
        return BreakerState.OPEN if is_full and self._failed_at[-1] - self._failed_at[0] <= self._window else None

    def _enter(self, target: BreakerState) -> None:
        self._state = target
        self._generation += 1
        self._failed_at.clear()
        if target is BreakerState.OPEN:
            self._opened_at = self._now()


listeners: list[Tell] = []
"""Who hears of changes of state in this process, in the thread of the call: quick, and without raising anything."""

_lock = threading.Lock()
_breakers: dict[str, Breaker] = {}


@contextmanager
def calling(institution: str, failure: type[Exception] | tuple[type[Exception], ...]) -> Iterator[Attempt]:
    """Surround one call of an institution, as `Breaker.attempt` does; raises `Resting` where it is left alone."""
    announce(institution)
    with breaker_of(institution).attempt(failure) as attempt:
        yield attempt


def announce(institution: str) -> None:
    """Say that an institution is about to be called, also by who hands the call to another thread and waits for it."""
    sys.audit(OUTSIDE_CALL, institution)


def breaker_of(institution: str) -> Breaker:
    """Return this process's breaker of an institution."""
    with _lock:
        return _breakers.setdefault(institution, Breaker(institution, tell=_tell_everybody))


def start_afresh() -> None:
    """Forget what is known of every institution: a forked child has seen nothing yet and shares no lock."""
    global _lock, _breakers
    _lock, _breakers = threading.Lock(), {}


def _tell_everybody(institution: str, state: BreakerState) -> None:
    for listener in listeners:
        listener(institution, state)


os.register_at_fork(after_in_child=start_afresh)
