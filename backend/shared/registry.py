"""Plug-ins are found by their file or folder: adding one touches nothing else."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


class DuplicatePlugin(Exception):
    """Two plug-ins of one package carry the same code: a mistake in the source, not an input."""


def find_plugins(package: ModuleType | str, attribute: str) -> dict[str, object]:
    """Import every module or folder of `package` and collect `attribute` where it exists, keyed by its `.code`.

    The result is sorted by code. A module that cannot be imported raises: a plug-in never vanishes silently.
    Raises `DuplicatePlugin`.
    """
    home = importlib.import_module(package) if isinstance(package, str) else package
    found: dict[str, object] = {}
    for entry in pkgutil.iter_modules(home.__path__):
        plugin = getattr(importlib.import_module(f"{home.__name__}.{entry.name}"), attribute, None)
        if plugin is None:
            continue
        code: str = plugin.code
        if code in found:
            raise DuplicatePlugin(f"{home.__name__}: {code!r} is given twice, the second time by {entry.name}")
        found[code] = plugin
    return dict(sorted(found.items()))
