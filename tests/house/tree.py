"""The files that belong to the project: what git knows, and what it would take."""

import subprocess
from functools import cache
from pathlib import Path

from backend.cli.paths import ROOT

TEXT = {
    ".cfg", ".css", ".csv", ".graphql", ".html", ".ini", ".js", ".json", ".lock", ".md", ".py", ".sh", ".sql", ".svg",
    ".toml", ".ts", ".tsx", ".txt", ".yaml", ".yml", "",
}  # fmt: skip


@cache
def project_files() -> tuple[str, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted(name for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file()))


@cache
def text_of(name: str) -> str:
    """The file's text; empty for pictures, workbooks and the like."""
    return (ROOT / name).read_text("utf-8") if Path(name).suffix in TEXT else ""


def source_files(*suffixes: str) -> list[str]:
    return [name for name in project_files() if Path(name).suffix in suffixes]
