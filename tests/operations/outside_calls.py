"""No lock around a call (HOUSE "Money"): watched at every call of an institution in every in-process test.

Each call is announced by an audit event (PEP 578) before it is made, in the thread that makes it or waits for it. A
transaction open in that thread would hold its locks for as long as somebody else takes to answer.
"""

import sys

from django.db import connections

from backend.shared.breaker import OUTSIDE_CALL

violations: list[str] = []
"""What was seen since somebody last cleared the list; from all threads."""


def watch_every_call() -> None:
    """Watch from now on; a hook cannot be taken away again."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if event == OUTSIDE_CALL and any(
        connection.in_atomic_block for connection in connections.all(initialized_only=True)
    ):
        violations.append(f"{arguments[0]} was called inside a transaction")
