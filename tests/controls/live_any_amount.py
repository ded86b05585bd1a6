"""The worker process that takes an order for paid whatever amount was captured."""

from typing import Any

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.billing import rules


def capture(**known: Any) -> rules.Step:
    return rules.Capture(known["amount"])


rules.next_step = capture
