"""Waiting for what others do, with a deadline; no test here measures time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 90.0  # seconds, on a machine that others use too


def wait_for(look: Callable[[], T | None], what: str, *, seconds: float = PATIENCE) -> T:
    """Give what `look` finds, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"it did not happen within {seconds:.0f} s: {what}"
        time.sleep(0.1)
