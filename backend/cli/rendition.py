"""./sem rendition: what was collected in a range of days, by budget account."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backend.cli.collection import Municipality, work
from backend.cli.console import out

app = typer.Typer()
_DAY = ["%Y-%m-%d"]


@app.command()
def rendition(
    municipality: Municipality,
    begins: Annotated[datetime, typer.Option("--from", formats=_DAY, help="First day.")],
    ends: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day (the first).")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a CSV here.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook here.")] = None,
) -> None:
    """Show what was collected, by budget account and for whose benefit; refunds are negative."""
    with work(municipality):
        from backend.billing.reconciliation.rendition import rendition_of
        from backend.billing.reconciliation.rendition_files import BENEFITS, COLUMNS, rendition_file
        from backend.billing.rolls.kinds import Kind

        made = rendition_of(begins=begins.date(), ends=(ends or begins).date())
        for path, kind in ((csv, Kind.CSV), (xlsx, Kind.XLSX)):
            if path is not None:
                path.write_bytes(rendition_file(made, kind).data)
                out.print(f"[green]✓[/] {path}")
    table = Table(*COLUMNS, box=None)
    for row in made.rows:
        amounts = (row.collected, row.returned, row.net)
        table.add_row(row.account, row.name, BENEFITS[row.beneficiary], str(row.count), *map(str, amounts))
    table.add_row("", "Total", "", "", "", "", str(made.total()))
    out.print(table)
    if made.open_days:
        out.print("Días sin cerrar: " + ", ".join(map(str, made.open_days)))
