"""The platform up and running: the processes of the Procfile and, for demo and tests, the sandbox."""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from backend.cli.instance import Instance
from backend.cli.loopback import LoopbackTransport
from backend.cli.paths import ROOT
from backend.cli.problems import Problem
from backend.cli.processes import Program, Supervisor
from backend.cli.procfile import read_procfile

SANDBOX = "sandbox"


class Running:
    """The processes of the Procfile, healed when they die. The sandbox is stopped by whoever started it."""

    def __init__(self, platform: Supervisor, world: Supervisor) -> None:
        self._platform = platform
        self._world = world

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._platform.stop()

    def pid(self, name: str) -> int:
        """The process id now of web, worker, relay or sandbox."""
        return self._of(name).pid(name)

    def restarts(self, name: str) -> int:
        return self._of(name).restarts(name)

    def logs(self) -> dict[str, Path]:
        return {name: each.log(name) for each in (self._platform, self._world) for name in each.names()}

    def _of(self, name: str) -> Supervisor:
        return self._world if name in self._world.names() else self._platform


@contextmanager
def running_sandbox(instance: Instance, env: Mapping[str, str]) -> Iterator[Supervisor]:
    """Have the outside world up and answering; stop it at the end."""
    world = Supervisor(instance.directory, "world")
    try:
        world.start(Program(SANDBOX, [sys.executable, "-P", "-m", "sandbox"], env, ROOT, grace=5.0))
        wait_healthy(f"http://127.0.0.1:{env['SANDBOX_PORT']}/healthz", log=world.log(SANDBOX))
        yield world
    finally:
        world.stop()


def start(instance: Instance, env: Mapping[str, str], *, world: Supervisor) -> Running:
    """Start every process of the Procfile with this environment; does not wait for them."""
    platform = Supervisor(instance.directory, "platform")
    running = Running(platform, world)
    for name, argv in read_procfile().items():
        platform.start(Program(name, argv, env, ROOT))
    return running


def wait_healthy(url: str, *, seconds: float = 60.0, log: Path | None = None) -> None:
    """Wait until the address answers with a status below 500. Raises `Problem` after `seconds`."""
    deadline = time.monotonic() + seconds
    with httpx.Client(transport=LoopbackTransport(), timeout=5.0) as client:
        while True:
            try:
                answer = client.get(url)
                if answer.status_code < 500:
                    return
                said = f"status {answer.status_code}"
            except httpx.HTTPError as error:
                said = str(error) or type(error).__name__
            if time.monotonic() > deadline:
                raise Problem(f"{url} does not answer ({said}).", _end_of(log) if log else "")
            time.sleep(0.1)


def _end_of(log: Path, *, lines: int = 15) -> str:
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([f"{log} ends with:", *last])
