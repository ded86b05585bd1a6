"""States of a batch and the limits of what is read. No Django here: the child process uses it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from backend.shared.limited import ChildLimits

BY_HAND: Final = "accepted-by-hand"
"""Stands for the hash of a file in the batch of debts that staff accepted one by one."""

MEGABYTE: Final = 1024 * 1024
LARGEST_FILE: Final = 64 * MEGABYTE
LARGEST_UNPACKED: Final = 512 * MEGABYTE
MOST_ENTRIES: Final = 1_000
HIGHEST_RATIO: Final = 200
"""Of unpacked to packed size; sheets of real rolls stay below 20."""
MOST_COLUMNS: Final = 256
MOST_ROWS: Final = 1_000_000
LONGEST_CELL: Final = 32_767
"""What Excel holds in a cell."""
MOST_ERRORS: Final = 10_000
MOST_WARNINGS: Final = 10_000

CHILD_LIMITS: Final = ChildLimits(memory=400 * MEGABYTE, cpu_seconds=60, output=1024 * MEGABYTE, seconds=90.0)
"""Its seconds of the wall are below the time limit of an actor."""
MOST_ATTEMPTS: Final = 3


class BatchState(StrEnum):
    """Where a batch stands."""

    UPLOADED = "UPLOADED"
    READING = "READING"
    READY = "READY"
    REJECTED = "REJECTED"
    APPLIED = "APPLIED"
    UNDONE = "UNDONE"
    DISCARDED = "DISCARDED"


class ChangeKind(StrEnum):
    """What a batch did to an obligation that was there: KEPT is what is paid or being paid, or withdrawn by staff."""

    CHANGED = "CHANGED"
    REMOVED = "REMOVED"
    KEPT = "KEPT"


class Severity(StrEnum):
    """An error rejects the file, a warning does not."""

    ERROR = "ERROR"
    WARNING = "WARNING"


EDGES: Final[Mapping[BatchState, frozenset[BatchState]]] = MappingProxyType(
    {
        BatchState.UPLOADED: frozenset({BatchState.READING, BatchState.REJECTED, BatchState.DISCARDED}),
        BatchState.READING: frozenset(
            {BatchState.READING, BatchState.READY, BatchState.REJECTED, BatchState.DISCARDED}
        ),
        BatchState.READY: frozenset({BatchState.UPLOADED, BatchState.APPLIED, BatchState.DISCARDED}),
        BatchState.REJECTED: frozenset(),
        BatchState.APPLIED: frozenset({BatchState.UNDONE}),
        BatchState.UNDONE: frozenset(),
        BatchState.DISCARDED: frozenset(),
    }
)
"""READY goes back to UPLOADED where its staged rows were lost in a crash of the database."""


def can_move(state: str, target: BatchState) -> bool:
    """Tell whether a batch may go from a state to another."""
    return target in EDGES[BatchState(state)]
