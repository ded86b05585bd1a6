"""./sem reference: national tables."""

import typer

from backend.cli import application
from backend.cli.console import out

app = typer.Typer(no_args_is_help=True)


@app.callback()
def reference() -> None:
    """Load the tables of the law and the State."""


@app.command()
def load() -> None:
    """Insert or correct UTM, due dates, revenue shares and communes from backend/reference/data."""
    application.enter()
    from backend.reference.operations import load_reference_data

    for table, rows in load_reference_data().items():
        out.print(f"[green]✓[/] {table}: {rows}")
