"""One municipality with seven times the load of the other; every job of the platform at the same time."""

from contextlib import ExitStack

from tests.drills.drill import Drill
from tests.drills.scene import Scene

_SHARES = (7, 1)


def seven_to_one(scene: Scene) -> None:
    """Eight at a time, seven of them in one municipality."""
    people = scene.people(shares=_SHARES)
    scene.pay_through(people, at_once=8)


def all_jobs(scene: Scene) -> None:
    """Three more of every process that works by itself, while orders expire that are just being paid."""
    processes = scene.platform.processes
    with ExitStack() as more:
        for name in ("relay", "clock"):
            if name in processes.names():
                more.enter_context(processes.more(name, 3, module=scene.control.get(name, "")))
        held = scene.hand_over(scene.people())

        def everything_is_due() -> None:
            scene.expire(held[::2])
            while not scene.is_over:
                scene.platform.stuck()

        with scene.meanwhile(everything_is_due):
            scene.pay(held, at_once=8)
        scene.wait_until_quiet()


DRILLS = (
    Drill(
        name="crowd",
        proves="one municipality has seven times the load of the other: each gets its own, nobody is left behind",
        run=seven_to_one,
        guard="a message is worked on in the municipality that it names",
        control={"worker": "tests.controls.live_first_municipality"},
        payments=40,
    ),
    Drill(
        name="jobs-at-once",
        proves="four relays (and four clocks) work at once while orders expire that are being paid",
        run=all_jobs,
        guard="a delivery is taken under a lock, and an effect done twice is done once",
        control={"relay": "tests.controls.relay_without_locks", "worker": "tests.controls.live_mails_of_each_attempt"},
        payments=24,
    ),
)
