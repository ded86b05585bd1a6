"""./sem drill: let things go wrong under load, and compare the books. The drills live with the tests (tests/drills)."""

import importlib.util
import subprocess
import sys
from typing import Annotated

import typer

from backend.cli.paths import ROOT
from backend.cli.problems import Problem

app = typer.Typer()


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def drill(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[list | all | NAME…] [OPTIONS]")] = None,
) -> None:
    """Let things go wrong under load and compare every book, document and mail; `list` shows what there is."""
    if importlib.util.find_spec("pytest") is None:
        raise Problem("Drills need what development installs.", "Run them in a checkout without SEM_LOCK.")
    command = [sys.executable, "-m", "tests.drills", *(arguments or ["--help"])]
    raise typer.Exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
