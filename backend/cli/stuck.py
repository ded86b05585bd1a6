"""./sem stuck: what waits, and since when."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out

app = typer.Typer()


@app.command()
def stuck(
    municipality: Annotated[str | None, typer.Option(help="Only this municipality.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the list to this file too.")] = None,
) -> None:
    """List notices unrouted or contradictory, homeless money, documents not signed, mails not sent, dead deliveries."""
    application.enter()
    from backend.receipts.stuck import waiting_everywhere

    rows = waiting_everywhere(only=municipality)
    table = Table("Municipality", "Kind", "Subject", "Detail", "Since", box=None)
    for where, waiting in rows:
        table.add_row(where, waiting.kind, waiting.subject, waiting.detail, f"{waiting.since:%Y-%m-%d %H:%M:%S} UTC")
    out.print(table if rows else "[green]✓[/] Nothing waits / nada está detenido")
    if json_file:
        listed = [
            {
                "municipality": where,
                "kind": w.kind,
                "subject": w.subject,
                "detail": w.detail,
                "since": w.since.isoformat(),
            }
            for where, w in rows
        ]
        json_file.write_text(json.dumps(listed, indent=1, ensure_ascii=False))
