"""What a schema is made of, by PostgreSQL's own catalogue, with the schema's name left out."""

import re

from django.db import connection

_QUERIES = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraints": """
        SELECT c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = %s::regnamespace
    """,
    "indexes": """
        SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = %s::regnamespace
    """,
    "sequences": """
        SELECT s.relname, t.relname, a.attname FROM pg_class s
        JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'i' JOIN pg_class t ON t.oid = d.refobjid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE s.relnamespace = %s::regnamespace AND s.relkind = 'S'
    """,
    "rights": """
        SELECT c.relname, x.privilege_type FROM pg_class c, aclexplode(c.relacl) x
        WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'S')
          AND x.grantee = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    """,
}

Catalogue = dict[str, set[tuple[object, ...]]]


def catalogue_of(schema: str, *, with_rights: bool = True) -> Catalogue:
    """Columns, constraints, indexes, identity sequences, and the rights of the application's role."""
    found: Catalogue = {}
    with connection.cursor() as cursor:
        for what, query in _QUERIES.items():
            if what == "rights" and not with_rights:
                continue
            cursor.execute(query, [schema])
            found[what] = {
                tuple(_plain(value, schema) if isinstance(value, str) else value for value in row)
                for row in cursor.fetchall()
            }
    return found


def _plain(text: str, schema: str) -> str:
    """Without the schema's name, and without the casts and brackets that PostgreSQL writes anew at each reading."""
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", text.replace(f"{schema}.", ""))
