"""./sem unrouted: notices that came to nobody's host, and what an operator does about them."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def unrouted() -> None:
    """List notices that belong to no inbox, deliver each to the municipality that it names, or set it aside."""


@app.command(name="list")
def list_notices(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the list to this file too.")] = None,
) -> None:
    """List what was neither delivered nor set aside. What a notice says is nobody's word until it is delivered."""
    application.enter()
    from backend.billing.delivering import waiting_notices
    from backend.cli.stuck import age_of
    from backend.shared import clock
    from backend.shared.money import Money

    now = clock.now()
    table = Table("Aviso", "Edad", "Llegó a", "Por qué", "Orden", "Monto", "Nombra a", box=None)
    rows = waiting_notices()
    for each in rows:
        amount = "" if each.amount is None else str(Money(each.amount))
        age = age_of(now - each.row.received_at)
        table.add_row(str(each.row.id), age, each.row.host, each.row.reason, each.order_number, amount, each.names)
    out.print(table if rows else "[green]✓[/] Nothing waits / nada está detenido")
    if json_file:
        listed = [
            {
                "id": each.row.id,
                "received_at": each.row.received_at.isoformat(),
                "host": each.row.host,
                "reason": each.row.reason,
                "order_number": each.order_number,
                "amount": each.amount,
                "names": each.names,
            }
            for each in rows
        ]
        json_file.write_text(json.dumps(listed, indent=1, ensure_ascii=False), encoding="utf-8")


@app.command()
def deliver(
    notice: Annotated[list[int] | None, typer.Argument(help="Numbers of the notices.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that wait.")] = False,
) -> None:
    """Deliver notices to the municipalities that they name; what its key did not sign stays. Safe to repeat."""
    application.enter()
    from backend.audit.actors import terminal
    from backend.billing.delivering import deliver_notice, waiting_notices
    from backend.shared.errors import DomainError

    wanted = [each.row.id for each in waiting_notices()] if every else notice or []
    if not wanted and not every:
        raise Problem("Name a notice, or all: --all.", "./sem unrouted list")
    refused = 0
    for number in track(wanted, description="", console=out, transient=True, disable=len(wanted) < 2):
        try:
            town = deliver_notice(unrouted_id=number, actor=terminal())
        except DomainError as error:
            refused += 1
            out.print(f"[red]✗[/] {error.message.es}")
        else:
            out.print(f"[green]✓[/] {number} → {town}")
    if refused:
        raise typer.Exit(1)


@app.command(name="set-aside")
def set_aside(
    notice: Annotated[int, typer.Argument(help="Number of the notice.")],
    note: Annotated[str, typer.Option(help="Why; it stays in the log.")],
) -> None:
    """Take a notice off the list without delivering it. It stays kept."""
    application.enter()
    from backend.audit.actors import terminal
    from backend.billing import delivering
    from backend.shared.errors import DomainError

    try:
        delivering.set_aside(unrouted_id=notice, note=note, actor=terminal())
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error
    out.print(f"[green]✓[/] {notice}")
