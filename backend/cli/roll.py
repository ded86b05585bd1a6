"""./sem roll: payment rolls, by the same operations as the staff schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

if TYPE_CHECKING:
    from backend.billing.models import RollBatch
    from backend.billing.rolls.applying import RollResult

app = typer.Typer(no_args_is_help=True)
_SHOWN = 20
_KINDS = {
    "NEW": "nuevas",
    "CHANGED": "con cambios",
    "OTHER_HOLDER": "con otro titular",
    "RENAMED": "solo cambia el nombre de la persona",
    "RESTORED": "vuelven a cobrarse",
    "REMOVED": "ya no están (se retiran)",
    "UNCHANGED": "iguales",
    "PAID": "con pago (no se tocan)",
    "IN_PAYMENT": "pagándose (no se tocan)",
    "WITHDRAWN": "retiradas por funcionarios (no se tocan)",
}

Municipality = Annotated[str, typer.Option(help="Slug of the municipality.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="XLSX or CSV.")]
Service = Annotated[str, typer.Option(help="Code of the service.")]
Year = Annotated[int | None, typer.Option(help="Year of the roll (this year).")]
Complete = Annotated[bool, typer.Option("--complete", help="What is not in the file is no longer owed.")]
Batch = Annotated[int, typer.Argument(help="Number of the batch.")]


@app.callback()
def roll() -> None:
    """Load, preview, apply and undo the payment rolls that municipalities send."""


@app.command()
def load(
    file: File,
    municipality: Municipality,
    service: Service = "circulation_permit",
    year: Year = None,
    complete: Complete = False,
) -> None:
    """Read a roll and apply it; wrong rows are listed and nothing is loaded."""
    with _work(municipality), _bar(file.name) as bar:
        from backend.billing.rolls.loading import RollRejected, load_roll
        from backend.shared import clock

        try:
            result = load_roll(
                service=service,
                year=year or clock.today().year,
                filename=file.name,
                data=file.read_bytes(),
                is_complete=complete,
                progress=bar,
            )
        except RollRejected as rejected:
            _show_issues(rejected.batch, severity="ERROR", first=_SHOWN)
            raise Problem(
                rejected.message.es, f"./sem roll errors {rejected.batch} --municipality={municipality} --file=FILE"
            ) from rejected
    _tell(municipality, result)


@app.command()
def preview(
    file: File,
    municipality: Municipality,
    service: Service = "circulation_permit",
    year: Year = None,
    complete: Complete = False,
) -> None:
    """Read a roll and show what applying it would do; it waits as a batch."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.rolls.preview import preview_roll
        from backend.billing.rolls.reading import read_roll
        from backend.billing.rolls.uploading import take_in_quietly
        from backend.shared import clock

        with _bar(file.name) as bar:
            batch = take_in_quietly(
                service=service,
                year=year or clock.today().year,
                filename=file.name,
                data=file.read_bytes(),
                is_complete=complete,
                actor=terminal(),
            )
            batch = read_roll(batch_id=batch.id, progress=bar)
        if batch.state == "REJECTED":
            _show_issues(batch.id, severity="ERROR", first=_SHOWN)
            raise Problem(batch.refusal_es, batch.refusal_en)
        if batch.state == "APPLIED":
            raise Problem(f"El lote {batch.id} ya está aplicado.", "That file is in force.")
        seen = preview_roll(batch_id=batch.id)
        table = Table("", "Filas", "Ejemplos", box=None)
        for group in seen.groups:
            named = ", ".join(example.object_key for example in group.examples[:5])
            table.add_row(_KINDS[group.kind], str(group.count), named)
        out.print(table)
        if batch.warning_count:
            out.print(f"{batch.warning_count} advertencias: ./sem roll errors {batch.id} --municipality={municipality}")
    out.print(f"./sem roll apply {batch.id} --municipality={municipality}")


@app.command()
def apply(batch: Batch, municipality: Municipality) -> None:
    """Apply a batch that was read."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.rolls.applying import apply_roll

        result = apply_roll(batch_id=batch, actor=terminal())
    _tell(municipality, result)


@app.command()
def undo(batch: Batch, municipality: Municipality) -> None:
    """Undo a batch while nothing of it is paid."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.rolls.undoing import undo_roll

        undo_roll(batch_id=batch, actor=terminal())
    out.print(f"[green]✓[/] {municipality}: lote {batch} deshecho")


@app.command()
def discard(batch: Batch, municipality: Municipality) -> None:
    """Give up a batch that was not applied."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.rolls.uploading import discard_roll

        discard_roll(batch_id=batch, actor=terminal())
    out.print(f"[green]✓[/] {municipality}: lote {batch} descartado")


@app.command(name="list")
def list_batches(
    municipality: Municipality, first: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20
) -> None:
    """List the batches, newest first."""
    with _work(municipality):
        from backend.billing.rolls.queries import get_batches

        table = Table("Lote", "Servicio", "Año", "Estado", "Filas", "Errores", "Subido", "Por", "Archivo", box=None)
        for row in get_batches(first=first).rows:
            table.add_row(*_cells(row))
        out.print(table)


@app.command()
def errors(
    batch: Batch,
    municipality: Municipality,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = _SHOWN,
    file: Annotated[Path | None, typer.Option(help="Write the roll with its errors here, to correct it.")] = None,
) -> None:
    """List what is wrong or strange in a batch, row by row."""
    with _work(municipality):
        from backend.billing.rolls.queries import corrections_file, get_batch

        told = get_batch(batch)
        _show_issues(batch, severity=None, first=first)
        out.print(told.refusal_es or f"{told.error_count} errores, {told.warning_count} advertencias")
        if file is not None:
            file.write_bytes(corrections_file(batch).data)
            out.print(f"[green]✓[/] {file}")


@app.command()
def template(
    service: Annotated[str, typer.Argument(help="Code of the service.")],
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook here.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a CSV here.")] = None,
) -> None:
    """Write the empty roll of a service, to be filled in. It needs no server."""
    from backend.billing.rolls.kinds import Kind
    from backend.billing.rolls.templates import roll_template
    from backend.shared.errors import DomainError

    if xlsx is None and csv is None:
        raise Problem("Name a file: --xlsx FILE or --csv FILE.")
    for path, kind in ((xlsx, Kind.XLSX), (csv, Kind.CSV)):
        if path is not None:
            try:
                path.write_bytes(roll_template(service=service.replace("-", "_"), kind=kind).data)
            except DomainError as error:
                raise Problem(error.message.es, error.message.en) from error
            out.print(f"[green]✓[/] {path}")


@contextmanager
def _work(municipality: str) -> Iterator[None]:
    """Work in a municipality; what it says no to is told in one sentence."""
    application.enter()
    from backend.shared.errors import DomainError

    try:
        with application.municipality(municipality):
            yield
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error


class _Bar(Progress):
    """Rows read, of how many."""

    def __init__(self, name: str) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        super().__init__(*columns, console=out, transient=True)
        self._task = self.add_task(name, total=None)

    def __call__(self, rows: int, total: int | None) -> None:
        self.update(self._task, completed=rows, total=total or None)

    def __enter__(self) -> "_Bar":
        super().__enter__()
        return self


def _bar(name: str) -> _Bar:
    return _Bar(name)


def _show_issues(batch: int, *, severity: str | None, first: int) -> None:
    from backend.billing.rolls.queries import get_issues
    from backend.billing.rolls.rules import Severity

    page = get_issues(batch_id=batch, first=first, severity=Severity(severity) if severity else None)
    table = Table("Fila", "Columna", "", "Mensaje", box=None)
    for issue in page.rows:
        kind = "error" if issue.severity == Severity.ERROR else "advertencia"
        table.add_row(str(issue.row), issue.column, kind, issue.message_es)
    if page.rows:
        out.print(table)


def _cells(batch: "RollBatch") -> list[str]:
    when = f"{batch.uploaded_at:%Y-%m-%d %H:%M}"
    numbers = [str(batch.row_count), str(batch.error_count)]
    return [
        str(batch.id),
        batch.service,
        str(batch.year),
        batch.state,
        *numbers,
        when,
        batch.uploaded_by,
        batch.filename,
    ]


def _tell(municipality: str, result: "RollResult") -> None:
    removed = f", {result.removed} retiradas" if result.removed else ""
    out.print(
        f"[green]✓[/] {municipality}: lote {result.batch}, {result.rows} filas: {result.created} nuevas,"
        f" {result.updated} corregidas, {result.unchanged} iguales, {len(result.kept)} pagadas o en pago"
        f" (sin cambio){removed}"
    )
