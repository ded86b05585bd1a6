"""These tests run inside the platform: it is up before their modules are imported."""

import pytest

from tests.operations import platform


def pytest_configure(config: pytest.Config) -> None:
    platform.start(config)


@pytest.fixture(autouse=True)
def _inside_the_platform(in_process: None) -> None:
    """Each of them."""
