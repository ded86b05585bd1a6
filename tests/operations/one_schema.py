"""One transaction writes one schema (HOUSE "Tenancy"): watched in every transaction of every in-process test.

The database itself is asked, after each statement inside a transaction, which tables the transaction holds a writer's
lock on (ROW EXCLUSIVE for INSERT, UPDATE and DELETE, ACCESS EXCLUSIVE for TRUNCATE; both are kept to its end). So
nothing has to be parsed, and the search path needs no interpretation. A statement outside a transaction is one of its
own and writes one table.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

violations: list[str] = []
"""What was seen since somebody last cleared the list; from all threads."""

_WRITTEN = """
    SELECT DISTINCT n.nspname || '.' || c.relname, n.nspname
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p')
      AND l.mode IN ('RowExclusiveLock', 'AccessExclusiveLock') AND n.nspname NOT LIKE 'pg\\_%'
    ORDER BY 1
"""
_READS = ("SELECT", "SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW")

Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


def watch_every_connection() -> None:
    """Watch each connection that Django opens from now on, in whatever thread."""
    connection_created.connect(_watch, dispatch_uid="one transaction writes one schema")


def _watch(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _look_after not in connection.execute_wrappers:
        connection.execute_wrappers.append(_look_after)


def _look_after(execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    connection = context["connection"]
    if connection.in_atomic_block and not str(sql).lstrip(" (\n").upper().startswith(_READS):
        with connection.connection.cursor() as cursor:  # the driver's own: no query of Django's is counted
            cursor.execute(_WRITTEN)
            rows = cursor.fetchall()
        if len({schema for _table, schema in rows}) > 1:
            violations.append(f"one transaction wrote {', '.join(table for table, _schema in rows)}")
    return result
