"""The two roles of a database: the owner changes its structure, the application only its rows.

`docs/operate` shows the same statements for a server that somebody else runs.
"""

from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

OWNER = "sem_owner"
APPLICATION = "sem_app"
DATABASE = "sem"


def prepare(administrator: str, *, owner_password: str, application_password: str) -> dict[str, str]:
    """Make roles and database where they are missing, and return both addresses. Safe to repeat."""
    connection = psycopg2.connect(administrator)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for role, password, right in (
                (OWNER, owner_password, "CREATEDB"),
                (APPLICATION, application_password, "NOCREATEDB"),
            ):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
                        sql.SQL(verb), sql.Identifier(role), sql.SQL(right), sql.Literal(password)
                    )
                )
            _create_database(cursor, DATABASE, owner=OWNER)
    finally:
        connection.close()
    _grant(at_database(administrator, DATABASE), owner=OWNER, application=APPLICATION)
    return {
        "DATABASE_OWNER_URL": _as_user(at_database(administrator, DATABASE), OWNER, owner_password),
        "DATABASE_URL": _as_user(at_database(administrator, DATABASE), APPLICATION, application_password),
    }


def create_beside(owner_url: str, application_url: str, *, suffix: str) -> dict[str, str]:
    """On a server that was given: a database of its own, named after the given one. Safe to repeat.

    The owner needs the right CREATEDB there.
    """
    name = f"{urlsplit(owner_url).path.lstrip('/')}_{suffix}".replace("-", "_")
    owner, application = urlsplit(owner_url).username, urlsplit(application_url).username
    connection = psycopg2.connect(owner_url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            _create_database(cursor, name, owner=owner or "")
    finally:
        connection.close()
    if owner and application and owner != application:
        _grant(at_database(owner_url, name), owner=owner, application=application)
    return {
        "DATABASE_OWNER_URL": at_database(owner_url, name),
        "DATABASE_URL": at_database(application_url, name),
    }


def at_database(address: str, name: str) -> str:
    """The same server and user, another database."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _as_user(address: str, user: str, password: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{parts.hostname}:{parts.port}"))


def _create_database(cursor: "psycopg2.extensions.cursor", name: str, *, owner: str) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if not cursor.fetchone():
        cursor.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )


def _grant(address: str, *, owner: str, application: str) -> None:
    """The application may connect; what it may do in each schema is granted when that schema is made."""
    names = {
        "owner": sql.Identifier(owner),
        "application": sql.Identifier(application),
        "database": sql.Identifier(urlsplit(address).path.lstrip("/")),
    }
    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in GRANTS:
                cursor.execute(sql.SQL(statement).format(**names))
    finally:
        connection.close()


GRANTS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {application}",
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {application}",
)
