"""./sem staff: accounts of those who work for a municipality."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)

Municipality = Annotated[str, typer.Argument(help="Slug of the municipality.")]
Email = Annotated[str, typer.Argument(help="Address that the account signs in with.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of making one.")
]


@app.callback()
def staff() -> None:
    """Create and list staff accounts, reset their passwords. All of it is in the log of acts."""


@app.command()
def create(
    municipality: Municipality,
    email: Email,
    name: Annotated[str, typer.Option(help="Name of the person.")],
    role: Annotated[list[str], typer.Option(help="administrator, treasurer, finance_director, clerk, … (repeatable).")],
    password_stdin: FromStdin = False,
) -> None:
    """Create an account; its temporary password is printed once."""
    with _inside(municipality):
        from backend.audit.actors import terminal
        from backend.people.operations import create_account
        from backend.people.rules import Role

        try:
            roles = [Role(text) for text in role]
        except ValueError as error:
            raise Problem(str(error), f"Roles: {', '.join(Role)}.") from error
        opened = create_account(
            email=email, full_name=name, roles=roles, actor=terminal(), password=_password(password_stdin)
        )
    _show(opened.temporary_password)


@app.command(name="reset-password")
def reset_password(municipality: Municipality, email: Email, password_stdin: FromStdin = False) -> None:
    """Give an account a new password, printed once, and end its lock."""
    with _inside(municipality):
        from backend.audit.actors import terminal
        from backend.people.operations import reset_password
        from backend.people.queries import get_account_by_email

        account = get_account_by_email(email)
        opened = reset_password(account_id=account.id, actor=terminal(), password=_password(password_stdin))
    _show(opened.temporary_password)


@app.command()
def deactivate(municipality: Municipality, email: Email) -> None:
    """Keep an account out, its open sessions too."""
    _set_active(municipality, email, is_active=False)


@app.command()
def activate(municipality: Municipality, email: Email) -> None:
    """Let an account in again."""
    _set_active(municipality, email, is_active=True)


@app.command(name="list")
def list_accounts(municipality: Municipality) -> None:
    """List the accounts of a municipality: address, name, roles, state, parted by tabs."""
    with _inside(municipality):
        from backend.people.models import StaffAccount

        for account in StaffAccount.objects.order_by("id").iterator():
            state = "active" if account.is_active else "closed"
            print(account.email, account.full_name, ",".join(account.roles), state, sep="\t")


def _set_active(municipality: str, email: str, *, is_active: bool) -> None:
    with _inside(municipality):
        from backend.audit.actors import terminal
        from backend.people.operations import set_account_active
        from backend.people.queries import get_account_by_email

        account = get_account_by_email(email)
        set_account_active(account_id=account.id, is_active=is_active, actor=terminal())
    out.print(f"[green]✓[/] {email}")


@contextmanager
def _inside(slug: str) -> Iterator[None]:
    application.enter()
    from backend.shared.errors import DomainError

    try:
        with application.municipality(slug):
            yield
    except DomainError as error:
        raise Problem(error.message.es, error.message.en) from error


def _password(from_stdin: bool) -> str | None:
    return sys.stdin.readline().rstrip("\n") if from_stdin else None


def _show(temporary: str | None) -> None:
    if temporary is not None:
        print(temporary)
        out.print("Temporary: it opens nothing but its own change.")
    else:
        out.print("[green]✓[/]")
