"""The rules of tenancy, read off the catalogue of a migrated schema (HOUSE "Tenancy")."""

import re
from typing import Any

from django.db import connection

from backend.tenants.schema_template import CANARY_SCHEMA

# Rarely written tables of the public schema that a tenant's foreign key may point to.
_SHARED_TARGETS = ("tenants_", "reference_")

_TABLES_WITHOUT_PRIMARY_KEY = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN (%s, 'public') AND c.relkind = 'r'
      AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
"""
_FOREIGN_KEYS_ACROSS = """
    SELECT n.nspname, c.relname, fn.nspname, f.relname
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE k.contype = 'f' AND n.nspname <> fn.nspname AND n.nspname IN (%s, 'public')
"""
_TRIGGERS = """
    SELECT c.relname, t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND n.nspname IN (%s, 'public')
"""
_RAISES = re.compile(r"\bRAISE\s+EXCEPTION\b", re.IGNORECASE)
_DOES_MORE = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+(?!OF\b)\w+|DELETE\s+FROM|TRUNCATE\s+\w|PERFORM|EXECUTE|NOTIFY|CALL)\b|\bNEW\.\w+\s*:?=",
    re.IGNORECASE,
)
"""A trigger may refuse, and nothing else: what it did unseen would be a rule that lives nowhere."""

_SERIALS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema IN (%s, 'public') AND column_default LIKE 'nextval%%'
"""


def tenancy_problems() -> list[str]:
    """Return every table, key or trigger of the canary and public schemas that breaks a rule."""
    with connection.cursor() as cursor:
        return problems_seen_by(cursor)


def problems_seen_by(cursor: Any) -> list[str]:
    """Do the same with a cursor (DB-API) of the caller's, in its transaction."""

    def rows(query: str) -> list[tuple[str, ...]]:
        cursor.execute(query, [CANARY_SCHEMA])
        return list(cursor.fetchall())

    problems = [f"{table}: no primary key" for (table,) in rows(_TABLES_WITHOUT_PRIMARY_KEY)]
    problems += [
        f"{schema}.{table} → {target_schema}.{target}: a foreign key leaves its schema"
        for schema, table, target_schema, target in rows(_FOREIGN_KEYS_ACROSS)
        if schema == "public" or not target.startswith(_SHARED_TARGETS)
    ]
    problems += [
        f"{table}: trigger {name} does more than RAISE"
        for table, name, source in rows(_TRIGGERS)
        if not _RAISES.search(source) or _DOES_MORE.search(source)
    ]
    problems += [f"{table}.{column}: a serial, not an identity" for table, column in rows(_SERIALS)]
    return problems
