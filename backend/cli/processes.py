"""Keeps a set of processes running: a log each, started again when they die, stopped cleanly, by their own ids only."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend.cli.accounts import Account

_ENDING_ORDER = ("platform", "world", "servers")
_LOOK_EVERY = 0.1  # seconds
_BACK_OFF = (0.1, 0.5, 1.0, 2.0, 5.0)  # seconds before the first, second … start again
_STEADY_AFTER = 20.0  # seconds alive, after which a death counts as the first again
_LARGEST_LOG = 20_000_000  # bytes


@dataclass(frozen=True)
class Program:
    """What is to be kept running."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0  # seconds between the stop signal and SIGKILL


@dataclass
class _Child:
    program: Program
    process: "subprocess.Popen[bytes]"
    started: float
    deaths: int = 0
    start_again_at: float | None = None
    restarts: int = 0


class Supervisor:
    """Runs programs in process groups of their own. `folder` gets logs/ and pids/<kind>/."""

    def __init__(self, folder: Path, kind: Literal["platform", "world", "servers"]) -> None:
        self._logs = folder / "logs"
        self._pids = folder / "pids" / kind
        for path in (self._logs, self._pids):
            path.mkdir(parents=True, exist_ok=True)
        self._children: dict[str, _Child] = {}
        self._guard = threading.RLock()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self, program: Program) -> None:
        with self._guard:
            self._children[program.name] = _Child(program, self._spawn(program), time.monotonic())
            if not self._watcher.is_alive():
                self._watcher.start()

    def pid(self, name: str) -> int:
        """The process id now: another one after a start again."""
        with self._guard:
            return self._children[name].process.pid

    def restarts(self, name: str) -> int:
        with self._guard:
            return self._children[name].restarts

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def names(self) -> list[str]:
        return list(self._children)

    def is_running(self, name: str) -> bool:
        with self._guard:
            return self._children[name].process.poll() is None

    def stop(self) -> None:
        """End all programs: the stop signal to each, then SIGKILL to what outlives its grace. Safe to repeat.

        The signal goes to the leader alone, which ends what it started: Dramatiq's would hear it twice otherwise,
        and kill its workers at the second time.
        """
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        with self._guard:
            for child in self._children.values():
                with contextlib.suppress(PermissionError):
                    child.process.send_signal(child.program.stop_signal)
            for child in self._children.values():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(child.program.grace)
                _signal_group(child.process.pid, signal.SIGKILL)
                child.process.wait()
                (self._pids / child.program.name).unlink(missing_ok=True)
            self._children.clear()

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY):
            with self._guard:
                for child in self._children.values():
                    self._heal(child)

    def _heal(self, child: _Child) -> None:
        code = child.process.poll()
        now = time.monotonic()
        if code is None:
            return
        if child.start_again_at is None:
            _signal_group(child.process.pid, signal.SIGKILL)  # what the dead leader left of its group
            if now - child.started > _STEADY_AFTER:
                child.deaths = 0
            child.start_again_at = now + _BACK_OFF[min(child.deaths, len(_BACK_OFF) - 1)]
            child.deaths += 1
        elif now >= child.start_again_at:
            with self.log(child.program.name).open("a") as log:
                log.write(f"[sem] ended with {code}; starting it again\n")
            child.process = self._spawn(child.program)
            child.started, child.start_again_at = now, None
            child.restarts += 1

    def _spawn(self, program: Program) -> "subprocess.Popen[bytes]":
        path = self.log(program.name)
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            process = subprocess.Popen(
                program.argv,
                env=dict(program.env),
                cwd=program.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **(program.account.as_arguments() if program.account else {}),
            )
        note = f"{process.pid} {_birth(process.pid)} {program.stop_signal.value} {program.grace}"
        (self._pids / program.name).write_text(note)
        return process


def end_leftovers(folder: Path) -> None:
    """End what the supervisors of a folder left running when they were killed themselves."""
    for kind in _ENDING_ORDER:
        for note in (folder / "pids" / kind).glob("*"):
            _end_leftover(note)


def _end_leftover(note: Path) -> None:
    try:
        pid, birth, stop_signal, grace = note.read_text().split()
    except ValueError:  # half written
        return
    if _birth(int(pid)) == birth:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(pid), signal.Signals(int(stop_signal)))
        _wait_gone(int(pid), birth, float(grace))
        _signal_group(int(pid), signal.SIGKILL)
        _wait_gone(int(pid), birth, float(grace))
    note.unlink()


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def _birth(pid: int) -> str:
    """When the process began, in clock ticks: tells it from a later one with the same id. "-" if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "-"
    fields = stat.rpartition(")")[2].split()
    return "-" if fields[0] == "Z" else fields[19]


def _wait_gone(pid: int, birth: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _birth(pid) == birth and time.monotonic() < deadline:
        time.sleep(0.05)
