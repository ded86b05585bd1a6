"""kill -9 of PostgreSQL, Valkey, web, worker, relay, clock, at random moments while people pay."""

import time
from collections.abc import Callable

from backend.cli.procfile import read_procfile
from tests.drills.drill import Drill
from tests.drills.scene import Scene
from tests.live.waiting import wait_for

_MOMENTS = ("ordered", "handed over", "paid")
_KILLS = 6


def _killing(kill: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Let people pay, and kill at that many moments of theirs, chosen by the drill's dice."""

    def run(scene: Scene) -> None:
        people = scene.people()

        def fault() -> None:
            for _number, name, after in _chosen_moments(scene, len(people)):
                if scene.wait_for_moment(name, _number):
                    scene.pause(after)
                    kill(scene)
            scene.notes.append(f"killed {scene.kills} times")

        with scene.meanwhile(fault):
            scene.pay_through(people)

    return run


def _chosen_moments(scene: Scene, payments: int) -> list[tuple[int, str, float]]:
    numbers = sorted(scene.random.sample(range(1, payments), min(_KILLS, payments - 1)))
    return [(number, scene.random.choice(_MOMENTS), scene.random.uniform(0, 0.5)) for number in numbers]


def _kill_process(name: str) -> Callable[[Scene], None]:
    """The leader and what it forked, in turn."""

    def kill(scene: Scene) -> None:
        processes, before = scene.platform.processes, scene.platform.processes.pid(name)
        scene.kills += 1
        if scene.kills % 2 and processes.kill_children(name):
            return
        processes.kill(name)
        wait_for(lambda: processes.is_up_again(name, after=before), f"{name} is up again")

    return kill


def _killing_when(name: str, moves: Callable[[Scene], int]) -> Callable[[Scene], None]:
    """Kill a process whenever its own count has just moved, so that it is in the middle of something."""
    kill = _kill_process(name)

    def run(scene: Scene) -> None:
        def fault() -> None:
            for _number in range(_KILLS):
                before = moves(scene)
                while moves(scene) <= before:
                    if scene.is_over and scene.is_quiet():
                        return
                    time.sleep(0.05)
                kill(scene)

        with scene.meanwhile(fault):
            scene.pay_through(scene.people())
        scene.notes.append(f"killed {scene.kills} times")

    return run


def _kill_postgres(scene: Scene) -> None:
    _kill_server(scene, "postgres")


def _kill_valkey(scene: Scene) -> None:
    _kill_server(scene, "valkey")


def _kill_server(scene: Scene, name: str) -> None:
    server = getattr(scene.platform, name)
    before = server.pid
    scene.kills += 1
    server.kill()
    wait_for(lambda: server.pid != before, f"{name} is started again")


def _drill(name: str, kill: Callable[[Scene], None], proves: str, guard: str, **control: str) -> Drill:
    return Drill(f"kill-{name}", proves, _killing(kill), guard, control, payments=24)


def _with_a_clock(scene: Scene) -> None:
    """Some go away without paying; what they ordered is free again, before the last kill and after it."""
    gone = scene.hand_over(scene.people(8))
    scene.expire(gone[::2])
    _killing(_kill_process("clock"))(scene)
    scene.expire(gone[1::2])
    try:
        wait_for(lambda: not _open_past_validity(scene), "orders past their validity are closed", seconds=30)
    except AssertionError:
        scene.failures.append(f"{_open_past_validity(scene)} orders past their validity are open")
    scene.pay(gone[:2])


def _open_past_validity(scene: Scene) -> int:
    query = "SELECT count(*) FROM billing_order WHERE state IN ('CREATED', 'SENT') AND valid_until < now() AND id > %s"
    return sum(int(str(scene.platform.rows(each.town.slug, query, each.order)[0][0])) for each in scene.marks)


_LATER = "tests.controls.wsgi_notices_stored_later"
_ONCE = "tests.controls.relay_sends_once"
_ALL = (
    _drill(
        "postgres",
        _kill_postgres,
        "the database is killed while people pay and notices arrive",
        "a notice is answered when it is stored",
        web=_LATER,
    ),
    _drill(
        "valkey",
        _kill_valkey,
        "the broker is killed while people pay: the outbox sends again",
        "a delivery is open until its effect is done",
        relay=_ONCE,
    ),
    _drill(
        "web",
        _kill_process("web"),
        "web processes are killed while people ask, order, come back, and notices arrive",
        "a notice is answered when it is stored",
        web=_LATER,
    ),
    Drill(
        "kill-worker",
        "workers are killed while they settle, sign and mail",
        _killing_when("worker", Scene.finished),
        "a delivery is closed after its effect",
        {"worker": "tests.controls.live_closed_before_effect"},
        payments=24,
    ),
    Drill(
        "kill-relay",
        "the relay is killed between taking and sending",
        _killing_when("relay", Scene.taken),
        "a delivery is open until its effect is done",
        {"relay": _ONCE},
        payments=24,
    ),
    Drill(
        "kill-clock",
        "the clock is killed over and over: orders that nobody paid are closed, and paid late they are settled",
        _with_a_clock,
        "the clock looks again and again at what is due",
        {"clock": "tests.controls.clock_looks_once"},
    ),
)
DRILLS = tuple(each for each in _ALL if each.name.removeprefix("kill-") in {*read_procfile(), "postgres", "valkey"})
