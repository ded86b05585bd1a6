"""The mail server refuses, is slow, or takes a mail and dies before it says so."""

from tests.drills.drill import Drill
from tests.drills.scene import Scene

_LONGER_THAN_WE_WAIT = 17  # seconds; backend.messaging.smtp waits 15
_SENDING = "messaging.tasks.send_message"


def refusing(scene: Scene) -> None:
    """No connection holds, then every recipient is refused for now, while all pay; then it works again."""
    people = scene.people()
    half = len(people) // 2
    with scene.world_with({"institution": "smtp", "kind": "refuse"}):
        scene.pay_through(people[:half])
    with scene.world_with({"institution": "smtp", "kind": "refuse_4xx"}):
        scene.pay_through(people[half:])
        scene.wait_until_tried(_SENDING)


def slow(scene: Scene) -> None:
    """Six mails are taken, and the answer comes when nobody waits for it any more."""
    with scene.world_with({"institution": "smtp", "kind": "slow", "times": 6, "seconds": _LONGER_THAN_WE_WAIT}):
        scene.pay_through(scene.people())
        scene.wait_until_tried(_SENDING)


def dying(scene: Scene) -> None:
    """Half of the mails are taken by a server that dies before it answers."""
    with scene.world_with({"institution": "smtp", "kind": "die_after_data", "percent": 50}):
        scene.pay_through(scene.people())
        scene.wait_until_tried(_SENDING)


_NEW_IDS = {"worker": "tests.controls.live_new_message_ids"}

DRILLS = (
    Drill(
        name="mail-refusing",
        proves="the mail server refuses while people pay: payments stand, mails wait and arrive",
        run=refusing,
        guard="a mail is sent when the server has taken it",
        control={"worker": "tests.controls.live_refused_mails_forgotten"},
    ),
    Drill(
        name="mail-slow",
        proves="the mail server answers too late: the repeat carries the same Message-ID",
        run=slow,
        guard="a mail keeps its Message-ID",
        control=_NEW_IDS,
        payments=12,
    ),
    Drill(
        name="mail-dying",
        proves="the mail server takes mails and dies before it says so: the repeat carries the same Message-ID",
        run=dying,
        guard="a mail keeps its Message-ID",
        control=_NEW_IDS,
        payments=12,
    ),
)
