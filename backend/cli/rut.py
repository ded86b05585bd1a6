"""./sem rut: the check digit of a RUT."""

from typing import Annotated

import typer

from backend.cli.identifiers import describe_rut

app = typer.Typer()


@app.command()
def rut(
    number: Annotated[str, typer.Argument(help="12678579, 12.678.579 or 12678579-8.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print number, check digit and written forms.")] = False,
) -> None:
    """Print the check digit of a RUT; one that is given must fit."""
    print(describe_rut(number, as_json=as_json))
