"""What a positive control is: a guard that is taken away from a test, which must then fail by its own words."""

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
