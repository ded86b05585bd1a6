"""./sem plate: the check digit of a vehicle's plate."""

from typing import Annotated

import typer

from backend.cli.identifiers import describe_plate

app = typer.Typer()


@app.command()
def plate(
    text: Annotated[str, typer.Argument(metavar="PLATE", help="BBBB10, BB-BB-10, AA1000 or BBBB10-8.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print plate, check digit and written form.")] = False,
) -> None:
    """Print the check digit of a plate; one that is given must fit."""
    print(describe_plate(text, as_json=as_json))
