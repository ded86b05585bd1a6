"""These tests run inside the platform: it is up before their modules are imported."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.operations import platform

if TYPE_CHECKING:
    from tests.staff.people import Person


def pytest_configure(config: pytest.Config) -> None:
    platform.start(config)


@pytest.fixture(autouse=True)
def _inside_the_platform(in_process: None) -> None:
    """Each of them."""


@pytest.fixture(scope="module")
def looks_as_before() -> Iterator[None]:
    """The town is dressed again as the others expect it."""
    yield
    from tests.staff.looks import wear_the_preset

    wear_the_preset()


@pytest.fixture
def designer(looks_as_before: None) -> "Person":
    """Somebody who may change the look."""
    from tests.staff.looks import somebody_who_designs

    return somebody_who_designs()
