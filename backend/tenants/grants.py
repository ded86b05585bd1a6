"""What the application's database role may do: read and write rows, never DDL, never rewrite a book.

A model with ``append_only = True`` loses UPDATE, DELETE and TRUNCATE for that role (HOUSE "Tenancy").
"""

from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg2 import sql


def grant_schema(schema_name: str) -> None:
    """Give the application's role its rights on every table of a schema; run as the owner, safe to repeat."""
    role = str(settings.DATABASE_APPLICATION_USER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] == role:
            return
        names = {"schema": sql.Identifier(schema_name), "role": sql.Identifier(role)}
        for statement in (
            "GRANT USAGE ON SCHEMA {schema} TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(**names))
        for table in _append_only_tables(cursor, schema_name):
            cursor.execute(
                sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table} FROM {role}").format(
                    table=sql.Identifier(table), **names
                )
            )


def append_only_tables() -> list[str]:
    """Return the tables that are books: written once, never changed."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


def _append_only_tables(cursor: object, schema_name: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])  # type: ignore[attr-defined] # Django's cursor wrapper has no public type
    present = {row[0] for row in cursor.fetchall()}  # type: ignore[attr-defined] # as above
    return [table for table in append_only_tables() if table in present] + (
        ["django_migrations"] if "django_migrations" in present else []
    )
