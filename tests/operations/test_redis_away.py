"""A notice while Valkey is away: kept, answered, and the work goes on when it is back."""

import json
import socket

from backend.billing.models import Notice
from backend.outbox.models import Delivery
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import notice_of
from tests.operations.orders import checked_order, state
from tests.operations.platform import run_python


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"redis://127.0.0.1:{free.getsockname()[1]}"


POST_A_NOTICE = """
import django, json, sys
django.setup()
from django.test import Client
asked = json.load(sys.stdin)
headers = {"host": asked["host"], "X-TGR-Signature": asked["signature"]}
answer = Client().post("/callbacks/tgr", asked["raw"].encode(), content_type="application/json", headers=headers)
print(answer.status_code, answer.json())
"""

SERVE_ONCE = """
import django
django.setup()
from backend.outbox.relay import Relay
from backend.reactions import REACTIONS
print(Relay(reactions=REACTIONS, schemas=lambda: ["taltal"]).run_once(wait_seconds=0.01))
"""


def test_a_notice_is_kept_and_settled_later() -> None:
    vehicle = car("taltal")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)
    asked = json.dumps({"host": "taltal.localhost", "signature": sent.signature, "raw": sent.raw.decode()})

    done = run_python("-c", POST_A_NOTICE, stdin=asked, REDIS_URL=closed_port())
    before = state(vehicle, opened)
    relay = run_python("-c", SERVE_ONCE, REDIS_URL=closed_port())
    with in_town("taltal"):
        kept = Notice.objects.latest("id")
        delivery = Delivery.objects.get(event__payload={"notice_id": kept.id})

    assert done.stdout.strip() == "200 {'stored': True}", done.stderr
    assert relay.stdout.strip() == "0", relay.stderr
    assert (before, delivery.state) == ("CREATED", "WAITING")
    assert run_deliveries("taltal", notice_id=kept.id) == [("read_notice", "DONE")]
    assert state(vehicle, opened) == "PAID"
