"""Processes kept running: healed when they die, ended with all they started, nothing of anybody else's touched."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.cli.instance import acquire
from backend.cli.paths import ROOT
from backend.cli.problems import Problem
from backend.cli.processes import Program, Supervisor
from backend.cli.procfile import read_procfile
from tests.setup.waiting import is_alive, wait_until

ENV = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def supervisor(state: Path) -> Iterator[Supervisor]:
    made = Supervisor(state / "own", "platform")
    yield made
    made.stop()


def shell(name: str, script: str, *, grace: float = 10.0) -> Program:
    return Program(name, ["/bin/sh", "-c", script], ENV, Path("/"), grace=grace)


def test_a_killed_process_is_started_again_with_another_id(supervisor: Supervisor) -> None:
    supervisor.start(shell("web", "echo up; exec sleep 60"))
    before = supervisor.pid("web")
    wait_until(lambda: "up" in supervisor.log("web").read_text())

    os.kill(before, signal.SIGKILL)
    wait_until(lambda: supervisor.restarts("web") == 1 and supervisor.is_running("web"))

    assert supervisor.pid("web") != before
    wait_until(lambda: supervisor.log("web").read_text().count("up") == 2)
    assert "ended with -9" in supervisor.log("web").read_text()


def test_what_a_killed_leader_left_of_its_group_is_ended(supervisor: Supervisor) -> None:
    supervisor.start(shell("web", "sleep 61 & echo $!; wait"))
    wait_until(lambda: supervisor.log("web").read_text().strip().isdigit())
    child = int(supervisor.log("web").read_text())

    os.kill(supervisor.pid("web"), signal.SIGKILL)

    wait_until(lambda: not is_alive(child))


def test_stop_ends_even_what_ignores_the_signal(supervisor: Supervisor) -> None:
    supervisor.start(shell("stubborn", "trap '' TERM; echo up; while :; do sleep 0.1; done", grace=0.3))
    wait_until(lambda: "up" in supervisor.log("stubborn").read_text())
    pid = supervisor.pid("stubborn")

    supervisor.stop()

    assert not is_alive(pid)


def test_stop_asks_politely_first(supervisor: Supervisor) -> None:
    supervisor.start(shell("polite", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"))
    log = supervisor.log("polite")
    wait_until(lambda: "up" in log.read_text())

    supervisor.stop()

    assert "bye" in log.read_text()


def test_the_stop_signal_reaches_the_leader_alone_and_once(supervisor: Supervisor) -> None:
    child = "trap 'echo child heard' TERM; while :; do sleep 0.05; done"
    leader = f"trap 'echo leader heard; exit 0' TERM; ({child}) & echo up; wait"
    supervisor.start(shell("web", leader))
    log = supervisor.log("web")
    wait_until(lambda: "up" in log.read_text())

    supervisor.stop()

    assert log.read_text().split("\n") == ["up", "leader heard", ""]


def test_the_next_owner_ends_what_a_killed_one_left_running(state: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from backend.cli.instance import acquire
from backend.cli.processes import Program, Supervisor
instance = acquire("own", state=Path({str(state)!r}))
supervisor = Supervisor(instance.directory, "platform")
supervisor.start(Program("web", ["/bin/sleep", "62"], {{}}, Path("/")))
print(supervisor.pid("web"), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=30
    )
    left = int(died.stdout)
    assert is_alive(left)

    acquire("own", state=state).release()

    assert not is_alive(left)


def test_a_later_process_with_the_same_id_is_left_alone(state: Path) -> None:
    somebody = subprocess.Popen(["/bin/sleep", "63"], start_new_session=True)
    try:
        notes = state / "own" / "pids" / "platform"
        notes.mkdir(parents=True)
        (notes / "web").write_text(f"{somebody.pid} 12345 15 1.0")

        acquire("own", state=state).release()

        assert is_alive(somebody.pid)
    finally:
        somebody.kill()
        somebody.wait()


def test_the_procfile_names_web_worker_and_relay_and_its_lines_are_exec_lines() -> None:
    programs = read_procfile()

    assert set(programs) >= {"web", "worker", "relay"}
    assert all(argv[:2] == ["/bin/sh", "-c"] and argv[2].startswith("exec ") for argv in programs.values())
    assert "$" + "{PORT" in programs["web"][2]


@pytest.mark.parametrize("text", ["web granian", "web: a\nweb: b", "Web: a"])
def test_a_line_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text(text)

    with pytest.raises(Problem):
        read_procfile(path)
