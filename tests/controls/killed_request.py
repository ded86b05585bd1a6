"""A process of its own that asks for something under a key and is killed on the way.

`python -m tests.controls.killed_request WHAT WHERE`, the arguments as JSON on standard input. The lines that it writes
before it dies are not an answer: they say that it came as far as it should.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NoReturn

import django
import pytest

django.setup()

from django.db import transaction  # noqa: E402 - after the set-up

from backend.audit.actors import Actor  # noqa: E402
from backend.billing import debts, operations  # noqa: E402
from backend.billing.order_input import WantedItem  # noqa: E402
from backend.outbox import requests  # noqa: E402
from backend.shared import clock  # noqa: E402
from tests.operations.debts import in_town  # noqa: E402

TOWN = "nunoa"
CLERK = Actor(account_id=None, name="funcionaria@nunoa.example")


def main(what: str, where: str) -> None:
    asked = json.load(sys.stdin)
    _WHERE[where]()
    with in_town(TOWN):
        _WHAT[what](asked)
    _die("everything is committed, nobody was answered")


def accept_debt(asked: Mapping[str, Any]) -> int:
    return debts.accept_debt(**asked, actor=CLERK)


def create_order(asked: Mapping[str, Any]) -> operations.OpenedOrder:
    items = [WantedItem(**item) for item in asked["items"]]
    return operations.create_order(**{**asked, "items": items}, now=clock.now())


def _die(came_to: str, *_: object, **__: object) -> NoReturn:
    print(came_to, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("still alive")


def _before_the_effect() -> None:
    take = requests.take

    def take_and_die(*given: Any, **named: Any) -> NoReturn:
        take(*given, **named)
        _die("the lease is taken, nothing is done")

    _put("backend.outbox.requests.take", take_and_die)


def _inside_the_effect() -> None:
    for last_step in ("backend.billing.debts.record", "backend.billing.slots.claim_fines"):
        _put(last_step, partial(_die, "the effect is written and not committed"))


def _between_effect_and_outcome() -> None:
    """A control: as if the outcome were written in a transaction of its own."""

    def answer(asked: requests.Asked, act: Callable[[], object], *_: object) -> NoReturn:
        requests.take(asked, now=clock.now())
        with transaction.atomic(durable=True):
            act()
        _die("the effect is committed without its outcome")

    _put("backend.outbox.requests._answer", answer)


def _put(place: str, instead: Callable[..., NoReturn]) -> None:
    pytest.MonkeyPatch().setattr(place, instead)


_WHAT: Mapping[str, Callable[[Mapping[str, Any]], object]] = {"debt": accept_debt, "order": create_order}
_WHERE: Mapping[str, Callable[[], None]] = {
    "before": _before_the_effect,
    "inside": _inside_the_effect,
    "between": _between_effect_and_outcome,
    "after": lambda: None,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
