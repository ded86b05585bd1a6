"""Creates a municipality as the owner of the database, and dies at a statement if a test wants it to.

    python -m tests.isolation.creation SLUG NAME CODE [STATEMENT PART]

The process ends as by kill -9, with the transaction of that moment open.
"""

import os
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - after the set-up

from backend.tenants.operations import create_municipality  # noqa: E402
from tests.operations import one_schema  # noqa: E402

KILLED = 137


def main(slug: str, name: str, commune_code: str, die_at: str | None = None) -> None:
    one_schema.watch_every_connection()
    connection.ensure_connection()
    if die_at:
        connection.execute_wrappers.append(lambda *statement: _die_at(die_at, *statement))
    create_municipality(slug=slug, name=name, commune_code=commune_code, host=f"{slug}.localhost")
    print("\n".join(one_schema.violations))


def _die_at(part: str, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    result = execute(sql, params, many, context)
    if part in str(sql):
        os._exit(KILLED)
    return result


if __name__ == "__main__":
    main(*sys.argv[1:])
