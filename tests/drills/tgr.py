"""TGR fails, is silent, repeats itself, turns the order round, lies about the amount."""

from collections.abc import Sequence

from tests.drills.drill import Drill
from tests.drills.people import Held
from tests.drills.scene import Scene
from tests.live.citizen import reference_of


def failing(scene: Scene) -> None:
    """Nine of ten calls fail: refused, broken, nonsense, or done and the answer lost."""
    faults = [
        {"institution": "tgr", "kind": "error_500", "percent": 40},
        {"institution": "tgr", "kind": "refuse", "percent": 40},
        {"institution": "tgr", "kind": "garbage", "percent": 50},
        {"institution": "tgr", "kind": "timeout", "percent": 50, "seconds": 0.5},
    ]
    people = scene.people()
    with scene.world_with(*faults):
        held = scene.hand_over(people, at_once=6)
    scene.pay(held)


def silent(scene: Scene) -> None:
    """No notice at all; half of the orders are past their validity when TGR is heard at last."""
    with scene.world_with({"institution": "tgr", "kind": "no_notice"}):
        held = scene.hand_over(scene.people())
        scene.pay(held)
    scene.expire(held[::2])
    hear_by_file(scene, held)


def hear_by_file(scene: Scene, held: Sequence[Held]) -> None:
    """Hear of payments by TGR's collection file of the day. Until it is read here, TGR sends its notices once more."""
    scene.notes.append("heard by TGR's notices sent once more")
    for each in held:
        scene.world.send_notices_again(reference_of(each.portal))


def duplicating(scene: Scene) -> None:
    """Each notice comes three times at once, and once more when all is over."""
    with scene.world_with({"institution": "tgr", "kind": "duplicate_notice"}):
        held = scene.hand_over(scene.people())
        scene.pay(held)
    for each in held:
        scene.world.send_notices_again(reference_of(each.portal))


def reordering(scene: Scene) -> None:
    """Each payment is rejected first; the news of it comes after that of the success."""
    with scene.world_with({"institution": "tgr", "kind": "overtaken_notice", "seconds": 16}):
        held = scene.hand_over(scene.people())
        scene.each(_rejected_then_paid, held)
        scene.wait_until_told(held)


def _rejected_then_paid(held: Held) -> None:
    held.at_tgr("reject")
    held.at_tgr("pay")


def lying(scene: Scene) -> None:
    """A third of the payments is captured with one peso more, another with one peso in all."""
    held = scene.hand_over(scene.people())
    faults = [
        {"institution": "tgr", "kind": "wrong_amount", "match": each.order.number}
        | ({"amount": 1} if number % 3 else {})
        for number, each in enumerate(held)
        if number % 3 != 2
    ]
    with scene.world_with(*faults):
        scene.pay(held)


DRILLS = (
    Drill(
        name="tgr-failing",
        proves="nine of ten calls to TGR fail, some after the work was done: everybody pays once in the end",
        run=failing,
        guard="an order outlives the failure of its gateway",
        control={"web": "tests.controls.wsgi_failure_cancels"},
        payments=12,
    ),
    Drill(
        name="tgr-silent",
        proves="no notice comes, orders expire: what was captured is settled when it is heard of",
        run=silent,
        guard="a payment past its order's validity is settled where its slot is free",
        control={"worker": "tests.controls.live_late_notices_ignored"},
        payments=12,
    ),
    Drill(
        name="tgr-duplicating",
        proves="each notice comes four times, three of them at once: each payment is settled once",
        run=duplicating,
        guard="a notice is read once for each operation",
        control={"worker": "tests.controls.live_every_notice_counts"},
    ),
    Drill(
        name="tgr-reordering",
        proves="the news of a rejection comes after that of the payment: paid stays paid",
        run=reordering,
        guard="a failure changes nothing of what is paid",
        control={"worker": "tests.controls.live_last_notice_wins"},
        payments=12,
    ),
    Drill(
        name="tgr-lying",
        proves="another amount than the order's is captured: it is kept as homeless, to the peso",
        run=lying,
        guard="the amount paid is the order's",
        control={"worker": "tests.controls.live_any_amount"},
        payments=12,
    ),
)
