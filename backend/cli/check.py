"""./sem check: everything that can be said about the code without running the tests, in one table."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import typer
from rich.markup import escape
from rich.table import Table

from backend.cli import frontend
from backend.cli.console import out
from backend.cli.instance_for_tests import instance_for_tests
from backend.cli.paths import ROOT
from backend.cli.problems import Problem

app = typer.Typer()

_TOOLS: dict[str, Sequence[str]] = {
    "format (ruff)": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "lint (ruff)": ["-m", "ruff", "check", "--quiet", "."],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
    "types (mypy)": ["-m", "mypy"],
    "one transaction writes one schema": [
        *("-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"),
        *("tests/operations/test_one_schema.py", "tests/operations/test_payments.py"),
    ],
}
_SHELL_FILES = ("sem", ".ci/run")

GUARDS: dict[str, str] = {
    "migrations complete and linear": "backend.cli.guards:migrations",
    "printed schema up to date": "backend.cli.guards:printed_schema",
    "picture of the graph up to date": "backend.cli.guards:money_graph",
    "schema template up to date": "backend.cli.guards:schema_template",
    "tenancy rules": "backend.cli.guards:tenancy",
}
"""Functions without arguments that return the problems found, one text each; they run with Django on real servers."""


class Result(NamedTuple):
    name: str
    seconds: float
    problems: str


@app.command()
def check() -> None:
    """Check format, types, import contracts, migrations, schema, shell, front end."""
    with instance_for_tests("check") as (_, env):
        results = [_run(name, work) for name, work in _checks(env).items()]
    table = Table("Check", "Result", "Seconds", box=None)
    for result in results:
        table.add_row(result.name, "[red]FAILED[/]" if result.problems else "[green]ok[/]", f"{result.seconds:.1f}")
    out.print(table)
    raise typer.Exit(1 if any(result.problems for result in results) else 0)


def _checks(env: Mapping[str, str]) -> dict[str, Callable[[], None]]:
    checks: dict[str, Callable[[], None]] = {
        name: lambda arguments=arguments: _call([sys.executable, *arguments], env)  # type: ignore[misc]  # bound default
        for name, arguments in _TOOLS.items()
    }
    checks["shell (shellcheck)"] = lambda: _call([_beside_python("shellcheck"), *_SHELL_FILES], env)
    checks["front-end types"] = frontend.check_types
    for name, function in GUARDS.items():
        command = [sys.executable, "-m", "backend.cli.guard", function]
        checks[name] = lambda command=command: _call(command, {**env, "SEM_DATABASE_ROLE": "owner"})  # type: ignore[misc]  # bound default
    return checks


def _run(name: str, work: Callable[[], None]) -> Result:
    began = monotonic()
    problems = ""
    with out.status(name):
        try:
            work()
        except Problem as problem:
            problems = problem.remedy or problem.what
    if problems:
        out.print(f"[red]✗ {name}[/]\n{escape(problems)}\n", soft_wrap=True)
    return Result(name, monotonic() - began, problems)


def _call(command: Sequence[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem("failed", done.stdout.strip() or f"exit status {done.returncode}")


def _beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
