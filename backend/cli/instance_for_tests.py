"""Servers and environment for tests and checks: the same for `./sem test` and for pytest called by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from backend.cli.environment import build_environment
from backend.cli.instance import Instance, acquire
from backend.cli.servers import servers

DAY = date(2025, 3, 20)
"""The domain date of demo and tests: the tables of reference are complete for that year."""


@contextmanager
def instance_for_tests(name: str = "test") -> Iterator[tuple[Instance, dict[str, str]]]:
    """Have PostgreSQL and Valkey up for an instance of our own (test, else test-2 …) and give its environment.

    A caller that loads Django in the same process puts the environment into `os.environ` first.
    """
    with acquire(name, or_next=True) as instance, servers(instance, durable=False) as addresses:
        yield instance, build_environment(instance, addresses, mode="test", day=DAY)
