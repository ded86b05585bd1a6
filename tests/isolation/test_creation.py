"""A municipality is created in three transactions, each of which may be the last: the next run goes on from there."""

import pytest
from django.db import connection

from backend.tenants.models import Municipality
from backend.tenants.operations import MunicipalityConflict, SchemaNameNotUsable, create_municipality
from backend.tenants.queries import active_schemas, forget_cached_tenants
from tests.api.asking import send
from tests.isolation.catalogue import catalogue_of
from tests.isolation.creation import KILLED
from tests.operations.debts import in_town
from tests.operations.platform import run_python


def create(*arguments: str) -> tuple[int, str]:
    done = run_python("-m", "tests.isolation.creation", *arguments, SEM_DATABASE_ROLE="owner")
    return done.returncode, done.stdout.strip() or done.stderr[-500:]


def state_of(slug: str) -> str | None:
    with in_town("public"):
        found = Municipality.objects.filter(schema_name=slug).first()
        return None if found is None else str(found.state)


def has_schema(slug: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [slug])
        return cursor.fetchone() is not None


@pytest.mark.parametrize(
    ("slug", "name", "code", "die_at", "state", "with_schema"),
    [
        ("quilaco", "Quilaco", "08308", 'INSERT INTO "tenants_domain"', None, False),
        ("quillon", "Quillón", "16107", "CREATE TABLE quillon.", "CREATING", False),
        ("quilpue", "Quilpué", "05801", 'UPDATE "tenants_municipality"', "CREATING", True),
    ],
    ids=["announcing", "making the schema", "activating"],
)
def test_a_creation_that_was_killed_is_resumed(
    slug: str, name: str, code: str, die_at: str, state: str | None, with_schema: bool
) -> None:
    killed = create(slug, name, code, die_at)
    forget_cached_tenants()
    seen = state_of(slug), has_schema(slug), slug in active_schemas(), send(f"{slug}.localhost", "/pagar").status_code

    resumed = create(slug, name, code)
    again = create(slug, name, code)
    forget_cached_tenants()

    assert killed[0] == KILLED
    assert seen == (state, with_schema, False, 404)
    assert (resumed, again) == ((0, ""), (0, ""))
    assert (state_of(slug), slug in active_schemas()) == ("ACTIVE", True)
    assert catalogue_of(slug) == catalogue_of("nunoa")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nunoa", "Otra", "05802"),
        ("limache", "Limache", "13120"),
        ("public", "Limache", "05802"),
        ("municipality_template", "Limache", "05802"),
        ("pg_catalog; drop schema nunoa", "Limache", "05802"),
        ("Limache", "Limache", "05802"),
        ("1limache", "Limache", "05802"),
    ],
)
def test_what_belongs_to_another_or_is_no_name_is_refused(arguments: tuple[str, str, str]) -> None:
    slug, name, code = arguments

    with pytest.raises((MunicipalityConflict, SchemaNameNotUsable)):
        create_municipality(slug=slug, name=name, commune_code=code, host="limache.localhost")

    assert state_of("nunoa") == "ACTIVE"
    assert not has_schema("limache")
    with in_town("public"):
        assert not Municipality.objects.filter(commune_code="05802").exists()
