"""./sem stuck: what waits, and since when."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from backend.cli import application
from backend.cli.console import out

if TYPE_CHECKING:
    from backend.billing.stuck import Waiting
    from backend.receipts.completeness import Gap

app = typer.Typer()
_STEPS = {
    "SIGNED": "not signed",
    "STAMPED": "not time-stamped",
    "MAILED": "not mailed",
    "REFUSED": "refused by the mail server",
}
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


@app.command()
def stuck(
    municipality: Annotated[str | None, typer.Option(help="Only this municipality.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the list to this file too.")] = None,
) -> None:
    """List notices unrouted or contradictory, homeless money, documents not signed, mails not sent, dead deliveries.

    Below it, for each municipality, how many paid orders wait for signature, time stamp and mail, and the oldest.
    """
    application.enter()
    from backend.receipts.completeness import gaps_everywhere
    from backend.receipts.stuck import waiting_everywhere
    from backend.shared import clock

    now = clock.now()
    rows = waiting_everywhere(only=municipality)
    table = Table("Municipality", "Kind", "Subject", "Detail", "Since", "Age", box=None)
    for where, waiting in rows:
        since = f"{waiting.since:%Y-%m-%d %H:%M:%S} UTC"
        table.add_row(where, waiting.kind, waiting.subject, waiting.detail, since, age_of(now - waiting.since))
    open_gaps = [gap for gap in gaps_everywhere() if gap.since and municipality in (None, gap.municipality)]
    out.print(table if rows else "[green]✓[/] Nothing waits / nada está detenido")
    for line in completeness_lines(open_gaps, now):
        out.print(line)
    if json_file:
        listed = [
            {
                "municipality": where,
                "kind": w.kind,
                "subject": w.subject,
                "detail": w.detail,
                "since": w.since.isoformat(),
                "age_seconds": max(0, int((now - w.since).total_seconds())),
            }
            for where, w in [*rows, *map(_as_waiting, open_gaps)]
        ]
        json_file.write_text(json.dumps(listed, indent=1, ensure_ascii=False))


def completeness_lines(gaps: "Sequence[Gap]", now: datetime) -> list[str]:
    """Return a line for each municipality whose paid orders wait for something, with the oldest of each step."""
    towns: dict[str, list[str]] = {}
    for gap in gaps:
        if gap.since:
            text = f"{_STEPS[gap.step.value]}: {gap.orders}, oldest {age_of(now - gap.since)}"
            towns.setdefault(gap.municipality, []).append(text)
    return [f"{town} · paid orders {' · '.join(texts)}" for town, texts in towns.items()]


def _as_waiting(gap: "Gap") -> "tuple[str, Waiting]":
    from backend.billing.stuck import Waiting
    from backend.shared import clock

    step = gap.step.value.lower()
    since = gap.since or clock.now()
    return gap.municipality, Waiting(f"gap-{step}", f"{gap.orders} orders", _STEPS[gap.step.value], since)


def age_of(waited: timedelta) -> str:
    """Return an age in its largest whole unit, e.g. "3 d" or "12 min"."""
    seconds = max(0, int(waited.total_seconds()))
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= size), ("s", 1))
    return f"{seconds // size} {unit}"
