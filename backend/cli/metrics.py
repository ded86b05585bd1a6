"""./sem metrics: the completeness clock in Prometheus' text format, for the node exporter's textfile collector.

No door of the platform serves figures: what is not there cannot be read by strangers. No citizen's data stand in them.
"""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.cli import application

if TYPE_CHECKING:
    from backend.receipts.completeness import Gap

app = typer.Typer()
_READABLE = 0o644


@app.command()
def metrics(
    file: Annotated[
        Path | None, typer.Option(help="Write this file (*.prom), all at once, instead of printing.")
    ] = None,
) -> None:
    """Print for each municipality how many paid orders wait for each step, and for how long the oldest has."""
    application.enter()
    from backend.receipts.completeness import gaps_everywhere
    from backend.shared import clock

    text = exposition(gaps_everywhere(), now=clock.now())
    if file is None:
        sys.stdout.write(text)
    else:
        _replace(file, text)


def exposition(gaps: "Sequence[Gap]", *, now: datetime) -> str:
    """Return the figures in Prometheus' text format 0.0.4; slugs need no escaping."""
    labels = [f'{{municipality="{gap.municipality}",step="{gap.step.value.lower()}"}}' for gap in gaps]
    ages = [max(0, int((now - gap.since).total_seconds())) if gap.since else 0 for gap in gaps]
    lines = [
        "# HELP sem_incomplete_orders Paid orders that wait for a step.",
        "# TYPE sem_incomplete_orders gauge",
        *(f"sem_incomplete_orders{label} {gap.orders}" for label, gap in zip(labels, gaps, strict=True)),
        "# HELP sem_incomplete_oldest_seconds For how long the oldest of them has waited.",
        "# TYPE sem_incomplete_oldest_seconds gauge",
        *(f"sem_incomplete_oldest_seconds{label} {age}" for label, age in zip(labels, ages, strict=True)),
        "# HELP sem_metrics_timestamp_seconds When these figures were read.",
        "# TYPE sem_metrics_timestamp_seconds gauge",
        f"sem_metrics_timestamp_seconds {int(now.timestamp())}",
    ]
    return "\n".join(lines) + "\n"


def _replace(file: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, suffix=".tmp", delete=False, encoding="utf-8") as written:
        written.write(text)
        os.fchmod(written.fileno(), _READABLE)
    Path(written.name).replace(file)
