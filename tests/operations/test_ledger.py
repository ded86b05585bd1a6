"""The books are double entry, balanced by construction, unique per cause, and nobody rewrites them."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from psycopg2 import sql

from backend.billing import ledger
from backend.billing.models import LedgerEntry
from backend.reference.queries import revenue_shares
from backend.shared import clock
from backend.shared.money import Money
from backend.tenants.grants import append_only_tables
from tests.operations.debts import car, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import checked_order

COMMON_FUND, MUNICIPAL = "115.03.02.001.002", "115.03.02.001.001"
BOOKS = {
    "billing_checkevidence",
    "billing_ledgerentry",
    "billing_notice",
    "billing_noticereading",
    "receipts_document",
    "receipts_issuedfile",
}


@pytest.mark.parametrize("amount", [1, 2, 3, 7, 8, 33_715, 59_543, 1_000_001, 999_999_999])
def test_the_parts_add_up_to_the_amount(amount: int) -> None:
    with in_town("public"):
        shares = revenue_shares("circulation_permit", date(2025, 3, 20))

    parts = ledger.split(Money(amount), shares)

    assert sum(part.pesos for _account, part in parts) == amount
    assert all(part.pesos > 0 for _account, part in parts)
    fund = dict(parts).get(COMMON_FUND, Money(0))
    assert abs(fund.pesos * 10_000 - amount * 6_250) <= 5_000  # half a peso


def test_the_common_fund_gets_five_eighths_half_up() -> None:
    with in_town("public"):
        shares = revenue_shares("circulation_permit", date(2025, 3, 20))

    assert ledger.split(Money(59_543), shares) == [(COMMON_FUND, Money(37_214)), (MUNICIPAL, Money(22_329))]
    assert ledger.split(Money(4), shares) == [(COMMON_FUND, Money(3)), (MUNICIPAL, Money(1))]  # 2,5 is rounded up


def test_a_cause_is_posted_once() -> None:
    with in_town("lebu"):
        ledger.post_homeless(None, Money(10), gateway="tgr", cause="test:once")

        with pytest.raises(IntegrityError), transaction.atomic():
            ledger.post_homeless(None, Money(10), gateway="tgr", cause="test:once")

        assert LedgerEntry.objects.filter(cause="test:once").count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"amount": 0}, {"amount": -1}, {"credit": "gateway.tgr.receivable"}],
    ids=["zero", "negative", "one side"],
)
def test_the_database_refuses_a_line_that_moves_nothing(changes: dict[str, object]) -> None:
    line = {"cause": "test:refused", "line": 1, "debit": "gateway.tgr.receivable", "credit": "homeless", "amount": 1}

    with in_town("nunoa"), pytest.raises(IntegrityError):
        LedgerEntry.objects.create(**{**line, **changes}, posted_at=clock.now())

    with in_town("nunoa"):
        assert not LedgerEntry.objects.filter(cause="test:refused").exists()


def test_the_books_are_these() -> None:
    assert set(append_only_tables()) >= BOOKS | {"unrouted_unroutednotice"}


@pytest.mark.parametrize("town", ["nunoa", "valdivia"])
@pytest.mark.parametrize("table", sorted(BOOKS | {"django_migrations"}))
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_cannot_rewrite_a_book(town: str, table: str, statement: str) -> None:
    with in_town(town), pytest.raises(ProgrammingError, match="permission denied for table"):
        _execute(statement, table)


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_shared_book_of_unrouted_notices_cannot_be_rewritten(statement: str) -> None:
    with in_town("public"), pytest.raises(ProgrammingError, match="permission denied for table"):
        _execute(statement, "unrouted_unroutednotice")


@pytest.mark.parametrize("schema", ["nunoa", "public"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE {schema}.intruder (id int)",
        "ALTER TABLE {schema}.django_session ADD COLUMN intruder int",
        "DROP TABLE {schema}.django_session",
        "CREATE INDEX intruder ON {schema}.django_session (expire_date)",
        "CREATE SCHEMA intruder",
        "DROP SCHEMA {schema} CASCADE",
        "ALTER ROLE CURRENT_USER CREATEDB",
        "SET ROLE sem_owner",
    ],
)
def test_the_application_cannot_change_the_structure(schema: str, statement: str) -> None:
    refusal = pytest.raises(DatabaseError, match=r"permission denied|must be owner")

    with in_town(schema), connection.cursor() as cursor, refusal:
        cursor.execute(statement.format(schema=schema))


def test_the_application_cannot_give_itself_a_right() -> None:
    with in_town("nunoa"):
        with connection.cursor() as cursor:
            cursor.execute("GRANT ALL ON billing_ledgerentry TO CURRENT_USER")  # PostgreSQL warns and grants nothing

        with pytest.raises(ProgrammingError, match="permission denied for table"):
            _execute("UPDATE {} SET id = id", "billing_ledgerentry")


def test_a_settled_payment_is_a_balanced_posting() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)

    with in_town("valdivia"):
        before = ledger.balance("gateway.tgr.receivable")
        hear("valdivia", sent)
    with in_town("valdivia"):
        after = ledger.balance("gateway.tgr.receivable")
        rows = LedgerEntry.objects.filter(cause=f"tgr:{sent.operation_id}")

        assert (after - before).pesos == opened.order.total
        assert sorted(rows.values_list("line", flat=True)) == [1, 2]
        assert sum(rows.values_list("amount", flat=True)) == opened.order.total


def _execute(statement: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
