"""./sem rate: a municipality's own rates, which override the national ones."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)
_DAY = ["%Y-%m-%d"]


@app.callback()
def rate() -> None:
    """Set and list a municipality's own rates, calendars and exemptions."""


@app.command(name="set")
def set_rate(
    municipality: Annotated[str, typer.Argument(help="Slug of the municipality.")],
    service: Annotated[str, typer.Argument(help="Code of the service.")],
    key: Annotated[str, typer.Argument(help='Which value, e.g. "rate_per_mil" or "due_on.2025.q1".')],
    value: Annotated[str, typer.Argument(help="The value as JSON.")],
    valid_from: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First day.")],
    source: Annotated[str, typer.Option(help="Decree or ordinance.")],
    valid_to: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day.")] = None,
) -> None:
    """Set or correct a value; the same again changes nothing."""
    application.enter()
    from backend.profile.parameters import set_parameter
    from backend.shared.errors import DomainError

    try:
        parsed = json.loads(value)
    except ValueError as error:
        raise Problem(f"{value!r} is not JSON.", "A text needs quotes: '\"5\"'.") from error
    with application.municipality(municipality):
        try:
            set_parameter(
                service=service,
                key=key,
                value=parsed,
                valid_from=valid_from.date(),
                valid_to=valid_to.date() if valid_to else None,
                source=source,
            )
        except DomainError as error:
            raise Problem(error.message.es, error.message.en) from error
    out.print(f"[green]✓[/] {municipality}: {service} {key}")


@app.command()
def load(
    municipality: Annotated[str, typer.Argument(help="Slug of the municipality.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON: list of service, key, value, valid_from, source.")
    ],
) -> None:
    """Set all values of a file; the same again changes nothing."""
    application.enter()
    from backend.profile.parameters import set_parameter
    from backend.shared.errors import DomainError

    rows = json.loads(file.read_text(encoding="utf-8"))
    with application.municipality(municipality):
        try:
            for row in rows:
                set_parameter(
                    service=row["service"],
                    key=row["key"],
                    value=row["value"],
                    valid_from=date.fromisoformat(row["valid_from"]),
                    source=row["source"],
                )
        except DomainError as error:
            raise Problem(error.message.es, error.message.en) from error
        except (KeyError, TypeError, ValueError) as error:
            raise Problem(f"{file} is not a list of rates: {error}") from error
    out.print(f"[green]✓[/] {municipality}: {len(rows)}")


@app.command(name="list")
def list_rates(municipality: Annotated[str, typer.Argument(help="Slug of the municipality.")]) -> None:
    """List what a municipality has set itself."""
    application.enter()
    from backend.profile.parameters import local_parameters

    table = Table("Service", "Key", "Value", "From", "To", "Source", box=None)
    with application.municipality(municipality):
        for row in local_parameters():
            value = json.dumps(row.value, ensure_ascii=False)
            table.add_row(row.service, row.key, value, str(row.valid_from), str(row.valid_to or ""), row.source)
    out.print(table)
