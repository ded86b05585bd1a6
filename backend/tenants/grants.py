"""What the application's database role may do: read and write rows, never DDL, never rewrite a book.

A model with ``append_only = True`` loses UPDATE, DELETE and TRUNCATE for that role (HOUSE "Tenancy"), one with
``never_deleted = True`` DELETE and TRUNCATE.
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
        present = _tables(cursor, schema_name)
        for rights, tables in (
            ("UPDATE, DELETE, TRUNCATE", [*append_only_tables(), "django_migrations"]),
            ("DELETE, TRUNCATE", never_deleted_tables()),
        ):
            for table in present.intersection(tables):
                cursor.execute(
                    sql.SQL("REVOKE {rights} ON {schema}.{table} FROM {role}").format(
                        rights=sql.SQL(rights), table=sql.Identifier(table), **names
                    )
                )


def append_only_tables() -> list[str]:
    """Return the tables that are books: written once, never changed."""
    return _tables_marked("append_only")


def never_deleted_tables() -> list[str]:
    """Return the tables whose rows change and stay."""
    return _tables_marked("never_deleted")


def _tables_marked(mark: str) -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, mark, False))


def _tables(cursor: object, schema_name: str) -> set[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])  # type: ignore[attr-defined] # Django's cursor wrapper has no public type
    return {row[0] for row in cursor.fetchall()}  # type: ignore[attr-defined] # as above
