"""Run as the owner of the test database: everything anew, then the municipalities of the tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django

django.setup()

from django.db import connection  # noqa: E402 - after the set-up
from django_tenants.utils import schema_context  # noqa: E402
from psycopg2 import sql  # noqa: E402

from backend.audit.actors import terminal  # noqa: E402
from backend.profile import operations as profile  # noqa: E402
from backend.profile.themes import choose_theme  # noqa: E402
from backend.reference.operations import load_reference_data  # noqa: E402
from backend.signing.operations import register_official  # noqa: E402
from backend.tenants import migrations_of_tenants as migrations  # noqa: E402
from backend.tenants.operations import create_municipality  # noqa: E402
from tests.operations import one_schema  # noqa: E402
from tests.operations.towns import TOWNS, Town  # noqa: E402
from theming.tokens import preset_logo, preset_tokens  # noqa: E402

_OURS = "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"


def main() -> None:
    _forget_everything()
    migrations.migrate_public()
    migrations.migrate_canary()
    load_reference_data()
    one_schema.watch_every_connection()
    with _watched():
        for town in TOWNS:
            _create(town)


def _forget_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OURS)
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
        cursor.execute("CREATE SCHEMA public")


@contextmanager
def _watched() -> Iterator[None]:
    """Creating a municipality is held to the rule of one schema as well."""
    one_schema.violations.clear()
    yield
    if one_schema.violations:
        raise SystemExit("\n".join(one_schema.violations))


def _create(town: Town) -> None:
    create_municipality(slug=town.slug, name=town.name, commune_code=town.commune_code, host=town.host)
    with schema_context(town.slug):
        if town.theme:
            profile.register_page_origin(origin=f"http://www.{town.host}:{os.environ['SANDBOX_PORT']}")
            profile.enable_service(service="circulation_permit")
            choose_theme(tokens=preset_tokens(town.theme), logo=preset_logo(town.theme), actor=terminal())
        if town.form:
            profile.agree_with_gateway(gateway="tgr", form_number=town.form)
        if town.commerce:
            profile.agree_with_gateway(gateway="webpay", form_number=town.commerce)
        if town.has_official:
            register_official(role="treasurer", key_file="treasurer.p12")


if __name__ == "__main__":
    main()
