"""./sem institutions: who of those outside answers, and who is left alone for a while."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out

app = typer.Typer()
_COLOURS = {"ANSWERING": "green", "NOT_ANSWERING": "red", "TRIED_AGAIN": "yellow", "UNKNOWN": "yellow"}


@app.command()
def institutions(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the list to this file too.")] = None,
) -> None:
    """List the outside institutions and how each answers the running processes."""
    application.enter()
    from backend.billing.institutions import institutions as listed

    rows = listed()
    table = Table("Institution", "Name", "State", "Processes", "Since", box=None)
    for row in rows:
        since = f"{row.since:%Y-%m-%d %H:%M:%S} UTC" if row.since else ""
        state = f"[{_COLOURS[row.state]}]{row.state}[/]"
        table.add_row(row.code, row.name.es, state, str(row.processes) if row.processes else "", since)
    out.print(table)
    if json_file:
        json_file.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False, default=str))
