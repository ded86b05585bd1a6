from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.shared.registry import DuplicatePlugin, find_plugins

PLUGIN = "class Plugin:\n    code = {code!r}\nPLUGIN = Plugin()\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Makes an importable package of files given by name and content."""
    name = f"plugins_{tmp_path.name.replace('-', '_')}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(**files: str) -> str:
        for path, content in {"__init__": "", **files}.items():
            target = tmp_path / name / f"{path.replace('__in__', '/')}.py"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
        return name

    yield make
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def test_files_and_folders_are_found_and_sorted_by_code(package: Callable[..., str]) -> None:
    name = package(zebra=PLUGIN.format(code="a"), folder__in____init__=PLUGIN.format(code="b"), base="X = 1\n")

    assert list(find_plugins(name, "PLUGIN")) == ["a", "b"]


def test_two_plugins_of_one_code_are_an_error(package: Callable[..., str]) -> None:
    name = package(one=PLUGIN.format(code="same"), two=PLUGIN.format(code="same"))

    with pytest.raises(DuplicatePlugin, match="same"):
        find_plugins(name, "PLUGIN")


def test_a_plugin_that_cannot_be_imported_does_not_vanish(package: Callable[..., str]) -> None:
    name = package(broken="raise RuntimeError('broken')\n")

    with pytest.raises(RuntimeError, match="broken"):
        find_plugins(name, "PLUGIN")
