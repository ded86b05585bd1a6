"""The guard of "one transaction writes one schema" sees what it must and nothing else."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from backend.billing.unrouted.models import UnroutedNotice
from backend.outbox.models import Delivery, Event
from backend.people.models import StaffAccount
from backend.shared import clock
from backend.tenants.models import Municipality
from tests.operations.debts import in_town
from tests.operations.one_schema import violations


@pytest.fixture(autouse=True)
def _seen_here_is_wanted() -> Iterator[None]:
    """What these tests do on purpose is not held against them."""
    yield
    violations.clear()


def write_event(town: str) -> None:
    with in_town(town):
        Event.objects.create(name="Test", payload={}, occurred_at=clock.now(), expanded_at=clock.now())


def write_shared() -> None:
    with in_town("public"):
        UnroutedNotice.objects.create(gateway="tgr", host="h", reason="test", raw=b"", received_at=clock.now())


def test_two_municipalities_in_one_transaction_are_seen() -> None:
    with transaction.atomic():
        write_event("nunoa")
        write_event("valdivia")

    assert violations == ["one transaction wrote nunoa.outbox_event, valdivia.outbox_event"]


def test_a_municipality_and_the_shared_tables_in_one_transaction_are_seen() -> None:
    with transaction.atomic():
        write_event("nunoa")
        write_shared()

    assert violations == ["one transaction wrote nunoa.outbox_event, public.unrouted_unroutednotice"]


def test_an_update_of_a_shared_table_through_the_search_path_is_seen() -> None:
    with in_town("nunoa"), transaction.atomic():
        Event.objects.filter(id=0).update(name="x")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tenants_municipality WHERE id = 0")

    assert len(violations) == 1


@transaction.atomic
def write_both_and_fail() -> None:
    write_event("nunoa")
    write_event("valdivia")
    raise ZeroDivisionError


def test_a_transaction_that_fails_is_seen_as_well() -> None:
    with pytest.raises(ZeroDivisionError):
        write_both_and_fail()

    assert len(violations) == 1


def test_two_transactions_are_two() -> None:
    for town in ("nunoa", "valdivia", "nunoa"):
        with transaction.atomic():
            write_event(town)
        write_shared()

    assert violations == []


def test_a_transaction_that_reads_another_schema_is_let_through() -> None:
    with in_town("nunoa"), transaction.atomic():
        write_event("nunoa")
        with in_town("public"):
            list(Municipality.objects.select_for_update())
        with in_town("valdivia"):
            list(Event.objects.select_for_update()[:1])
        Delivery.objects.filter(id=0).delete()

    assert violations == []


def test_equal_tables_of_both_are_told_apart() -> None:
    with in_town("nunoa"), transaction.atomic():
        StaffAccount.objects.filter(id=0).update(full_name="x")  # the municipality's own, not public's
        write_event("nunoa")

    assert violations == []
