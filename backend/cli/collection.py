"""./sem collection: files of gateways, by the same operations as the staff schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)

Municipality = Annotated[str, typer.Option(help="Slug of the municipality.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="As the gateway gave it.")]


@app.callback()
def collection() -> None:
    """Load the collection files and deposit advices of gateways."""


@contextmanager
def work(municipality: str) -> Iterator[None]:
    """Work in a municipality; what it says no to is told in one sentence."""
    application.enter()
    from backend.shared.errors import DomainError

    try:
        with application.municipality(municipality):
            yield
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error


@app.command()
def load(file: File, municipality: Municipality) -> None:
    """Read a collection file to its end; the same file again changes nothing."""
    with work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.reconciliation.days import DayClosed
        from backend.billing.reconciliation.intake import upload_collection
        from backend.billing.reconciliation.queries import get_day
        from backend.billing.reconciliation.reading import read_collection

        kept = upload_collection(filename=file.name, data=file.read_bytes(), actor=terminal())
        with out.status(file.name):
            kept = read_collection(file_id=kept.id)
        if kept.stopped_on is not None:
            raise DayClosed(kept.stopped_on)
        seen = get_day(kept.accounting_on)
    filed, found = seen.figures.filed, seen.figures.found
    out.print(
        f"[green]✓[/] {municipality}, {kept.accounting_on}: {filed.count} operaciones por {filed.amount},"
        f" {found.count} que nadie había avisado; {seen.unexplained_count} diferencias sin explicar"
    )
    if seen.unexplained_count:
        out.print(f"./sem day show {kept.accounting_on} --municipality={municipality}")


@app.command()
def deposit(file: File, municipality: Municipality) -> None:
    """Record a deposit from its advice; the same advice again changes nothing."""
    with work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.reconciliation.deposits import record_deposit
        from backend.shared.money import Money

        row = record_deposit(filename=file.name, data=file.read_bytes(), actor=terminal())
    out.print(
        f"[green]✓[/] {municipality}, {row.deposited_on}: depósito {row.reference} por {Money(row.amount)},"
        f" retenido {Money(row.withheld)}"
    )


@app.command(name="list")
def list_files(
    municipality: Municipality, first: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20
) -> None:
    """List the collection files, newest first."""
    with work(municipality):
        from backend.billing.reconciliation.queries import get_files
        from backend.shared.money import Money

        table = Table("Día", "Pasarela", "Operaciones", "Total", "Leído", "Subido por", "Archivo", box=None)
        for row in get_files(first=first).rows:
            done = "sí" if row.read_at else f"espera {row.stopped_on}" if row.stopped_on else "no"
            stated = (
                ("?", "?") if row.stated_count is None else (str(row.stated_count), f"{Money(row.stated_total or 0)}")
            )
            table.add_row(f"{row.accounting_on}", row.gateway, *stated, done, row.uploaded_by, row.filename)
        out.print(table)
