"""One platform for all tests of this folder; the world is in order again after each."""

from collections.abc import Iterator

import pytest

from tests.live.platform import Platform, platform
from tests.live.world import World

__all__ = ["platform"]


@pytest.fixture(autouse=True)
def world(platform: Platform) -> Iterator[World]:
    """The sandbox; whatever faults a test ordered end with it."""
    yield platform.world
    platform.world.end_all_faults()
