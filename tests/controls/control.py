"""A positive control: the guard that is taken away, and the test that must then fail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Control:
    """`place` is replaced by `instead`; `words` stand in the failure of `test`."""

    guard: str
    place: str
    instead: Callable[..., Any]
    test: str
    words: str
