"""The database for one command: the one that the environment names, that of a running instance, or one started now."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.cli import postgres
from backend.cli.environment import join_environment
from backend.cli.instance import Instance, acquire
from backend.cli.paths import STATE
from backend.cli.problems import Problem
from backend.cli.processes import Supervisor


@contextmanager
def database_up(*, state: Path = STATE) -> Iterator[None]:
    """Have the environment of this process name a database that answers; stop what was started for it.

    The instance is $SEM_INSTANCE, else `demo`, else the one that ran last. Raises `Problem` where none ever ran.
    """
    if "DATABASE_URL" in os.environ:
        yield
        return
    name = os.environ.get("SEM_INSTANCE") or _known_instance(state)
    join_environment(name, state=state)
    try:
        instance = acquire(name, state=state)
    except Problem:  # it has an owner: it runs
        yield
        return
    with instance:
        yield from _started(instance)


def _started(instance: Instance) -> Iterator[None]:
    supervisor = Supervisor(instance.directory, "servers")
    try:
        os.environ.update(postgres.start(instance, supervisor))
        yield
    finally:
        supervisor.stop()


def _known_instance(state: Path) -> str:
    if (state / "demo" / "env.json").exists():
        return "demo"
    noted = sorted(state.glob("*/env.json"), key=lambda path: path.stat().st_mtime)
    return noted[-1].parent.name if noted else "demo"
