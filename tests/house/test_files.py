"""What every file of the project keeps to."""

import ast
import re

from backend.cli.paths import ROOT
from tests.house.tree import project_files, source_files, text_of

LONGEST = 300
GENERATED = re.compile(r"(^|/)migrations/|\.gen\.")
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Written in parts, so that this file does not name what it looks for.
MACHINE = re.compile("/" + "work/|/" + "root/|/home/" + r"[a-z]+/|/" + "opt/(wheels|pypi)")
REGISTRIES = re.compile("pypi" + r"\.org|python" + r"hosted\.org|registry\." + r"npmjs\.org|registry\." + "yarnpkg")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def test_no_source_file_is_too_long_to_read_at_once() -> None:
    long = {
        name: lines
        for name in source_files(".py", ".ts", ".tsx")
        if not GENERATED.search(name) and (lines := len(text_of(name).splitlines())) > LONGEST
    }

    assert long == {}


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    naming = {name: found[0] for name in project_files() if (found := MACHINE.search(text_of(name)))}

    assert naming == {}


def test_no_file_names_a_package_registry() -> None:
    naming = {name: found[0] for name in project_files() if (found := REGISTRIES.search(text_of(name)))}

    assert naming == {}


def test_python_locks_carry_versions_and_hashes_and_no_address() -> None:
    for name in LOCKS:
        entries = re.split(r"(?<!\\)\n(?=\S)", text_of(name).strip())

        assert len(entries) > 50
        assert [entry for entry in entries if not re.match(r"[A-Za-z0-9._-]+==\S+ ", entry)] == []
        assert [entry for entry in entries if not HASH.search(entry)] == []
        assert "://" not in text_of(name)


def test_what_production_installs_is_part_of_what_development_installs() -> None:
    production, development = (set(re.findall(r"^[a-z0-9._-]+==[^ ]+", text_of(name), re.M)) for name in LOCKS)

    assert production
    assert production <= development


def test_the_front_end_lock_carries_hashes_and_no_address() -> None:
    locks = [name for name in project_files() if name.endswith("package-lock.json")]

    assert locks == ["frontend/package-lock.json"]
    assert "://" not in text_of(locks[0])  # npm also notes where to give money: take "funding" out
    assert text_of(locks[0]).count('"integrity": "sha512-') >= 10


def test_a_tenant_is_never_entered_by_its_own_context_manager() -> None:
    """`with tenant:` keeps its stack on the class: two threads come out with each other's municipality."""
    entering = []
    for name in source_files(".py"):
        for node in ast.walk(ast.parse(text_of(name))):
            if isinstance(node, ast.With):
                for item in node.items:
                    expression = item.context_expr
                    called = getattr(expression, "attr", getattr(expression, "id", ""))
                    if called in {"tenant", "municipality", "town"}:
                        entering.append(f"{name}:{node.lineno}")

    assert entering == []


def test_the_environment_is_read_in_few_places() -> None:
    """`backend.config` reads settings, `backend.cli` sets up processes; the clock stands below both."""
    reading = {
        name
        for name in source_files(".py")
        if name.startswith("backend/")
        and not name.startswith(("backend/cli/", "backend/config/"))
        and re.search(r"os\.(environ|getenv)", text_of(name))
    }

    assert reading <= {"backend/shared/clock.py"}


def test_the_command_files_are_executable() -> None:
    for name in ("sem", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, name
