"""./sem day: the closing of days, by the same operations as the staff schema."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from backend.cli.collection import Municipality, work
from backend.cli.console import out

if TYPE_CHECKING:
    from backend.billing.reconciliation.queries import DaySheet

app = typer.Typer(no_args_is_help=True)
_SHOWN = 50

Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Accounting date.")]


@app.callback()
def day() -> None:
    """Look at accounting days, explain what does not add up, close and reopen them."""


@app.command(name="list")
def list_days(
    municipality: Municipality,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20,
    plot: Annotated[Path | None, typer.Option(help="Draw them as SVG into this file too.")] = None,
) -> None:
    """List the days of which there is something, newest first."""
    with work(municipality):
        from backend.billing.reconciliation.queries import get_day, get_days

        days = [get_day(row.day) for row in get_days(first=first).rows]
        if plot is not None:
            from backend.cli.day_plot import drawn

            plot.write_text(drawn(list(reversed(days))), encoding="utf-8")
            out.print(f"[green]✓[/] {plot}")
    table = Table(
        "Día", "", "Informado", "Pagado", "Sin destino", "En disputa", "En tránsito", "Sin explicar", box=None
    )
    for row in days:
        figures = row.figures
        amounts = (figures.filed.amount, figures.settled, figures.homeless, figures.disputed, figures.in_transit.amount)
        state = "cerrado" if row.closed_at else "abierto"
        table.add_row(f"{row.day}", state, *map(str, amounts), str(row.unexplained_count))
    out.print(table)


@app.command()
def show(
    day: Day,
    municipality: Municipality,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many differences.")] = _SHOWN,
) -> None:
    """Show a day in figures, and what does not add up one by one."""
    with work(municipality):
        from backend.billing.reconciliation.queries import get_day, get_differences

        seen = get_day(day.date())
        page = get_differences(day=day.date(), first=first)
    _show_figures(seen)
    table = Table("Diferencia", "Clave", "Qué pasó", "Explicación", box=None)
    for found in page.rows:
        table.add_row(found.kind.value, found.key, found.message.es, found.note or "[red]—[/]")
    out.print(table if page.rows else "[green]✓[/] sin diferencias")
    if page.has_next:
        out.print(f"… de {seen.difference_count}; --first muestra más")


@app.command()
def transit(
    municipality: Municipality,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many of each.")] = _SHOWN,
) -> None:
    """List money on its way with its age: filed and not deposited, heard of and not filed."""
    with work(municipality):
        from backend.billing.reconciliation.queries import get_in_transit, get_not_filed
        from backend.shared import clock
        from backend.shared.money import Money

        rows = [
            ("informado y no depositado", line.operation_id, line.order_number, Money(line.amount), line.accounting_on)
            for line in get_in_transit(first=first).rows
        ]
        rows += [
            ("avisado y no informado", heard.operation_id, heard.order_number, heard.amount, heard.paid_on)
            for heard in get_not_filed(first=first).rows
        ]
        today = clock.today()
    table = Table("", "Operación", "Orden", "Monto", "Desde", "Días", box=None)
    for what, operation, order, amount, since in rows:
        table.add_row(what, operation, order, str(amount), str(since), str((today - since).days))
    out.print(table if rows else "[green]✓[/] nada en camino")


@app.command()
def explain(
    day: Day,
    key: Annotated[str, typer.Argument(help="Key of the difference, as `show` lists it.")],
    note: Annotated[str, typer.Argument(help="Why it is so, or what is being done about it.")],
    municipality: Municipality,
) -> None:
    """Explain a difference of an open day."""
    with work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.reconciliation.closing import explain_difference

        explain_difference(day=day.date(), key=key, text=note, actor=terminal())
    out.print(f"[green]✓[/] {key}")


@app.command()
def close(day: Day, municipality: Municipality) -> None:
    """Close a day, of which every difference is explained."""
    with work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.reconciliation.closing import close_day

        close_day(day=day.date(), actor=terminal())
    out.print(f"[green]✓[/] {municipality}: día {day.date()} cerrado")


@app.command()
def reopen(
    day: Day, municipality: Municipality, reason: Annotated[str, typer.Option(help="Why it is reopened.")]
) -> None:
    """Reopen a closed day; files that wait for it are read on."""
    with work(municipality):
        from backend.audit.actors import terminal
        from backend.billing.reconciliation.closing import reopen_day

        reopen_day(day=day.date(), reason=reason, actor=terminal())
    out.print(f"[green]✓[/] {municipality}: día {day.date()} reabierto")


def _show_figures(seen: "DaySheet") -> None:
    figures = seen.figures
    state = f"cerrado el {seen.closed_at:%Y-%m-%d %H:%M} UTC" if seen.closed_at else "abierto"
    out.print(f"Día {seen.day}, {state}")
    table = Table("", "Operaciones", "Monto", box=None)
    for name, count, amount in (
        ("Informado", figures.filed.count, figures.filed.amount),
        ("  pagado", "", figures.settled),
        ("  sin destino", "", figures.homeless),
        ("  en disputa", "", -figures.disputed),
        ("  por identificar", figures.unplaced.count, figures.unplaced.amount),
        ("De lo informado, nadie lo había avisado", figures.found.count, figures.found.amount),
        ("En tránsito: informado y no depositado", figures.in_transit.count, figures.in_transit.amount),
        ("Avisado y no informado", figures.not_filed.count, figures.not_filed.amount),
        ("Depositado en el día", len(seen.deposits), figures.deposited),
        ("  retenido", "", figures.withheld),
    ):
        table.add_row(name, str(count), str(amount))
    out.print(table)
