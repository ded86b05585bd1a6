"""The plan of the house and what stands there agree."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from backend.cli.main import COMMANDS
from backend.cli.paths import ROOT
from backend.cli.procfile import read_procfile
from backend.shared.registry import find_plugins
from tests.house.tree import project_files, text_of

PATH_IN_TEXT = re.compile(r"`([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.<>*-]+)*/?)`")
TOP = {name.split("/")[0] for name in project_files()}


def test_the_paths_that_architecture_names_exist() -> None:
    named = {
        path
        for path in PATH_IN_TEXT.findall(text_of("ARCHITECTURE.md"))
        if "/" in path and path.split("/")[0] in TOP and not re.search(r"[<>*]", path)
    }

    assert len(named) >= 10
    assert sorted(path for path in named if not (ROOT / path.rstrip("/")).exists()) == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_overview_is_there(name: str) -> None:
    module = import_module(COMMANDS[name].module)

    assert module.app is not None


def test_every_process_of_the_procfile_starts_a_known_program() -> None:
    programs = {argv[2].split()[1] for argv in read_procfile().values()}

    assert programs <= {"granian", "dramatiq", "python"}


@pytest.mark.parametrize(
    ("package", "attribute"),
    [("backend.services", "SERVICE"), ("backend.checks", "REGISTER")],
)
def test_every_plug_in_is_found_by_its_place(package: str, attribute: str) -> None:
    module = import_module(package)
    places = {
        entry.stem
        for entry in Path(str(module.__file__)).parent.iterdir()
        if _offers(entry, attribute) and entry.stem not in {"__init__", "base"}
    }

    found = find_plugins(module, attribute)

    assert places
    assert len(found) == len(places)
    assert all(getattr(plugin, "code", None) == code for code, plugin in found.items())


def _offers(entry: Path, attribute: str) -> bool:
    source = entry / "__init__.py" if entry.is_dir() else entry
    return source.suffix == ".py" and source.exists() and re.search(rf"\b{attribute}\b", source.read_text()) is not None


def test_documents_of_the_api_are_one_to_a_file() -> None:
    documents = [name for name in project_files() if name.endswith(".graphql") and "/documents/" in name]

    assert documents
    for name in documents:
        assert len(re.findall(r"^(query|mutation) ", text_of(name), re.M)) == 1, name


def test_areas_are_packages() -> None:
    areas = {name.split("/")[1] for name in project_files() if name.startswith("backend/") and name.count("/") > 1}

    assert all(isinstance(import_module(f"backend.{area}"), ModuleType) for area in areas)
