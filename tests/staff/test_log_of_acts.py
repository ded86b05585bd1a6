"""The log of acts: every act is in it, no secret is, and the application cannot change it."""

from uuid import uuid4

import psycopg2
import pytest
from django_tenants.utils import schema_context
from psycopg2 import sql

from backend.audit.actors import nobody
from backend.audit.models import AuditEntry
from backend.audit.operations import record
from backend.people import operations
from backend.people.rules import Role
from backend.shared import clock
from tests.operations.platform import environment
from tests.staff.people import OTHER_TOWN, SETUP, TOWN, Json, codes, entries, known, new_account, signed_in

LOG = """query ($first: Int! $after: String $filter: AuditLogFilter) {
  auditLog(first: $first, after: $after, filter: $filter) {
    edges { node { id act outcome accountName roles network objectKind objectKey changes { field before after } at } }
    pageInfo { hasNextPage endCursor }
  }
}"""
_EVERY_COLUMN = [field.column for field in AuditEntry._meta.fields]


@pytest.mark.parametrize("schema", [TOWN, OTHER_TOWN, "public"])
@pytest.mark.parametrize(
    "statement",
    [
        *(f"UPDATE {{table}} SET {column} = {column}" for column in _EVERY_COLUMN),
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "DROP TABLE {table}",
        "ALTER TABLE {table} ADD COLUMN x int",
        "GRANT UPDATE ON {table} TO CURRENT_USER",
    ],
)
def test_the_applications_role_cannot_rewrite_the_log(schema: str, statement: str) -> None:
    table = sql.Identifier(schema, "audit_auditentry")
    connection = psycopg2.connect(environment()["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT count(*) FROM {table}").format(table=table))
            if statement.startswith("GRANT"):
                _assert_grants_nothing(cursor, statement, table)
                return
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(sql.SQL(statement).format(table=table))
    finally:
        connection.close()


def _assert_grants_nothing(cursor: psycopg2.extensions.cursor, statement: str, table: sql.Identifier) -> None:
    """PostgreSQL warns where no right could be granted; the privilege is not there afterwards either."""
    try:
        cursor.execute(sql.SQL(statement).format(table=table))
    except psycopg2.errors.InsufficientPrivilege:
        return
    cursor.execute("SELECT has_table_privilege(%s, 'UPDATE')", [table.as_string(cursor)])
    assert cursor.fetchone() == (False,)


def test_the_role_that_cannot_rewrite_it_can_add_to_it() -> None:
    """Positive control: the refusals above are about rewriting, not about reaching the table."""
    account = new_account()

    assert [entry.act for entry in entries(object_kind="account", object_key=account.id)] == ["account.created"]


def test_every_act_on_an_account_leaves_one_row() -> None:
    account = new_account()
    with schema_context(TOWN):
        operations.update_account(account_id=account.id, full_name="Funcionaria de prueba 7", actor=SETUP)
        operations.set_account_active(account_id=account.id, is_active=False, actor=SETUP)
        operations.set_account_active(account_id=account.id, is_active=True, actor=SETUP)
        operations.reset_password(account_id=account.id, actor=SETUP)

    assert [entry.act for entry in entries(object_kind="account", object_key=account.id)] == [
        "account.created",
        "account.updated",
        "account.deactivated",
        "account.activated",
        "account.password_reset",
    ]


def test_an_act_that_fails_leaves_no_row() -> None:
    before = len(entries())

    with pytest.raises(operations.EmailNotUsable), schema_context(TOWN):
        operations.create_account(email="x", full_name="x", roles=[Role.CLERK], actor=SETUP)

    assert len(entries()) == before


def test_an_act_is_recorded_only_in_a_transaction() -> None:
    with schema_context(TOWN), pytest.raises(RuntimeError, match="transaction"):
        record(actor=SETUP, act="something.done")


def test_secrets_are_withheld_even_where_somebody_hands_them_over() -> None:
    from django.db import transaction

    with schema_context(TOWN), transaction.atomic():
        record(actor=SETUP, act="control.secrets", changes={"newPassword": ("uno", "dos"), "name": ("a", "b")})

    assert entries(act="control.secrets")[-1].changes == {"newPassword": ["•••", "•••"], "name": ["a", "b"]}


def test_a_row_says_who_when_where_and_what() -> None:
    account = new_account()
    administrator = signed_in(Role.ADMINISTRATOR, Role.TREASURER)
    wish = {"email": f"x{account.id}@nunoa.example", "fullName": "Funcionario de prueba 8", "roles": ["CLERK"]}
    administrator.ask(
        """mutation ($input: AccountCreateInput!) { accountCreate(input: $input) { errors { code } } }""",
        input={**wish, "idempotencyKey": uuid4().hex},
    )

    (entry,) = entries(act="account.created", changes__email__1=f"x{account.id}@nunoa.example")
    assert entry.account_name.endswith("@nunoa.example")
    assert entry.roles == "administrator,treasurer"
    assert entry.network == administrator.network
    assert entry.domain_date == clock.domain_date(entry.at)
    assert abs((clock.now() - entry.at).total_seconds()) < 60
    assert entry.domain_date != entry.at.date()  # the tests' calendar is shifted, the log's clock is the machine's


def test_the_log_is_read_newest_first_in_pages() -> None:
    account = new_account()
    with schema_context(TOWN):
        for number in range(4):
            operations.update_account(account_id=account.id, full_name=f"Prueba {number}", actor=SETUP)
    filter = {"objectKind": "account", "objectKey": str(account.id)}
    seen: list[Json] = []
    after = None
    while True:
        page = known(Role.AUDITOR).ask(LOG, first=2, after=after, filter=filter)["data"]["auditLog"]
        seen += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert [each["act"] for each in seen] == ["account.updated"] * 4 + ["account.created"]
    assert seen[0]["changes"] == [{"field": "full_name", "before": "Prueba 2", "after": "Prueba 3"}]
    assert len({each["id"] for each in seen}) == 5


@pytest.mark.parametrize(
    ("filter", "acts"),
    [({"act": "account.deactivated"}, {"account.deactivated"}), ({"outcome": "DENIED", "act": "access"}, {"access"})],
    ids=str,
)
def test_the_log_can_be_filtered(filter: Json, acts: set[str]) -> None:
    account = new_account()
    with schema_context(TOWN):
        operations.set_account_active(account_id=account.id, is_active=False, actor=SETUP)
    assert codes(known(Role.CLERK).ask(LOG, first=1)) == ["people.permission_denied"]

    page = known(Role.AUDITOR).ask(LOG, first=100, filter=filter)["data"]["auditLog"]

    assert {edge["node"]["act"] for edge in page["edges"]} == acts


def test_the_log_of_one_municipality_is_not_the_others() -> None:
    account = new_account(town=OTHER_TOWN)
    filter = {"objectKind": "account", "objectKey": str(account.id), "act": "account.created"}

    there = known(Role.AUDITOR, OTHER_TOWN).ask(LOG, first=100, filter=filter)["data"]["auditLog"]["edges"]
    here = known(Role.AUDITOR).ask(LOG, first=100)["data"]["auditLog"]["edges"]

    assert len(there) == 1
    assert account.email not in str(here)


def test_nobody_is_somebody_without_a_name() -> None:
    assert nobody("198.51.100.7").account_id is None
