"""Webpay calls nobody: the payer does not come back, answers are lost; the clock asks until it knows."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.drills.drill import Drill
from tests.drills.people import Held
from tests.drills.scene import Scene
from tests.drills.table import commerce_of

_FAILS_ON = 15.0  # seconds after the last payment
_FAILING = (
    {"institution": "webpay", "kind": "timeout", "match": "commit", "seconds": 0, "percent": 50},
    {"institution": "webpay", "kind": "error_500", "match": "status", "percent": 50},
)


def silent(scene: Scene) -> None:
    """Half of the payers never come back; half of the commits are done and the answer lost."""
    _collect_by_webpay(scene)
    held = scene.hand_over(scene.people())
    with scene.world_with(*_FAILING):
        _pay(scene, held[::2], "pay")
        _pay(scene, held[1::2], "pay_and_leave")
        time.sleep(_FAILS_ON)
    scene.wait_until_paid(held)


def _pay(scene: Scene, held: Sequence[Held], action: str) -> None:
    """The browser goes back where the payer lets it, which marks nothing paid."""

    def act(each: Held) -> None:
        (token,) = parse_qs(urlsplit(each.portal).query)["token_ws"]
        back = scene.world.at_webpay(token, action)
        if back:
            each.person.citizen.follow(back)

    scene.each(act, held)


def _collect_by_webpay(scene: Scene) -> None:
    """Let the municipalities collect by Webpay from now on; by TGR again at the end."""
    platform = scene.platform
    for town in scene.towns:
        secret = Path(platform.env["SEM_SECRETS_DIR"]) / town.slug / "webpay.key"
        if not secret.exists():
            secret.write_text(os.urandom(32).hex())
        platform.world.commerce(commerce_of(town), secret.read_text())
        platform.command("municipality", "gateway", town.slug, "webpay", f"--number={commerce_of(town)}")
    _forget_profiles(scene)
    scene.at_the_end(lambda: _collect_by_tgr(scene))


def _collect_by_tgr(scene: Scene) -> None:
    for town in scene.towns:
        scene.platform.command("municipality", "gateway", town.slug, "tgr")
    _forget_profiles(scene)


def _forget_profiles(scene: Scene) -> None:
    """Processes keep what a municipality chose for half a minute."""
    scene.platform.processes.restart("web")
    scene.wait_for_web()


DRILLS = (
    Drill(
        name="webpay-silent",
        proves="nobody comes back and answers are lost: the clock asks Webpay until every payment is settled",
        run=silent,
        guard="a gateway that calls nobody is asked, again and again",
        control={"clock": "tests.controls.clock_looks_once"},
        payments=12,
    ),
)
