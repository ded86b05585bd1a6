"""An instance: a complete installation of servers, data, keys, ports under .sem/<name>/, one owner at a time."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from backend.cli.paths import STATE
from backend.cli.ports import is_free, unused_port
from backend.cli.problems import Problem
from backend.cli.processes import end_leftovers

_NAMES_TRIED = 50


class Instance:
    """A locked instance. `release` (or the end of the process, however it ends) lets the next owner in."""

    def __init__(self, name: str, directory: Path, lock: IO[str]) -> None:
        self.name = name
        self.directory = directory
        self._lock = lock

    def __enter__(self) -> "Instance":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        self._lock.close()

    def folder(self, *parts: str) -> Path:
        """A folder of the instance, made if need be."""
        path = self.directory.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """A random secret of this instance: 256 bits, made once, readable by its owner only."""
        path = self.folder("secrets") / name
        path.parent.chmod(0o700)
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32))
        return path.read_text()

    def port(self, name: str, *, wanted: int | None = None) -> int:
        """The port kept under this name, or another free one if somebody has taken it.

        Raises `Problem` if `wanted` was named by a person and is taken.
        """
        if wanted is not None and not is_free(wanted):
            raise Problem(f"Port {wanted} is taken.", "Choose another with --port, or leave it out.")
        path = self.directory / "ports.json"
        ports: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        port = wanted or ports.get(name)
        if port is None or not is_free(port):
            port = unused_port(besides=set(ports.values()))
        if ports.get(name) != port:
            write_private(path, json.dumps(ports | {name: port}, indent=1, sort_keys=True))
        return port


def acquire(name: str, *, or_next: bool = False, state: Path = STATE) -> Instance:
    """Lock the instance `name`; with `or_next`, the first free one of name, name-2, name-3 …

    Raises `Problem` if it has an owner already.
    """
    for candidate in _candidates(name) if or_next else [name]:
        directory = state / candidate
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o755)  # the database server may run as another user; what is private is so by itself
        lock = (directory / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        end_leftovers(directory)
        return Instance(candidate, directory, lock)
    raise Problem(
        f"The instance '{name}' is in use by another process.", "Stop that one first (Ctrl-C in its terminal)."
    )


def _candidates(name: str) -> Iterator[str]:
    yield name
    for number in range(2, _NAMES_TRIED):
        yield f"{name}-{number}"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
