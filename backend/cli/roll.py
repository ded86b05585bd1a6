"""./sem roll: payment rolls."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)
_SHOWN = 20


@app.callback()
def roll() -> None:
    """Load the payment rolls that municipalities send."""


@app.command()
def load(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="XLSX or CSV.")],
    municipality: Annotated[str, typer.Option(help="Slug of the municipality.")],
    service: Annotated[str, typer.Option(help="Code of the service.")] = "circulation_permit",
    year: Annotated[int | None, typer.Option(help="Year of the roll (this year).")] = None,
) -> None:
    """Load a roll; wrong rows are listed and nothing is loaded."""
    application.enter()
    from backend.billing.rolls import RollRejected, load_roll
    from backend.shared import clock
    from backend.shared.errors import DomainError

    with application.municipality(municipality), Progress(console=out, transient=True) as progress:
        task = progress.add_task(file.name, total=None)
        try:
            result = load_roll(
                service=service,
                year=year or clock.today().year,
                filename=file.name,
                data=file.read_bytes(),
                progress=lambda rows: progress.update(task, completed=rows),
            )
        except RollRejected as rejected:
            table = Table("Fila", "Columna", "Error", box=None)
            for error in rejected.errors[:_SHOWN]:
                table.add_row(str(error.row), error.column, error.message.es)
            out.print(table)
            raise Problem(rejected.message.es, rejected.message.en) from rejected
        except DomainError as error:
            raise Problem(error.message.es, error.message.en) from error
    out.print(
        f"[green]✓[/] {municipality}: lote {result.batch}, {result.rows} filas: {result.created} nuevas,"
        f" {result.updated} corregidas, {result.unchanged} iguales, {len(result.kept)} pagadas o en pago (sin cambio)"
    )
