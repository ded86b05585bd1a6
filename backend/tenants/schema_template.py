"""The SQL that makes a municipality's schema: a dump of a migrated one, with the name left open.

Creating 345 municipalities takes 39 s from such a template and 237 s by migrations (docs/adr). The file
is made by ``./sem schema-template`` and compared with what migrations give by ``./sem check``.
"""

import re
from pathlib import Path

TEMPLATE_FILE = Path(__file__).with_name("schema_template.sql")
CANARY_SCHEMA = "municipality_template"
_APPLIED_AT = re.compile(r"'\d{4}-\d\d-\d\d [\d:.]+\+00'")
SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


def sql_for(schema_name: str) -> str:
    """Return the statements that make the schema; raises ValueError for a name that is not a plain identifier."""
    if not SCHEMA_NAME.fullmatch(schema_name):
        raise ValueError(f"{schema_name!r} is not a usable schema name")
    return TEMPLATE_FILE.read_text(encoding="utf-8").replace(CANARY_SCHEMA, schema_name)


def from_dump(dump: str) -> str:
    """Keep of a `pg_dump --inserts` what defines the schema: no comments, no session settings, no owners."""
    kept = []
    for line in dump.splitlines():
        if line.startswith(("--", "SET ", "SELECT pg_catalog.set_config", "\\")) or not line.strip():
            continue
        kept.append(_APPLIED_AT.sub("now()", line) if ".django_migrations VALUES" in line else line)
    return "\n".join(kept) + "\n"
