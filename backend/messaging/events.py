"""What messaging tells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MessageQueued:
    """A mail waits to be sent."""

    message_id: int
