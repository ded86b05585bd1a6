"""The database and the broker of an instance: our own, or those that the environment names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from backend.cli import postgres, roles, valkey
from backend.cli.instance import Instance
from backend.cli.processes import Supervisor


@contextmanager
def servers(instance: Instance, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Have both servers up and give their addresses (DATABASE_URL, …, SEM_REDIS_PREFIX); stop what we started.

    Servers named by the environment are used as they are: the instance `demo` in the database named, every other
    instance in a database of its own beside it.
    """
    supervisor = Supervisor(instance.directory, "servers")
    try:
        yield {
            **_database(instance, supervisor, durable=durable),
            **_broker(instance, supervisor),
            "SEM_REDIS_PREFIX": instance.name,
        }
    finally:
        supervisor.stop()


def _database(instance: Instance, supervisor: Supervisor, *, durable: bool) -> dict[str, str]:
    application = os.environ.get("DATABASE_URL")
    owner = os.environ.get("DATABASE_OWNER_URL") or application
    if not application or not owner:
        return postgres.start(instance, supervisor, durable=durable)
    if instance.name == "demo":
        return {"DATABASE_OWNER_URL": owner, "DATABASE_URL": application}
    return roles.create_beside(owner, application, suffix=instance.name)


def _broker(instance: Instance, supervisor: Supervisor) -> dict[str, str]:
    given = os.environ.get("REDIS_URL")
    return {"REDIS_URL": given} if given else valkey.start(instance, supervisor)
