"""./sem bench: what the product is held to, each as a ratio to a fixed script, measured in one run."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)

JsonFile = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the result as JSON.")]


@app.callback()
def bench() -> None:
    """Measure what the product is held to. The exit code tells whether it was measured, not whether the goal is met."""


@app.command()
def graphql(
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Rounds of 20 requests to each address.")] = 40,
    json_file: JsonFile = None,
) -> None:
    """CPU of a look-up of debts through the API, over a plain JSON view with the same queries."""
    from backend.cli.bench_graphql import measure_graphql

    measure_graphql(rounds=rounds).tell(json_file)


@app.command()
def journey(
    payments: Annotated[int, typer.Option(min=2, help="Payments that count, over two municipalities.")] = 40,
    json_file: JsonFile = None,
) -> None:
    """CPU of the platform for each payment made over HTTP, over the bare script that does what cannot be left out."""
    from backend.cli.bench_journey import measure_journey

    measure_journey(payments=payments).tell(json_file)


@app.command()
def roll(
    rows: Annotated[int, typer.Option(min=100, max=400_000, help="Rows of the workbook.")] = 100_000,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="How often it is loaded and undone.")] = 3,
    json_file: JsonFile = None,
) -> None:
    """CPU of the platform for a roll uploaded over HTTP, validated and applied, over reading and copying its rows."""
    from backend.cli.bench_roll import measure_roll

    measure_roll(rows=rows, rounds=rounds).tell(json_file)


@app.command()
def receipts(
    documents: Annotated[int, typer.Option(min=3, max=1_000, help="Documents of a batch.")] = 60,
    season: Annotated[
        int,
        typer.Option(min=0, max=238_185, help="Documents of the season's sample, about; 0 for none, 238185 for all."),
    ] = 5_000,
    json_file: JsonFile = None,
) -> None:
    """CPU of a signed document of a compiled program, over one RSA-2048 signature of the same process."""
    from backend.cli.bench_receipts import measure_receipts

    measure_receipts(documents=documents, season=season).tell(json_file)
