"""Reads the Procfile, so that the demo runs exactly what production runs."""

import re
from pathlib import Path

from backend.cli.paths import PROCFILE
from backend.cli.problems import Problem

_LINE = re.compile(r"(?P<name>[a-z][a-z0-9_-]*):\s*(?P<command>\S.*)")


def read_procfile(path: Path = PROCFILE) -> dict[str, list[str]]:
    """Name → arguments. The shell fills in $PORT and the like, then gives its place (and id) to the process itself."""
    programs: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or match["name"] in programs:
            raise Problem(f"{path.name}, line {number} is not 'name: command', or the name is there twice.")
        programs[match["name"]] = ["/bin/sh", "-c", f"exec {match['command']}"]
    return programs
