"""./sem official: certificates of officials."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from backend.cli import application
from backend.cli.console import out
from backend.cli.problems import Problem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def official() -> None:
    """Register the certificates of officials who sign."""


@app.command()
def register(
    municipality: Annotated[str, typer.Argument(help="Slug of the municipality.")],
    file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="PKCS#12 file, opened with SEM_KEY_PASSPHRASE.")
    ],
    role: Annotated[str, typer.Option(help="Role that signs.")] = "treasurer",
) -> None:
    """Register the certificate of a PKCS#12 file; the file is copied into the municipality's secrets folder."""
    application.enter()
    from backend.shared.errors import DomainError
    from backend.signing.operations import register_official, secrets_folder

    with application.municipality(municipality):
        folder = secrets_folder()
        if file.resolve().parent != folder.resolve():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(file, folder / file.name)
            (folder / file.name).chmod(0o600)
        try:
            fingerprint = register_official(role=role, key_file=file.name)
        except DomainError as error:
            raise Problem(error.message.es, error.message.en) from error
    out.print(f"[green]✓[/] {municipality}: {role} {fingerprint[:16]}…")
