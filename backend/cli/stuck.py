"""./sem stuck: what waits, and since when."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out

app = typer.Typer()
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


@app.command()
def stuck(
    municipality: Annotated[str | None, typer.Option(help="Only this municipality.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the list to this file too.")] = None,
) -> None:
    """List notices unrouted or contradictory, homeless money, documents not signed, mails not sent, dead deliveries."""
    application.enter()
    from backend.receipts.stuck import waiting_everywhere
    from backend.shared import clock

    now = clock.now()
    rows = waiting_everywhere(only=municipality)
    table = Table("Municipality", "Kind", "Subject", "Detail", "Since", "Age", box=None)
    for where, waiting in rows:
        since = f"{waiting.since:%Y-%m-%d %H:%M:%S} UTC"
        table.add_row(where, waiting.kind, waiting.subject, waiting.detail, since, age_of(now - waiting.since))
    out.print(table if rows else "[green]✓[/] Nothing waits / nada está detenido")
    if json_file:
        listed = [
            {
                "municipality": where,
                "kind": w.kind,
                "subject": w.subject,
                "detail": w.detail,
                "since": w.since.isoformat(),
                "age_seconds": max(0, int((now - w.since).total_seconds())),
            }
            for where, w in rows
        ]
        json_file.write_text(json.dumps(listed, indent=1, ensure_ascii=False))


def age_of(waited: timedelta) -> str:
    """Return an age in its largest whole unit, e.g. "3 d" or "12 min"."""
    seconds = max(0, int(waited.total_seconds()))
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), ("s", 1))
    return f"{seconds // size} {unit}"
