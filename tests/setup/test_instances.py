"""Instances: one owner at a time, secrets and ports that stay."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend.cli.instance import acquire
from backend.cli.paths import ROOT
from backend.cli.problems import Problem


def test_an_instance_has_one_owner_at_a_time(state: Path) -> None:
    with acquire("demo", state=state), pytest.raises(Problem, match="in use"):
        acquire("demo", state=state)

    acquire("demo", state=state).release()


def test_the_next_name_is_taken_where_that_is_wanted(state: Path) -> None:
    with (
        acquire("once", or_next=True, state=state) as first,
        acquire("once", or_next=True, state=state) as second,
        acquire("once", or_next=True, state=state) as third,
    ):
        assert [first.name, second.name, third.name] == ["once", "once-2", "once-3"]


def test_a_killed_owner_leaves_the_instance_free(state: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from backend.cli.instance import acquire
acquire("demo", state=Path({str(state)!r}))
os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)

    assert died.returncode == -9
    acquire("demo", state=state).release()


def test_a_secret_is_made_once_and_private(state: Path) -> None:
    with acquire("demo", state=state) as instance:
        first, again, other = instance.secret("django"), instance.secret("django"), instance.secret("valkey")

        assert first == again
        assert first != other
        assert len(first) >= 43
        assert (instance.directory / "secrets" / "django").stat().st_mode & 0o777 == 0o600


def test_a_port_stays_until_somebody_takes_it(state: Path) -> None:
    with acquire("demo", state=state) as instance:
        port = instance.port("web")

        assert instance.port("web") == port
        assert instance.port("sandbox") != port
        with socket.socket() as somebody:
            somebody.bind(("127.0.0.1", port))
            somebody.listen()
            assert instance.port("web") != port
            with pytest.raises(Problem, match="taken"):
                instance.port("web", wanted=port)
