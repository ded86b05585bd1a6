"""The platform that tests/live keeps up, if it is up already."""

from tests.live.platform import platform

__all__ = ["platform"]
