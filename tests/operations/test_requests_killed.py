"""Processes that are killed with a request in their hands: nothing is done twice, and nothing stays locked."""

import json
import signal
from typing import Any
from uuid import uuid4

import pytest

from backend.billing.models import Obligation, Order
from backend.outbox.models import Request
from backend.outbox.requests import KeyUsedOtherwise, RequestRunning
from backend.shared import clock
from tests.controls.killed_request import TOWN, accept_debt, create_order
from tests.operations.debts import YEAR, car, in_town, unused_row
from tests.operations.orders import EMAIL, check, held_slots
from tests.operations.platform import run_python

Asked = dict[str, Any]


def kill(what: str, where: str, asked: Asked) -> str:
    """Have a process ask and die there; what it said of how far it came."""
    done = run_python("-m", "tests.controls.killed_request", what, where, stdin=json.dumps(asked))
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout.strip()


def a_debt_to_accept() -> Asked:
    row = unused_row()
    return {"service": "circulation_permit", "year": YEAR, "entry": row, "request_key": uuid4().hex}


def accept(asked: Asked) -> int:
    with in_town(TOWN):
        return accept_debt(asked)


def accepted(asked: Asked) -> list[int]:
    with in_town(TOWN):
        return list(Obligation.objects.filter(object_key=asked["entry"]["Patente"]).values_list("id", flat=True))


def end_the_lease(asked: Asked) -> None:
    with in_town(TOWN):
        assert Request.objects.filter(key=asked["request_key"], finished_at=None).update(lease_until=clock.now())


@pytest.mark.parametrize(
    ("where", "came_to"),
    [
        ("before", "the lease is taken, nothing is done"),
        ("inside", "the effect is written and not committed"),
    ],
)
def test_who_is_killed_before_its_effect_is_committed_is_followed_when_its_lease_ends(where: str, came_to: str) -> None:
    asked = a_debt_to_accept()

    assert kill("debt", where, asked) == came_to

    assert accepted(asked) == []
    with pytest.raises(RequestRunning):  # as far as anybody can know
        accept(asked)
    end_the_lease(asked)
    number = accept(asked)
    assert accepted(asked) == [number] == [accept(asked)]


def test_who_is_killed_before_it_answers_is_answered_for_at_once() -> None:
    asked = a_debt_to_accept()

    kill("debt", "after", asked)

    (number,) = accepted(asked)
    assert [accept(asked) for _ in range(2)] == [number] * 2
    assert accepted(asked) == [number]


def test_a_killed_request_s_key_takes_no_other_data() -> None:
    asked, other = a_debt_to_accept(), a_debt_to_accept()
    kill("debt", "before", asked)
    end_the_lease(asked)

    with pytest.raises(KeyUsedOtherwise):
        accept({**other, "request_key": asked["request_key"]})

    assert accepted(other) == []


@pytest.mark.parametrize(("where", "orders"), [("inside", 0), ("after", 1)])
def test_an_order_whose_process_is_killed_is_there_whole_or_not_at_all_and_needs_no_lease(
    where: str, orders: int
) -> None:
    vehicle, key = car(TOWN), uuid4().hex
    check(vehicle)
    items = [{"debt": vehicle.debt, "option": "single"}]
    asked = {"items": items, "email": EMAIL, "key": key, "return_url": None, "language": "es"}

    kill("order", where, asked)

    with in_town(TOWN):
        before = list(Order.objects.filter(idempotency_key=key).values_list("number", flat=True))
        assert len(before) == orders
        again = create_order(asked)
        (number,) = Order.objects.filter(idempotency_key=key).values_list("number", flat=True)
    assert before in ([], [number])
    assert again.order.number == number
    assert held_slots(vehicle) == [(1, number), (2, number)]
