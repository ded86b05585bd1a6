"""An address that was printed in a QR code leads to its municipality for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from psycopg2.extensions import cursor as Cursor

from backend.receipts.models import Document
from backend.tenants.models import Domain, Municipality
from backend.tenants.queries import forget_cached_tenants
from tests.api.asking import send
from tests.operations.debts import car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import environment
from tests.operations.test_receipts import paid

TOWN, OTHER = "valdivia", "nunoa"
DELETE = f"DELETE FROM public.tenants_domain WHERE domain = '{TOWN}.localhost'"
TAKEN_AWAY = {
    "deleted": DELETE,
    "renamed": f"UPDATE public.tenants_domain SET domain = 'x.example' WHERE domain = '{TOWN}.localhost'",
    "given away": "UPDATE public.tenants_domain SET tenant_id = (SELECT id FROM public.tenants_municipality"
    f" WHERE schema_name = '{OTHER}') WHERE domain = '{TOWN}.localhost'",
    "truncated": "TRUNCATE public.tenants_domain",
}


@contextmanager
def as_owner() -> Iterator[Cursor]:
    """The owner of the database, who may do what the application may not; nothing of it stays."""
    connection = psycopg2.connect(environment()["DATABASE_OWNER_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            yield cursor
    finally:
        connection.rollback()
        connection.close()


@pytest.mark.parametrize("statement", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
def test_nobody_takes_a_printed_address_away(statement: str) -> None:
    with as_owner() as cursor, pytest.raises(psycopg2.errors.RestrictViolation, match="a printed address stays"):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
def test_without_the_triggers_it_would_be_gone(statement: str) -> None:
    """Positive control."""
    with as_owner() as cursor:
        cursor.execute("ALTER TABLE public.tenants_domain DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute(
            "SELECT 1 FROM public.tenants_domain JOIN public.tenants_municipality m ON m.id = tenant_id"
            f" WHERE domain = '{TOWN}.localhost' AND schema_name = '{TOWN}'"
        )

        assert cursor.fetchone() is None


def test_the_application_takes_none_away_either() -> None:
    with in_town("public"):
        domains = Domain.objects.filter(domain=f"{TOWN}.localhost")
        with pytest.raises(IntegrityError), transaction.atomic():
            domains.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            domains.update(domain="x.example")

        assert domains.count() == 1


def test_a_document_is_authentic_at_the_address_of_then_when_another_is_the_first_now() -> None:
    opened = paid(car(TOWN))
    run_deliveries(TOWN, order_id=opened.order.id)
    with in_town(TOWN):
        content = Document.objects.get(order=opened.order).content
    path = "/" + content["verification_url"].partition("://")[2].partition("/")[2]
    with in_town("public"):
        town = Municipality.objects.get(schema_name=TOWN)
        newer, _made = Domain.objects.get_or_create(
            domain="nuevo.valdivia.example", defaults={"tenant": town, "is_primary": False}
        )
        Domain.objects.filter(tenant=town).update(is_primary=False)
        Domain.objects.filter(id=newer.id).update(is_primary=True)
    forget_cached_tenants()

    try:
        answers = [send(host, path) for host in (f"{TOWN}.localhost", "nuevo.valdivia.example")]
    finally:
        with in_town("public"):
            Domain.objects.filter(tenant=town).update(is_primary=False)
            Domain.objects.filter(domain=f"{TOWN}.localhost").update(is_primary=True)
        forget_cached_tenants()

    for answer in answers:
        assert answer.status_code == 200
        assert "Documento auténtico" in answer.content.decode()


@pytest.mark.parametrize(
    "table", ["receipts_document", "receipts_issuedfile", "receipts_stampedfile", "receipts_dailymanifest"]
)
def test_what_a_code_opens_is_not_deleted(table: str) -> None:
    from django.db import connection

    with in_town(TOWN), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"DELETE FROM {table}")
