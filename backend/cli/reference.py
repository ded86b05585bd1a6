"""./sem reference: national tables."""

from pathlib import Path
from typing import Annotated

import typer

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def reference() -> None:
    """Load the tables of the law and the State."""


@app.command()
def load() -> None:
    """Insert or correct the tables from backend/reference/data and from each service's own folder `reference`."""
    application.enter()
    from backend.reference.operations import load_reference_data
    from backend.services import reference_folders

    for table, loaded in load_reference_data(beside=reference_folders()).items():
        out.print(f"[green]✓[/] {table}: {loaded.rows} ({loaded.new} nuevas, {loaded.corrected} corregidas)")


@app.command()
def valuations(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The SII's XLSX of a year.")],
    year: Annotated[int, typer.Option(help="Year of the list.", min=2000, max=2100)],
) -> None:
    """Load the SII's list of vehicle valuations; a list again corrects what changed."""
    application.enter()
    from backend.reference.operations import load_valuations
    from backend.reference.valuation_list import read_valuation_list
    from backend.shared.errors import DomainError

    try:
        rows = read_valuation_list(file.read_bytes(), year=year)
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error
    loaded = load_valuations(rows, year=year, source=file.name)
    out.print(f"[green]✓[/] tasaciones {year}: {loaded.rows} ({loaded.new} nuevas, {loaded.corrected} corregidas)")
