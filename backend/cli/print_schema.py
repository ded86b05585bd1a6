"""./sem print-schema: write the SDL of each GraphQL schema."""

import os

import typer

from backend.cli.console import out

app = typer.Typer()


@app.command()
def print_schema() -> None:
    """Write the schema.graphql of public and staff anew; breaking changes are named first."""
    os.environ.setdefault("SEM_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    from backend.schema.printing import changes_to_committed_schema, printed_schemas

    for change in changes_to_committed_schema():
        out.print(change)
    for file, printed in printed_schemas().items():
        file.write_text(printed, encoding="utf-8")
        out.print(f"[green]✓[/] {file.parent.name}/{file.name}")
