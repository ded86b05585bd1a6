"""The schema that the connection works in. The stubs know nothing of django-tenants' connection; this module does."""

from typing import Any, cast

from django.db import connection


def current_schema() -> str:
    """Return the name of the schema in force: a municipality's, or `public`."""
    return str(_connection().schema_name)


def enter_schema(schema_name: str) -> None:
    """Point the connection at a municipality's schema until it is left; doors use it, everything else a context."""
    _connection().set_schema(schema_name)


def leave_schema() -> None:
    """Point the connection at `public`."""
    _connection().set_schema_to_public()


def _connection() -> Any:
    return cast(Any, connection)  # the backend of django-tenants adds what is used here
