"""The processes of the Procfile, each with a supervisor of its own, so that a test can exchange one of them."""

import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backend.cli.paths import ROOT
from backend.cli.processes import Program, Supervisor
from backend.cli.procfile import read_procfile
from tests.live.waiting import wait_for


@dataclass(frozen=True)
class Otherwise:
    """How a process is started other than by its line of the Procfile alone.

    `module` takes the place of the start-up module, `env` is added, `within` is shell text with {command} in it.
    """

    module: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    within: str = "{command}"


START_UP = {
    "web": "backend.config.wsgi",
    "worker": "backend.config.worker",
    "relay": "backend.cli relay",
    "clock": "backend.cli clock",
}
"""What a start-up module of tests/controls/ takes the place of."""


class Processes:
    """What `backend.cli.running.start` runs, by the same Procfile, supervisor and environment."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder = folder
        self._env = env
        self._supervisors: dict[str, Supervisor] = {}

    def start_all(self) -> None:
        for name in read_procfile():
            self._start(name, self._command(name))

    def restart(self, name: str) -> None:
        """End a process and start it anew: it forgets what it has cached."""
        self._supervisors[name].stop()
        self._start(name, self._command(name))

    def names(self) -> list[str]:
        return list(self._supervisors)

    def exchange(self, changes: Mapping[str, Otherwise]) -> None:
        """Have some processes run otherwise from now on, all exchanged at the same time."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda name: self._supervisors[name].stop(), changes))
        for name, change in changes.items():
            command = self._command(name)
            if change.module:
                assert START_UP[name] in command
                command = command.replace(START_UP[name], change.module)
            self._start(name, change.within.format(command=command), change.env)

    def stop_all(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Supervisor.stop, self._supervisors.values()))
        self._supervisors.clear()

    def log(self, name: str) -> Path:
        return self._folder / "logs" / f"{name}.log"

    def pid(self, name: str) -> int:
        return self._supervisors[name].pid(name)

    def kill(self, name: str) -> None:
        """kill -9 of the process that the Procfile's line started."""
        os.kill(self.pid(name), signal.SIGKILL)

    def kill_children(self, name: str) -> int:
        """kill -9 of every process that it forked; tells how many."""
        killed = children_of(self.pid(name))
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        return len(killed)

    def is_up_again(self, name: str, *, after: int) -> bool:
        """Whether another process runs in place of the one with the id `after`."""
        supervisor = self._supervisors[name]
        return supervisor.pid(name) != after and supervisor.is_running(name)

    @contextmanager
    def exchanged(self, name: str, module: str, other: str) -> Iterator[None]:
        """Run the Procfile's line with another start-up module; the real one comes back at the end."""
        command = self._command(name)
        assert module in command
        self._supervisors[name].stop()
        self._start(name, command.replace(module, other))
        try:
            yield
        finally:
            self._supervisors[name].stop()
            self._start(name, command)

    @contextmanager
    def more(self, name: str, number: int, *, module: str = "") -> Iterator[None]:
        """Run so many more of a process beside the one that there is."""
        supervisor = Supervisor(self._folder, "platform")
        command = self._command(name).replace(START_UP[name], module or START_UP[name])
        try:
            for each in range(number):
                supervisor.start(Program(f"{name}-{each + 2}", ["/bin/sh", "-c", command], self._env, ROOT))
            yield
        finally:
            supervisor.stop()

    @contextmanager
    def beside(self, name: str, module: str, other: str, *, port: int) -> Iterator[None]:
        """Run a second such process with another start-up module on a port of its own."""
        command = self._command(name)
        assert module in command
        supervisor = Supervisor(self._folder, "platform")
        argv = ["/bin/sh", "-c", command.replace(module, other)]
        try:
            supervisor.start(Program(f"{name}-{other}", argv, {**self._env, "PORT": str(port)}, ROOT))
            yield
        finally:
            supervisor.stop()

    def _command(self, name: str) -> str:
        return read_procfile()[name][2]

    def _start(self, name: str, command: str, env: Mapping[str, str] | None = None) -> None:
        supervisor = Supervisor(self._folder, "platform")
        supervisor.start(Program(name, ["/bin/sh", "-c", command], {**self._env, **(env or {})}, ROOT))
        self._supervisors[name] = supervisor


class Server:
    """PostgreSQL or Valkey of the instance, by the note that its supervisor keeps."""

    def __init__(self, folder: Path, name: str) -> None:
        self._note = folder / "pids" / "servers" / name
        self._folder = folder

    @property
    def pid(self) -> int:
        return int(self._note.read_text().split()[0])

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    @contextmanager
    def kept_down(self, needs: str) -> Iterator[None]:
        """kill -9, and no start again: the file that it needs is away until the end."""
        file = self._folder / needs
        away = file.with_suffix(".away")
        file.rename(away)
        try:
            before = self.pid
            self.kill()
            wait_for(lambda: self.pid != before, "its supervisor tries to start it again")
            yield
        finally:
            away.rename(file)


def children_of(pid: int) -> list[int]:
    """Process ids of the living children, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
