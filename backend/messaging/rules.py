"""The states of a mail, and what an attempt to send it makes of it. One table; nothing happens that it does not say."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from backend.shared.errors import Refused, Unavailable


class MessageState(StrEnum):
    """QUEUED: not tried yet. RETRYING: tried again by itself. FAILED: given up. REFUSED: no for good (SMTP 5xx)."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    RETRYING = "RETRYING"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


WAITING_STATES: Final = (MessageState.QUEUED, MessageState.RETRYING)
STOPPED_STATES: Final = (MessageState.FAILED, MessageState.REFUSED)
"""Nothing happens by itself any more: a person looks into it, and may have it sent again."""

GIVE_UP_AFTER: Final = timedelta(hours=48)
"""For how long a server that does not answer is tried: a weekend's outage needs nobody, and on the third day a person
looks into it. Nothing is lost: what was given up can be sent again."""

FAULTS_BEFORE_GIVING_UP: Final = 10
"""Attempts that may fail by our own fault (a file that is missing, say), as of every reaction of the outbox."""

GRAPH: Final[Mapping[tuple[MessageState, MessageState], str]] = MappingProxyType(
    {
        (MessageState.QUEUED, MessageState.SENT): "",
        (MessageState.QUEUED, MessageState.RETRYING): "",
        (MessageState.QUEUED, MessageState.REFUSED): "",
        (MessageState.QUEUED, MessageState.FAILED): "",
        (MessageState.RETRYING, MessageState.RETRYING): "",
        (MessageState.RETRYING, MessageState.SENT): "",
        (MessageState.RETRYING, MessageState.REFUSED): "",
        (MessageState.RETRYING, MessageState.FAILED): "",
        (MessageState.FAILED, MessageState.QUEUED): "MessageQueued",
        (MessageState.REFUSED, MessageState.QUEUED): "MessageQueued",
    }
)
"""Edge → the event that it publishes. What was sent stays sent."""


class IllegalStep(RuntimeError):
    """A step that the graph does not have: a mistake of ours."""


def require_edge(source: MessageState, target: MessageState) -> str:
    """Return the event of an edge; raises `IllegalStep` where there is none."""
    try:
        return GRAPH[source, target]
    except KeyError:
        raise IllegalStep(f"{source} → {target}") from None


def state_after(error: Exception | None, *, attempts: int, waited: timedelta) -> MessageState:
    """Return the state after an attempt: `attempts` counts it, `waited` is the time since the mail was queued.

    A server that is away or closed makes no mail fail before its age limit, however often it was asked.
    """
    match error:
        case None:
            return MessageState.SENT
        case Refused():
            return MessageState.REFUSED
        case Unavailable():
            return MessageState.FAILED if waited >= GIVE_UP_AFTER else MessageState.RETRYING
        case _:
            return MessageState.FAILED if attempts >= FAULTS_BEFORE_GIVING_UP else MessageState.RETRYING
