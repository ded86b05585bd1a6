"""Fixtures of the tests that run inside the platform; folders that do not ask for them start no server."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from backend.shared import breaker

if TYPE_CHECKING:
    from tests.operations.world import World


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--renew-pictures` writes the pictures of tests/pictures anew: look at each before it is kept."""
    parser.addoption("--renew-pictures", action="store_true", help="write the pictures that are compared anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes guards away after all others, which find the books as guarded work leaves them."""
    items.sort(key=lambda item: item.nodeid.startswith("tests/controls/"))


@pytest.fixture(autouse=True)
def _no_institution_is_left_alone() -> None:
    """What a test did to an institution is not held against it in the next."""
    breaker.start_afresh()


@pytest.fixture
def in_process() -> Iterator[None]:
    """Work in the platform's environment: each transaction writes one schema, no call is made inside one."""
    from django.db import connection, connections

    from tests.operations import one_schema, outside_calls
    from tests.operations.platform import in_environment

    one_schema.violations.clear()
    outside_calls.violations.clear()
    with in_environment():
        yield
        in_transaction = connection.in_atomic_block
        connections.close_all()
    assert not in_transaction, "a test left a transaction open"
    assert one_schema.violations == []
    assert outside_calls.violations == []


@pytest.fixture
def world(in_process: None) -> "Iterator[World]":
    """The sandbox, without faults before and after."""
    from tests.operations.world import World

    with World() as world:
        yield world
