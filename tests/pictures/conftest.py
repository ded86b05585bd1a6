"""Fixtures of the pictures."""

from pathlib import Path

import pytest

from tests.journeys.conftest import browser, built, new_page
from tests.pictures.album import Album

__all__ = ["browser", "built", "new_page"]


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Album:
    return Album(folder=Path(__file__).parent / "kept", renews=bool(request.config.getoption("--renew-pictures")))
