"""Child processes that open what strangers send: limited before they read, and with empty hands.

A child is a module whose `main` begins with `limit_itself`. It is started by `ask_child`, or by `child_command` and
`child_environment` where the parent listens while it works (rolls). It knows no database, no address and no secret:
what a file could make it do, it does with nothing.
"""

import logging
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
"""Where the platform's code lies; children run there."""


@dataclass(frozen=True)
class ChildLimits:
    """What looking at one file may cost: bytes of address space and of each written file, seconds of CPU and of wall.

    The kernel asks a child that takes more CPU to end (SIGXCPU), and ends it two seconds later.
    """

    memory: int
    cpu_seconds: int
    output: int
    seconds: float


class ChildFailed(Exception):
    """Raised by `ask_child`: the child took too much or ended without an answer."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"the child ended with {code}" if code is not None else "the child took too long")
        self.code = code
        """Its return code as `subprocess` tells it; None where it ran out of time."""


def limit_itself(limits: ChildLimits) -> None:
    """Bound this process: memory, CPU, what it writes, and no image of its memory on disk."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output, limits.output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_nothing_more() -> None:
    """From here on this process opens no file, socket or pipe: only those that it holds can be read and written.

    setrlimit(2): a limit of 0 makes every call fail that would give a new descriptor. Imports come before it.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def child_command(module: str) -> list[str]:
    """Return the command of a child; `-P` keeps the working directory out of what it imports from."""
    return [sys.executable, "-P", "-m", module]


def child_environment() -> Mapping[str, str]:
    """Return all that a child is told: no addresses, no secrets."""
    return {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}


def ask_child(module: str, task: bytes, limits: ChildLimits) -> bytes:
    """Give a child its task on standard input and return what it printed. Raises `ChildFailed`."""
    try:
        done = subprocess.run(
            child_command(module),
            input=task,
            capture_output=True,
            cwd=ROOT,
            env=child_environment(),
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildFailed(None) from error
    if done.returncode or len(done.stdout) > limits.output:
        said = done.stderr[-2000:].decode("utf-8", "replace")
        _log.warning("%s ended with %s: %s", module, done.returncode, said)
        raise ChildFailed(done.returncode)
    return done.stdout
