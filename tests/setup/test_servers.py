"""PostgreSQL and Valkey as we start them: really started, really killed."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from backend.cli import postgres, valkey
from backend.cli.instance import acquire
from backend.cli.processes import Supervisor
from backend.cli.servers import servers
from tests.setup.waiting import wait_until


@contextmanager
def own_servers(state: Path) -> Iterator[tuple[dict[str, str], Supervisor]]:
    with acquire("own", state=state) as instance:
        supervisor = Supervisor(instance.directory, "servers")
        try:
            yield {**postgres.start(instance, supervisor), **valkey.start(instance, supervisor)}, supervisor
        finally:
            supervisor.stop()


def ask(address: str, question: str, *, seconds: float = 20.0) -> Any:
    """The one value that a query gives; goes on asking while the server is away."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            connection = psycopg2.connect(address)
            break
        except psycopg2.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def test_rows_and_messages_outlive_a_stop_and_a_start(state: Path) -> None:
    with own_servers(state) as (env, _):
        ask(env["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 7 AS number")
        redis.Redis.from_url(env["REDIS_URL"]).set("kept", "7")

    with own_servers(state) as (env, _):
        assert ask(env["DATABASE_OWNER_URL"], "SELECT number FROM kept") == 7
        assert redis.Redis.from_url(env["REDIS_URL"]).get("kept") == b"7"


def test_killed_servers_come_back_with_what_they_had_confirmed(state: Path) -> None:
    with own_servers(state) as (env, supervisor):
        ask(env["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 7 AS number")
        broker = redis.Redis.from_url(env["REDIS_URL"], retry_on_error=[redis.ConnectionError])
        broker.set("kept", "7")
        broker.execute_command("WAITAOF", 1, 0, 5000)

        for name in ("postgres", "valkey"):
            os.kill(supervisor.pid(name), signal.SIGKILL)
        wait_until(lambda: supervisor.restarts("postgres") == 1 and supervisor.restarts("valkey") == 1)

        assert ask(env["DATABASE_OWNER_URL"], "SELECT number FROM kept") == 7
        wait_until(lambda: _answers(broker))
        assert broker.get("kept") == b"7"


def test_the_application_cannot_change_the_structure(state: Path) -> None:
    with own_servers(state) as (env, _):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(env["DATABASE_URL"], "CREATE TABLE mine (number integer)")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(env["DATABASE_URL"], "CREATE SCHEMA mine")

        assert ask(env["DATABASE_URL"], "SELECT count(*) FROM pg_namespace WHERE nspname = 'mine'") == 0


def test_nobody_gets_in_without_the_password(state: Path) -> None:
    with own_servers(state) as (env, _):
        guess = env["DATABASE_URL"].replace(env["DATABASE_URL"].split(":")[2].split("@")[0], "guess")

        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(guess)
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url("redis://" + env["REDIS_URL"].rpartition("@")[2]).get("kept")


def test_upper_case_knows_accents(state: Path) -> None:
    with own_servers(state) as (env, _):
        assert ask(env["DATABASE_URL"], "SELECT upper('ñuñoa, ación')") == "ÑUÑOA, ACIÓN"


def test_locks_suffice_for_a_query_over_all_municipalities(state: Path) -> None:
    with own_servers(state) as (env, _):
        assert ask(env["DATABASE_URL"], "SHOW max_locks_per_transaction") == "1024"


def test_as_root_the_database_runs_as_somebody_else_without_roots_groups(state: Path) -> None:
    with own_servers(state) as (_, supervisor):
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{supervisor.pid('postgres')}/status").read_text().splitlines()
        )

        assert "0" not in status["Uid"].split()
        if os.geteuid() == 0:
            assert "0" not in status["Gid"].split()
            assert status["Groups"].split() == []


def test_a_checkout_that_only_root_can_enter_gets_its_data_elsewhere(state: Path) -> None:
    closed = state / "closed"
    closed.mkdir(mode=0o700)
    with own_servers(closed) as (env, _):
        assert ask(env["DATABASE_URL"], "SELECT 1") == 1

    assert closed.stat().st_mode & 0o777 == 0o700
    for link in (closed / "own").glob("postgres-*"):  # for the fixture to find and remove
        if link.is_symlink():
            assert os.geteuid() == 0
            (state / "own").mkdir()
            link.rename(state / "own" / link.name)


def test_given_servers_are_used_with_a_database_beside_the_given_one(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_servers(state) as (given, _):
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        with acquire("once-2", state=state) as instance, servers(instance) as env:
            database = ask(env["DATABASE_URL"], "SELECT current_database()")

            assert database == "sem_once_2"
            assert ask(env["DATABASE_URL"], "SELECT current_user") == "sem_app"
            assert ask(env["DATABASE_OWNER_URL"], "SELECT current_user") == "sem_owner"
            assert env["REDIS_URL"] == given["REDIS_URL"]
            assert env["SEM_REDIS_PREFIX"] == "once-2"
            assert not (instance.directory / "valkey").exists()
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask(env["DATABASE_URL"], "CREATE TABLE mine (number integer)")


def _answers(broker: "redis.Redis") -> bool:
    try:
        return bool(broker.ping())
    except redis.RedisError:
        return False
