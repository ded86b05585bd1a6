"""The domain's calendar jumps between order, payment and notice."""

from tests.drills.drill import Drill
from tests.drills.scene import Scene
from tests.live.processes import Otherwise

_LATE = 12  # days later: the permits of March are late, and cost more
_EARLY = -8


def jumping(scene: Scene) -> None:
    """All order on one day; a third pays on it, a third when it is April, a third when it is earlier than before."""
    held = scene.hand_over(scene.people())
    thirds = [held[first::3] for first in range(3)]
    scene.pay(thirds[0])
    _jump(scene, _LATE)
    scene.pay(thirds[1])
    scene.wait_until_quiet()
    with scene.world_with({"institution": "tgr", "kind": "late_notice", "seconds": 8}):
        scene.pay_through(scene.people(2))
    _jump(scene, _EARLY)
    scene.pay(thirds[2])
    scene.pay_through(scene.people(2))


def _jump(scene: Scene, days: int) -> None:
    shift = str(int(scene.platform.env["SEM_CLOCK_SHIFT_DAYS"]) + days)
    scene.start({name: Otherwise(env={"SEM_CLOCK_SHIFT_DAYS": shift}) for name in scene.platform.processes.names()})


DRILLS = (
    Drill(
        name="calendar-jumps",
        proves="the date moves by weeks between order, payment and notice: what was quoted in time is what is paid",
        run=jumping,
        guard="the amount of an order is frozen when it is made",
        control={"worker": "tests.controls.live_prices_of_today"},
        payments=12,
    ),
)
