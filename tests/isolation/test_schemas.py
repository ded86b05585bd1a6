"""A schema from the template is what migrations give, and one that lacks a migration is found."""

from django.conf import settings

from backend.tenants.schema_template import CANARY_SCHEMA
from tests.isolation.catalogue import catalogue_of
from tests.operations.platform import run_python

LAG = """
import django
django.setup()
from django.db import connection, transaction
from backend.tenants.migrations_of_tenants import lagging_schemas
print(lagging_schemas())
with transaction.atomic():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM loncoche.django_migrations WHERE app = 'receipts'")
        cursor.execute("UPDATE taltal.django_migrations SET name = '0002_other' WHERE app = 'billing'")
    print(lagging_schemas())
    transaction.set_rollback(True)
print(lagging_schemas())
"""


def test_the_template_is_what_migrations_give() -> None:
    from_template = catalogue_of("nunoa", with_rights=False)
    migrated = catalogue_of(CANARY_SCHEMA, with_rights=False)

    for what in migrated:
        assert from_template[what] == migrated[what], what
    assert len(migrated["columns"]) > 100
    assert len(migrated["sequences"]) > 15


def test_all_municipalities_are_alike() -> None:
    assert catalogue_of("nunoa") == catalogue_of("valdivia") == catalogue_of("loncoche")


def test_the_application_writes_rows_everywhere_but_in_the_books() -> None:
    rights = catalogue_of("nunoa")["rights"]

    assert ("billing_order", "UPDATE") in rights
    assert ("billing_ledgerentry", "INSERT") in rights
    assert ("billing_ledgerentry", "UPDATE") not in rights
    assert not [row for row in rights if row[1] in ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")]


def test_a_schema_that_lacks_a_migration_or_has_another_is_found() -> None:
    done = run_python("-c", LAG, SEM_DATABASE_ROLE="owner")

    assert done.stdout.splitlines() == ["[]", "['taltal', 'loncoche']", "[]"], done.stderr


def test_no_foreign_key_leaves_for_another_municipality() -> None:
    foreign = {str(row[3]) for row in catalogue_of("valdivia")["constraints"] if row[2] == "f"}

    assert foreign
    assert not [definition for definition in foreign if "REFERENCES nunoa." in definition]


def test_every_app_of_a_municipality_is_in_its_schema() -> None:
    tables = {str(row[0]) for row in catalogue_of("nunoa")["columns"]}

    for app in settings.TENANT_APPS:
        label = app.rpartition(".")[2]
        if label not in ("contenttypes",):
            assert [table for table in tables if table.startswith(f"{'django' if label == 'sessions' else label}_")], (
                app
            )
