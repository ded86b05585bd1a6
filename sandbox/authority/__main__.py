"""`python -m sandbox.authority --dir DIR --base-url URL issue …`: certificates for officials, by hand."""

from pathlib import Path
from typing import Annotated

import typer

from sandbox.authority.authority import Authority, create_authority

commands = typer.Typer(help="The development certification authority.", no_args_is_help=True)


@commands.callback()
def open_authority(
    context: typer.Context,
    directory: Annotated[Path, typer.Option("--dir", help="Where its keys and certificates lie.")],
    base_url: Annotated[str, typer.Option(help="Origin under which it answers, as http://127.0.0.1:8001.")],
) -> None:
    context.obj = create_authority(directory, base_url)


@commands.command()
def issue(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="PKCS#12 file to write.")],
    common_name: Annotated[str, typer.Option(help="Name of the official.")],
    rut: Annotated[str, typer.Option(help="RUT of the official, as 44000001-K.")],
    organisation: Annotated[str, typer.Option(help="Name of the municipality.")],
    passphrase: Annotated[str, typer.Option(envvar="SEM_KEY_PASSPHRASE", help="Passphrase of the file.")],
    days: Annotated[int, typer.Option(help="Term of the certificate.")] = 365,
    revoked: Annotated[bool, typer.Option(help="Revoke it at once.")] = False,
) -> None:
    """Issue a certificate."""
    certificate = _authority(context).issue_official(
        common_name=common_name,
        rut=rut,
        organisation=organisation,
        path=path,
        passphrase=passphrase,
        days=days,
        revoked=revoked,
    )
    typer.echo(f"{path}: serial {certificate.serial_number}, until {certificate.not_valid_after_utc:%Y-%m-%d}")


@commands.command()
def revoke(context: typer.Context, serial: Annotated[str, typer.Argument(help="Serial number, decimal.")]) -> None:
    """Revoke a certificate."""
    _authority(context).revoke(int(serial))


def _authority(context: typer.Context) -> Authority:
    assert isinstance(context.obj, Authority)
    return context.obj


if __name__ == "__main__":
    commands()
