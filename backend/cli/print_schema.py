"""./sem print-schema: write the public SDL."""

import os

import typer

from backend.cli.console import out

app = typer.Typer()


@app.command()
def print_schema() -> None:
    """Write backend/schema/public/schema.graphql anew; breaking changes are named first."""
    os.environ.setdefault("SEM_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    from backend.schema.printing import PUBLIC_SDL, changes_to_committed_schema
    from backend.schema.public.schema import printed_schema

    for change in changes_to_committed_schema():
        out.print(change)
    PUBLIC_SDL.write_text(printed_schema(), encoding="utf-8")
    out.print(f"[green]✓[/] {PUBLIC_SDL.name}")
