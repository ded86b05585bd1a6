"""Each of these tests would fail if its guard were away: here it is away, and the test fails by its own words."""

import json
from pathlib import Path

import pytest

from tests.controls.control import Control
from tests.controls.guards_away import CONTROLS
from tests.operations.platform import JOINED, run_python


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of the tests without their guards, all in one pytest inside this one."""
    file = tmp_path_factory.mktemp("controls") / "outcomes.json"
    tests = {f"tests/{control.test}" for control in CONTROLS}

    plugins = ["-p", "tests.controls.guards_away", "-p", "no:cacheprovider"]
    done = run_python("-m", "pytest", *plugins, f"--outcomes={file}", *sorted(tests), **{JOINED: "1"})

    assert done.returncode == 1, done.stdout + done.stderr
    found: dict[str, str] = json.loads(Path(file).read_text())
    return found


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.guard)
def test_without_the_guard_its_test_fails(failures: dict[str, str], control: Control) -> None:
    words = failures.get(f"tests/{control.test}", "the test passed")

    assert control.words in words
