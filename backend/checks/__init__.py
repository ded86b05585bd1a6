"""The outside registers, found by their files."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, cast

from backend.checks.base import Register
from backend.shared.errors import DomainError
from backend.shared.registry import find_plugins
from backend.shared.text import Text


class UnknownRegister(DomainError):
    """Raised by `get_register`: no file gives that code."""

    code: ClassVar[str] = "checks.unknown"
    message: Text = Text(es="El registro no existe.", en="There is no such register.")


def registers() -> dict[str, Register]:
    """Give every register by its code, sorted."""
    return dict(_found(tuple(__path__)))


def get_register(code: str) -> Register:
    """Find a register. Raises `UnknownRegister`."""
    try:
        return _found(tuple(__path__))[code]
    except KeyError as missing:
        raise UnknownRegister(register=code) from missing


@lru_cache(maxsize=8)
def _found(_folders: tuple[str, ...]) -> dict[str, Register]:
    """Keyed by the folders searched, so that a folder added to the package path is seen."""
    found = find_plugins(__name__, "REGISTER")
    return cast(dict[str, Register], found)  # the contract tests run over every plug-in found
