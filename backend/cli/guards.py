"""What `./sem check` asks of Django and a real PostgreSQL. Each function returns the problems it found."""

import io
import os

from django.core.management import call_command
from django.core.management.base import CommandError


def migrations() -> list[str]:
    """Models without a migration, and histories that are not one line."""
    from backend.tenants.migrations_of_tenants import migration_conflicts

    said = io.StringIO()
    problems = [f"{app}: {', '.join(names)}" for app, names in migration_conflicts().items()]
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said, skip_checks=True)
    except (SystemExit, CommandError):
        problems.append("models have changes without a migration:\n" + said.getvalue())
    return problems


def printed_schema() -> list[str]:
    """The committed SDL against the schema, with breaking changes named."""
    from backend.schema.printing import changes_to_committed_schema

    return changes_to_committed_schema()


def money_graph() -> list[str]:
    """The picture and the table of the states of money against the graph."""
    from backend.cli.print_graph import drawn

    stale = [file.name for file, text in drawn().items() if not file.exists() or file.read_text("utf-8") != text]
    return [f"{name} is not what the graph gives: run ./sem print-graph" for name in stale]


def schema_template() -> list[str]:
    """The committed SQL template against what migrations give."""
    from backend.cli.schema_template import dumped_template
    from backend.tenants.schema_template import TEMPLATE_FILE

    if TEMPLATE_FILE.exists() and TEMPLATE_FILE.read_text(encoding="utf-8") == dumped_template(os.environ):
        return []
    return ["backend/tenants/schema_template.sql is not what migrations give: run ./sem schema-template"]


def tenancy() -> list[str]:
    """Tables, keys and triggers of a migrated schema against the rules of HOUSE "Tenancy"."""
    from backend.tenants.lint import tenancy_problems

    return tenancy_problems()
