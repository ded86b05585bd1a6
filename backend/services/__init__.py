"""The municipal services, found by their folders."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar, cast

from backend.services.base import Service
from backend.shared.errors import DomainError
from backend.shared.registry import find_plugins
from backend.shared.text import Text


class UnknownService(DomainError):
    """Raised by `get_service`: no folder gives that code."""

    code: ClassVar[str] = "services.unknown"
    message: Text = Text(es="El servicio no existe.", en="There is no such service.")


def services() -> dict[str, Service]:
    """Give every service by its code, sorted."""
    return dict(_found(tuple(__path__)))


def get_service(code: str) -> Service:
    """Find a service. Raises `UnknownService`."""
    try:
        return _found(tuple(__path__))[code]
    except KeyError as missing:
        raise UnknownService(service=code) from missing


def reference_folders() -> list[Path]:
    """Give the folders of reference data that services bring along, laid out as `backend/reference/data`."""
    return [folder for home in __path__ for folder in sorted(Path(home).glob("*/reference")) if folder.is_dir()]


@lru_cache(maxsize=8)
def _found(_folders: tuple[str, ...]) -> dict[str, Service]:
    """Keyed by the folders searched, so that a folder added to the package path is seen."""
    found = find_plugins(__name__, "SERVICE")
    return cast(dict[str, Service], found)  # the contract tests run over every plug-in found
