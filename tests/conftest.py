"""Fixtures of the tests that run inside the platform; folders that do not ask for them start no server."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from backend.shared import breaker

if TYPE_CHECKING:
    from tests.operations.world import World


@pytest.fixture(autouse=True)
def _no_institution_is_left_alone() -> None:
    """What a test did to an institution is not held against it in the next."""
    breaker.start_afresh()


@pytest.fixture
def in_process() -> Iterator[None]:
    """Work in the platform's environment, each transaction held to one schema."""
    from django.db import connection, connections

    from tests.operations import one_schema
    from tests.operations.platform import in_environment

    one_schema.violations.clear()
    with in_environment():
        yield
        in_transaction = connection.in_atomic_block
        connections.close_all()
    assert not in_transaction, "a test left a transaction open"
    assert one_schema.violations == []


@pytest.fixture
def world(in_process: None) -> "Iterator[World]":
    """The sandbox, without faults before and after."""
    from tests.operations.world import World

    with World() as world:
        yield world
