"""./sem migrate: public, then a canary schema, then the municipalities that lack something."""

import typer

from backend.cli import application
from backend.cli.console import out, step

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring every schema up to date; a municipality with nothing to do is skipped."""
    application.enter(owner=True)
    from backend.tenants import migrations_of_tenants as migrations

    with step("Shared tables / tablas comunes"):
        migrations.migrate_public()
    with step("Canary schema / esquema de prueba"):
        migrations.migrate_canary()
    count = 0
    for name in migrations.migrate_municipalities():
        count += 1
        out.print(f"  {name}")
    out.print(f"[green]✓[/] {count} municipalities migrated / municipalidades migradas")
