"""Lets every Python process that has this folder on PYTHONPATH find one service more, in the folder beside this file.

Whoever adds a service for good puts its folder into backend/services; here it comes and goes with a test.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


class _OneFolderMore(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "backend.services":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(Path(__file__).with_name("services")))
        return spec


sys.meta_path.insert(0, _OneFolderMore())
