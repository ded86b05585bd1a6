"""Valkey as a black hole: no refusal, no answer, no end of the connection."""

from urllib.parse import urlsplit

from tests.drills.drill import Drill
from tests.drills.proxy import Proxy
from tests.drills.scene import Scene
from tests.drills.table import captured_since
from tests.live.processes import Otherwise

_LONGEST_SILENCE = 40.0  # seconds
_PATIENCE = 20.0  # seconds that a person tries: she must not notice


def black_holed(scene: Scene) -> None:
    """People look up, order and pay, and TGR's notices are taken, while nothing passes between us and Valkey."""
    address = urlsplit(scene.platform.env["REDIS_URL"])
    proxy = Proxy(address.port or 6379)
    scene.at_the_end(proxy.close)
    elsewhere = address._replace(netloc=address.netloc.replace(f":{address.port}", f":{proxy.port}")).geturl()
    scene.start({name: Otherwise(env={"REDIS_URL": elsewhere}) for name in scene.platform.processes.names()})
    scene.patience = _PATIENCE
    people = scene.people()

    def fault() -> None:
        with proxy.black_hole():
            scene.moment("silence")
            scene.pause(_LONGEST_SILENCE)
            refused = [row for each in scene.marks for row in captured_since(scene.platform, each)]
            refused = [row for row in refused if not row["notice_delivered"]]
            if scene.is_over and refused:
                scene.failures.append(f"{len(refused)} notices were not taken while Valkey was silent")

    with scene.meanwhile(fault):
        scene.wait_for_moment("silence", 1)
        scene.pay_through(people)


DRILLS = (
    Drill(
        name="valkey-black-holed",
        proves="Valkey is silent while people pay: nobody notices, the outbox goes on when it is back",
        run=black_holed,
        guard="Valkey is asked with time-outs, and let be for a while when it is silent",
        control={"web": "tests.controls.wsgi_waits_for_valkey"},
    ),
)
