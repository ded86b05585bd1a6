"""./sem refund: money given back, by the same operations as the staff schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

if TYPE_CHECKING:
    from backend.billing.models import Refund

app = typer.Typer(no_args_is_help=True)
_STATES = {"REQUESTED": "pedida", "APPROVED": "aprobada", "EXECUTED": "hecha", "DENIED": "rechazada"}
_METHODS = {"GATEWAY": "portal de pagos", "TRANSFER": "transferencia"}

Municipality = Annotated[str, typer.Option(help="Slug of the municipality.")]
Number = Annotated[int, typer.Argument(help="Number of the refund.")]
Reason = Annotated[str, typer.Option(help="Why.")]


@app.callback()
def refund() -> None:
    """Request, approve, deny and record refunds. Who requests one does not approve it."""


@app.command(name="list")
def list_refunds(
    municipality: Municipality, first: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20
) -> None:
    """List refunds, newest first."""
    with _work(municipality):
        from backend.billing.refund_queries import Wanted, get_refunds

        table = Table("N°", "Estado", "Monto", "Por", "Operación", "Orden", "Pedida por", "Detalle", box=None)
        for row in get_refunds(Wanted(), first=first).rows:
            table.add_row(*_cells(row))
        out.print(table)


@app.command()
def request(
    order: Annotated[str, typer.Argument(help="Number of the order.")],
    municipality: Municipality,
    amount: Annotated[int, typer.Option(help="What you believe was paid for it, in pesos.")],
    reason: Reason,
    debt: Annotated[str | None, typer.Option(help="Plate or role, where the order paid several.")] = None,
) -> None:
    """Request that a payment is given back: one debt of an order, whole."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.refund_queries import find_item
        from backend.billing.refunds import request_refund
        from backend.shared.money import Money

        item = find_item(order_number=order, object_key=debt)
        number = request_refund(item_id=item.id, stated_amount=Money(amount), reason=reason, actor=terminal())
    out.print(f"[green]✓[/] devolución {number} pedida; otra persona: ./sem refund approve {number} --municipality=…")


@app.command()
def approve(number: Number, municipality: Municipality) -> None:
    """Approve a refund that somebody else requested."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.refund_queries import get_refund
        from backend.billing.refunds import approve_refund

        row = get_refund(approve_refund(refund_id=number, actor=terminal()))
        _tell(row)


@app.command()
def deny(number: Number, municipality: Municipality, reason: Reason) -> None:
    """Deny a refund that was not made."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.refund_queries import get_refund
        from backend.billing.refunds import deny_refund

        _tell(get_refund(deny_refund(refund_id=number, reason=reason, actor=terminal())))


@app.command()
def by_bank(number: Number, municipality: Municipality) -> None:
    """Let the bank give back what the gateway refused to."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.refund_execution import change_to_transfer
        from backend.billing.refund_queries import get_refund

        _tell(get_refund(change_to_transfer(refund_id=number, actor=terminal())))


@app.command()
def transfer(
    number: Number,
    municipality: Municipality,
    decree: Annotated[str, typer.Option(help="Number and date of the decree.")],
    reference: Annotated[str, typer.Option(help="The bank's reference; never an account.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the transfer (today).")] = None,
) -> None:
    """Record the transfer that gave an approved refund back."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.refund_execution import record_transfer
        from backend.billing.refund_queries import get_refund
        from backend.shared import clock

        done = record_transfer(
            refund_id=number,
            decree=decree,
            bank_reference=reference,
            transferred_on=on.date() if on else clock.today(),
            actor=terminal(),
        )
        _tell(get_refund(done))


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


def _tell(row: "Refund") -> None:
    out.print(f"[green]✓[/] devolución {row.id} {_STATES[row.state]}, por {_METHODS[row.method]}")


def _cells(row: "Refund") -> list[str]:
    from backend.shared.money import Money

    order = row.order.number if row.order else ""
    detail = row.last_error or row.denied_because or " ".join(filter(None, (row.decree, row.bank_reference)))
    amount, state, method = str(Money(row.amount)), _STATES[row.state], _METHODS[row.method]
    return [str(row.id), state, amount, method, row.operation_id, order, row.requested_by_name, detail or row.reason]
