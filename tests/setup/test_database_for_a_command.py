"""A command that asks one question has a database, whether anything runs or not."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from backend.cli.database import database_up
from backend.cli.instance import acquire
from backend.cli.problems import Problem


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a command does to its environment ends with the test."""
    before = dict(os.environ)
    monkeypatch.delenv("SEM_INSTANCE", raising=False)
    yield
    os.environ.clear()
    os.environ.update(before)


def noted(state: Path, name: str, address: str) -> Path:
    """An instance that ran at some time, and what it noted then."""
    folder = state / name
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "env.json").write_text(json.dumps({"DATABASE_URL": address, "SEM_INSTANCE": name}))
    return folder


def test_where_nothing_runs_the_database_is_started_and_stopped_again(state: Path) -> None:
    noted(state, "once", "postgresql://nobody@127.0.0.1:9/of-then")

    with database_up(state=state):
        address = os.environ["DATABASE_URL"]
        with psycopg2.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            row = cursor.fetchone()
        connection.close()

    assert row == (1,)
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(address, connect_timeout=2)
    acquire("once", state=state).release()


def test_an_instance_that_runs_is_joined(state: Path) -> None:
    noted(state, "demo", "postgresql://somebody@127.0.0.1:9/running")

    with acquire("demo", state=state), database_up(state=state):
        assert os.environ["DATABASE_URL"] == "postgresql://somebody@127.0.0.1:9/running"


def test_a_database_that_the_environment_names_is_taken(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://named")

    with database_up(state=state):
        assert os.environ["DATABASE_URL"] == "postgresql://named"


def test_where_nothing_ever_ran_the_person_is_told(state: Path) -> None:
    with pytest.raises(Problem, match="demo"), database_up(state=state):
        pass

    assert list(state.iterdir()) == []
