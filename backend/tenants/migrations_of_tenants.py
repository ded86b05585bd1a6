"""Migrating every schema: public, then a canary, then only those municipalities that lack something."""

from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tenants.utils import get_public_schema_name, schema_context, schema_exists
from psycopg2 import sql

from backend.tenants import grants
from backend.tenants.models import Municipality
from backend.tenants.schema_template import CANARY_SCHEMA


def migrate_public() -> None:
    """Bring the shared tables up to date. Run as the owner."""
    call_command("migrate_schemas", shared=True, verbosity=0, interactive=False)
    grants.grant_schema(get_public_schema_name())


def migrate_canary() -> None:
    """Migrate the schema that nobody uses first: what fails here has touched no municipality."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(CANARY_SCHEMA)))
    _migrate(CANARY_SCHEMA)


def drop_canary() -> None:
    """Forget the canary schema, so that the next one comes from the migrations as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(CANARY_SCHEMA)))


def migrate_municipalities() -> Iterator[str]:
    """Migrate those that lack a migration which the canary has, one at a time; yields each when done."""
    for schema_name in lagging_schemas():
        _migrate(schema_name)
        grants.grant_schema(schema_name)
        yield schema_name


def lagging_schemas() -> list[str]:
    """Return municipalities whose applied migrations differ from the canary's, by one query over all schemas."""
    with schema_context(get_public_schema_name()):
        schemas = [
            name
            for name in Municipality.objects.order_by("id").values_list("schema_name", flat=True)
            if schema_exists(name)
        ]
    if not schemas:
        return []
    fingerprint = sql.SQL(
        "SELECT {name} AS schema_name, count(*) AS n, md5(string_agg(app || '.' || name, ',' ORDER BY app, name)) AS s"
        " FROM {schema}.django_migrations"
    )
    union = sql.SQL(" UNION ALL ").join(
        fingerprint.format(name=sql.Literal(schema), schema=sql.Identifier(schema))
        for schema in [CANARY_SCHEMA, *schemas]
    )
    with connection.cursor() as cursor:
        cursor.execute(union)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [schema for schema in schemas if found[schema] != found[CANARY_SCHEMA]]


def migration_conflicts() -> dict[str, list[str]]:
    """Return apps with more than one leaf migration: the history of each must be one line."""
    conflicts = MigrationLoader(None).detect_conflicts()
    return {app: sorted(names) for app, names in conflicts.items()}


def _migrate(schema_name: str) -> None:
    call_command("migrate_schemas", schema_name=schema_name, verbosity=0, interactive=False)
