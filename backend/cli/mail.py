"""./sem mail: mails that wait or stopped, and sending them again, by the same operation as the staff schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import track
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)

Municipality = Annotated[str, typer.Option(help="Slug of the municipality.")]


@app.callback()
def mail() -> None:
    """List mails that are not sent, and send again what was given up or refused."""


@app.command(name="list")
def list_mails(municipality: Municipality) -> None:
    """List the mails that are not sent, oldest first, with why and when they are tried next."""
    with _work(municipality):
        from backend.messaging.queries import mails_not_sent

        found = mails_not_sent()
        table = Table("N°", "Estado", "Causa", "Intentos", "Próximo (UTC)", "Último error", box=None)
        for each in found:
            due = each.next_attempt_at
            when = f"{due:%Y-%m-%d %H:%M:%S}" if due else ""
            row = each.row
            table.add_row(str(row.id), row.state, row.cause, str(row.attempts), when, row.last_error)
        out.print(table if found else "[green]✓[/] todo está enviado")


@app.command()
def redrive(
    municipality: Municipality,
    number: Annotated[
        int | None, typer.Argument(help="Number of the mail; without it, all that were given up.")
    ] = None,
) -> None:
    """Send a mail again that was given up or refused, or all that were given up. It is in the log of acts."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.messaging.operations import redrive_message
        from backend.messaging.queries import mails_not_sent
        from backend.messaging.rules import MessageState

        wanted = [number] if number else [each.row.id for each in mails_not_sent([MessageState.FAILED])]
        for message_id in track(wanted, "…", disable=len(wanted) < 2):
            redrive_message(message_id=message_id, actor=terminal())
    out.print(f"[green]✓[/] {len(wanted)} por enviar otra vez")


@contextmanager
def _work(municipality: str) -> Iterator[None]:
    application.enter()
    from backend.shared.errors import DomainError

    try:
        with application.municipality(municipality):
            yield
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error
