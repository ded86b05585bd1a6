"""Valkey away or black-holed: limits still limit, hints may be lost, and nobody waits for it again and again."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from backend.outbox.models import Delivery
from backend.tenants import limits
from tests.api.asking import Json, by_id, look_up
from tests.api.test_rate_limits import OVER, within_a_window
from tests.api.valkey_doors import Door, away, full, silent, stopping
from tests.operations.debts import car, in_town
from tests.operations.deliveries import alone, publish
from tests.operations.gateway import notice_of
from tests.operations.orders import checked_order
from tests.operations.platform import run_python

REST_SECONDS = 5
"""What docs/operate says: each process tries Valkey once in so many seconds, for limits and for hints."""


def answers(requests: list[Json], valkey: str, program: str = "tests.api.one_process") -> list[Json]:
    done = run_python("-m", program, stdin=json.dumps(requests), REDIS_URL=valkey)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[Json] = json.loads(done.stdout.splitlines()[-1])
    return found


def a_look_up() -> Json:
    vehicle = car("nunoa")
    body = json.dumps(by_id("debtSearch", **look_up(vehicle.plate, vehicle.rut)))
    return {"host": "nunoa.localhost", "body": body}


def what_was_said(answer: Json) -> str:
    payload = json.loads(answer["body"])["data"]["debtSearch"]
    codes = [error["code"] for error in payload["errors"]]
    return "over" if codes == OVER else "found" if len(payload["debts"]) == 1 else str(payload)


@pytest.mark.parametrize(
    ("valkey", "at_least", "at_most"), [(away, 10, 10), (silent, 10, 10), (full, 10, 10), (stopping, 10, 20)]
)
def test_without_valkey_each_process_counts_for_itself(
    valkey: Callable[[], AbstractContextManager[str]], at_least: int, at_most: int
) -> None:
    """Who used up a part of a limit while Valkey counted begins anew once, where it stops counting."""

    def look() -> list[str]:
        with valkey() as address:
            return [what_was_said(answer) for answer in answers([a_look_up()] * 22, address)]

    said = within_a_window(limits.LOOKUPS_PER_OBJECT, look)

    found = said.count("found")
    assert at_least <= found <= at_most
    assert said == ["found"] * found + ["over"] * (22 - found)


def attempts(program: str = "tests.api.one_process") -> tuple[int, int]:
    """How often 20 look-ups and 10 notices knock at a Valkey that never answers, and how often they may."""
    vehicle = car("taltal")
    sent = notice_of(vehicle, checked_order(vehicle))
    notice = {
        "host": "taltal.localhost",
        "path": "/callbacks/tgr",
        "body": sent.raw.decode(),
        "headers": {"X-TGR-Signature": sent.signature},
    }
    began = time.monotonic()
    with Door(requests=0) as door:
        said = answers([a_look_up()] * 20 + [notice] * 10, door.url, program)
        knocks = door.came_after
    assert [answer["status"] for answer in said] == [200] * 30
    tries_of_each = 1 + int((time.monotonic() - began) // REST_SECONDS)
    return knocks, 2 * tries_of_each


def test_a_process_knocks_at_a_black_hole_once_and_then_leaves_it_alone() -> None:
    knocks, allowed = attempts()

    assert 2 <= knocks <= allowed


def test_without_a_rest_every_request_would_knock() -> None:
    """Positive control: thirty requests wait for nothing, one after the other."""
    knocks, allowed = attempts("tests.controls.one_process_without_rest")

    assert knocks > allowed


def test_with_valkey_all_processes_count_together() -> None:
    """Positive control of the doors: through an open one the limit is one for everybody."""
    asked = a_look_up()

    def look() -> list[str]:
        with Door() as door:
            return [what_was_said(answer) for count in (6, 5) for answer in answers([asked] * count, door.url)]

    assert within_a_window(limits.LOOKUPS_PER_OBJECT, look) == ["found"] * 10 + ["over"]


SERVE = """
import django
django.setup()
from tests.operations.deliveries import ONE
from backend.outbox.relay import Relay
relay = Relay(reactions=ONE, schemas=lambda: ["lebu"])
print([relay.run_once(wait_seconds=0.01) for _ in range(2)])
"""


def test_a_relay_tries_a_broker_that_is_away_once_and_not_for_each_delivery() -> None:
    with alone("lebu"), Door(drops=True) as door:
        for _ in range(30):
            publish("lebu")
        done = run_python("-c", SERVE, REDIS_URL=door.url)
        knocks = door.came_after
        with in_town("lebu"):
            states = set(
                Delivery.objects.filter(event__name="SomethingHappened").exclude(state="DONE").values_list("state")
            )

    assert done.stdout.strip() == "[0, 0]", done.stderr
    assert 2 <= knocks <= 4, "one for a hint, one for the broker, each again after its rest"
    assert states == {("WAITING",)}
