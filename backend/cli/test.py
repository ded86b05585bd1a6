"""./sem test: set everything up, then pytest."""

import subprocess
import sys
from typing import Annotated

import typer

from backend.cli.console import step
from backend.cli.frontend import build_frontend
from backend.cli.paths import ROOT

app = typer.Typer()


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def run_tests(arguments: Annotated[list[str] | None, typer.Argument(metavar="[PYTEST ARGUMENTS]")] = None) -> None:
    """Set everything up and run the tests (arguments go to pytest)."""
    with step("Front end"):
        build_frontend()
    done = subprocess.run([sys.executable, "-P", "-m", "pytest", *(arguments or [])], cwd=ROOT, check=False)
    raise typer.Exit(done.returncode)
