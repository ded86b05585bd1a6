"""What `./sem drill` runs: the drills on a platform of their own, with progress, a table, and JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from backend.cli.console import out, step
from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES
from backend.cli.problems import Problem
from tests.drills.drill import Drill, Result, run_drill
from tests.drills.registry import DRILLS
from tests.drills.table import Table
from tests.live.platform import Platform, running_platform

app = typer.Typer(no_args_is_help=True, add_completion=False)
_VEHICLES = 900  # of each roll: every person of every drill pays for another
_COLUMNS = tuple(name for name in Table.__dataclass_fields__ if name != "differences")
_MONEY = ("captured", "settled", "homeless", "refunded", "not_yet_heard")


@app.command(context_settings={"help_option_names": ["--help"]})
def drill(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names of drills, or `all`, or `list`.")],
    control: Annotated[bool, typer.Option("--control", help="Without the guard: differences must be found.")] = False,
    controls: Annotated[
        bool, typer.Option("--controls", help="With `all`: every control too, after the drills.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the results as JSON.")] = None,
    seed: Annotated[int, typer.Option(help="Of the dice that choose the moments.")] = 0,
) -> None:
    """Let something go wrong under load, then compare every book, document and mail."""
    if names == ["list"]:
        _list()
        return
    chosen = list(DRILLS.values()) if names == ["all"] else [_named(name) for name in names]
    results = []
    if not control:
        results += _run(chosen, is_control=False, seed=seed)
    if control or controls:
        results += _run(chosen, is_control=True, seed=seed)
    _tell(results, json_file)
    raise typer.Exit(0 if all(result.ok for result in results) else 1)


def _named(name: str) -> Drill:
    try:
        return DRILLS[name]
    except KeyError:
        raise Problem(f"There is no drill '{name}'.", "./sem drill list shows them.") from None


def _list() -> None:
    grid = Grid("Drill", "Proves", "Guard that the control takes away", box=None, pad_edge=False)
    for each in DRILLS.values():
        grid.add_row(each.name, each.proves, each.guard)
    Console(highlight=False).print(grid)


def _run(chosen: Sequence[Drill], *, is_control: bool, seed: int) -> list[Result]:
    """All on one platform; controls on another, because what they break stays broken."""
    with step("Platform"):
        running = running_platform(name="drill", vehicles=_VEHICLES, among=DEMO_MUNICIPALITIES[:2])
        platform = running.__enter__()
    try:
        return [_run_one(each, platform, is_control=is_control, seed=seed) for each in chosen]
    finally:
        running.__exit__(None, None, None)


def _run_one(each: Drill, platform: Platform, *, is_control: bool, seed: int) -> Result:
    title = f"{each.name}{' (control)' if is_control else ''}"
    columns = (TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        bar = progress.add_task(title, total=None)
        result = run_drill(
            each, platform, platform.towns, is_control=is_control, seed=seed, tell=lambda: progress.advance(bar)
        )
    verdict = "[yellow]skipped[/]" if result.skipped else "[green]ok[/]" if result.ok else "[red]FAILED[/]"
    out.print(f"{verdict:20} {title:36} {result.seconds:6.1f} s  [dim]{escape(result.skipped)}[/]")
    if not is_control or not result.ok:
        for text in result.table.differences or (["the guard is away and nothing differs"] if is_control else []):
            out.print(f"    [red]{escape(text)}[/]", soft_wrap=True)
    return result


def _tell(results: Sequence[Result], json_file: Path | None) -> None:
    grid = Grid("Drill", *(name.replace("_", " ") for name in _COLUMNS), "differences", box=None, pad_edge=False)
    for result in results:
        cells = [_cell(result.table, name) for name in _COLUMNS]
        grid.add_row(
            f"{result.name}{' −guard' if result.is_control else ''}", *cells, str(len(result.table.differences))
        )
    Console(highlight=False).print(grid)
    if json_file:
        said = {"ok": all(result.ok for result in results), "drills": [result.as_json() for result in results]}
        json_file.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def _cell(table: Table, name: str) -> str:
    value: int = getattr(table, name)
    return f"${value:,}".replace(",", ".") if name in _MONEY else str(value)


if __name__ == "__main__":
    from backend.cli.problems import explain

    try:
        app(prog_name="sem drill")
    except Problem as problem:
        explain(problem)
        raise SystemExit(1) from problem
