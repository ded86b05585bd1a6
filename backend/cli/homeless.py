"""./sem homeless: money that belongs to no open debt, by the same operations as the staff schema."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.table import Table

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem
from backend.cli.stuck import age_of

if TYPE_CHECKING:
    from backend.billing.homeless_queries import Homeless

app = typer.Typer(no_args_is_help=True)

Municipality = Annotated[str, typer.Option(help="Slug of the municipality.")]
Number = Annotated[int, typer.Argument(help="Number of the money, as `list` shows it.")]
Open = Annotated[int, typer.Option("--open", help="What you believe is open, in pesos; another amount is refused.")]
Everything = Annotated[bool, typer.Option("--all", help="What was decided too.")]


@app.callback()
def homeless() -> None:
    """List, look into, apply, give back, claim and export money without a home. All of it is in the log of acts."""


@app.command(name="list")
def list_homeless(
    municipality: Municipality,
    every: Everything = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the list to this file too.")] = None,
) -> None:
    """List it, oldest first, with what is proposed."""
    with _work(municipality):
        from backend.billing.homeless_queries import UNDECIDED, Wanted, all_homeless
        from backend.shared import clock

        found = list(all_homeless(Wanted() if every else Wanted(states=UNDECIDED), today=clock.today()))
        table = Table("N°", "Edad", "Estado", "Abierto", "De", "Motivo", "Se propone", "Operación", "RUT", box=None)
        for each in found:
            table.add_row(*_cells(each))
        out.print(table if found else "[green]✓[/] no hay dinero por aplicar")
        if json_file:
            listed = [_as_data(each) for each in found]
            json_file.write_text(json.dumps(listed, indent=1, ensure_ascii=False), encoding="utf-8")


@app.command()
def show(number: Number, municipality: Municipality) -> None:
    """Show one with its decisions and the debts that it could pay today."""
    with _work(municipality):
        from backend.billing.homeless_queries import get_one_homeless
        from backend.billing.homeless_texts import DECISIONS
        from backend.shared import clock
        from backend.shared.money import Money

        each = get_one_homeless(number, today=clock.today())
        out.print(" · ".join(_cells(each)))
        for decision in each.row.decisions.all():
            when, what = f"{decision.decided_at:%Y-%m-%d %H:%M}", DECISIONS[decision.action].es
            out.print(f"  {when} {what} {Money(decision.amount)}, {decision.account_name}: {decision.note}")
        table = Table("Deuda", "Servicio", "Objeto", "Período", "Forma", "Total hoy", box=None)
        for debt in each.payable:
            owed, option = debt.obligation, debt.option
            table.add_row(str(owed.id), owed.service, owed.object_key, owed.period, option.code, str(option.total))
        if each.payable:
            out.print(table)


@app.command()
def check(
    number: Number, municipality: Municipality, debt: Annotated[int, typer.Option(help="Number of the debt.")]
) -> None:
    """Ask the registers about a debt that the money may pay; what was OK today is not asked again."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.homeless import check_debt
        from backend.shared import clock

        answers = check_debt(homeless_id=number, obligation_id=debt, actor=terminal(), now=clock.now())
    for code, answer in answers.items():
        out.print(f"{code}: {answer.outcome.value}. {answer.message.es}")
    if any(answer.outcome.value != "OK" for answer in answers.values()):
        raise typer.Exit(1)


@app.command()
def apply(
    number: Number,
    municipality: Municipality,
    stated_open: Open,
    debt: Annotated[int, typer.Option(help="Number of the debt, as `show` lists it.")],
    option: Annotated[str, typer.Option(help="Code of the way to pay.")] = "single",
    email: Annotated[str | None, typer.Option(help="Where the documents go.")] = None,
    with_fines: Annotated[bool, typer.Option("--with-fines", help="Pay unpaid traffic fines with it.")] = False,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Pay a debt of the same taxpayer with it, at today's quote; the rest stays open."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.homeless import apply_to_debt
        from backend.shared import clock
        from backend.shared.money import Money

        decision = apply_to_debt(
            homeless_id=number,
            obligation_id=debt,
            option=option,
            stated_open=Money(stated_open),
            with_fines=with_fines,
            email=email,
            note=note,
            actor=terminal(),
            now=clock.now(),
        )
        paid = decision.order.number if decision.order else ""
        out.print(f"[green]✓[/] {number}: {Money(decision.amount)} pagaron la orden {paid}")


@app.command()
def refund(
    number: Number,
    municipality: Municipality,
    stated_open: Open,
    amount: Annotated[int, typer.Option(help="How much, in pesos.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    email: Annotated[str, typer.Option(help="Where she is told.")] = "",
) -> None:
    """Request that it, or a part of it, is given back; somebody else approves (./sem refund)."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing import homeless as operations
        from backend.shared.money import Money

        decision = operations.refund(
            homeless_id=number,
            stated_open=Money(stated_open),
            amount=Money(amount),
            reason=reason,
            email=email,
            actor=terminal(),
        )
        out.print(
            f"[green]✓[/] {number}: devolución {decision.refund.id} pedida; otra persona la aprueba: ./sem refund"
        )


@app.command()
def claim(
    number: Number,
    municipality: Municipality,
    stated_open: Open,
    note: Annotated[str, typer.Option(help="E.g. number and date of the letter.")],
) -> None:
    """Record that the gateway is asked to explain it; it stays open."""
    with _work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.homeless import claim_at_gateway
        from backend.shared.money import Money

        claim_at_gateway(homeless_id=number, stated_open=Money(stated_open), note=note, actor=terminal())
    out.print(f"[green]✓[/] {number}: reclamado")


@app.command()
def export(
    municipality: Municipality,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where to write; ends in .csv or .xlsx.")],
    undecided: Annotated[bool, typer.Option("--undecided", help="Only what waits.")] = False,
) -> None:
    """Write it as a table for a spreadsheet, with every decision."""
    kind = file.suffix.lower().removeprefix(".")
    if kind not in ("csv", "xlsx"):
        raise Problem(f"{file.name} is neither .csv nor .xlsx.")
    columns = BarColumn(), MofNCompleteColumn()
    with _work(municipality), Progress(*columns, console=out, transient=True) as progress:
        from backend.billing.homeless_export import homeless_file
        from backend.billing.homeless_queries import UNDECIDED, Wanted
        from backend.billing.rolls.kinds import Kind
        from backend.shared import clock

        task = progress.add_task("", total=None)
        made = homeless_file(
            Kind(kind),
            Wanted(states=UNDECIDED) if undecided else Wanted(),
            today=clock.today(),
            progress=lambda rows, total: progress.update(task, completed=rows, total=total),
        )
        file.write_bytes(made.data)
    out.print(f"[green]✓[/] {file}")


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


def _cells(each: "Homeless") -> list[str]:
    from backend.billing.homeless_texts import ACTIONS, REASONS, STATES
    from backend.shared.money import Money

    row, action, reason = each.row, ACTIONS.get(each.proposed), REASONS.get(each.row.reason)
    return [
        str(row.id),
        age_of(each.age),
        STATES[each.state].es,
        str(Money(row.open_amount)),
        str(Money(row.amount)),
        reason.es if reason else row.reason,
        action.es if action else "",
        f"{row.reading.gateway} {row.reading.operation_id}",
        row.payer_rut,
    ]


def _as_data(each: "Homeless") -> dict[str, object]:
    row = each.row
    return {
        "id": row.id,
        "state": each.state.value,
        "amount": row.amount,
        "open_amount": row.open_amount,
        "reason": row.reason,
        "proposed_action": each.proposed,
        "owner": row.owner,
        "payer_rut": row.payer_rut,
        "gateway": row.reading.gateway,
        "operation_id": row.reading.operation_id,
        "since": row.since.isoformat(),
        "age_seconds": int(each.age.total_seconds()),
    }
