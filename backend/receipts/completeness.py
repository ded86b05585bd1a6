"""The completeness clock: paid → signed → stamped → mailed, and for how long the oldest gap of each step has been open.

A paid order whose mail is not written yet stands in a partial index, a mail that is not sent in another one, a stamp
that is not had is a delivery that is not done: so the answer costs what is open, not what was ever paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from psycopg2 import sql

from backend.outbox.schemas import current_schema
from backend.tenants.queries import active_schemas

_AT_ONCE = 50
"""Municipalities in one query: each takes locks on some forty tables and indexes."""


class Step(StrEnum):
    """What an order waits for. REFUSED: its mail was refused for good, and a person must reach the payer."""

    SIGNED = "SIGNED"
    STAMPED = "STAMPED"
    MAILED = "MAILED"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Gap:
    """How many orders of a municipality wait for a step, and since when the first of them does (None: none waits)."""

    municipality: str
    step: Step
    orders: int
    since: datetime | None


# A mail is written once every document of the order is signed; what was given back needs none.
_ORDERS = """
SELECT {name}, CASE WHEN is_unsigned THEN 'SIGNED' ELSE 'MAILED' END, count(*),
       min(CASE WHEN is_unsigned THEN paid_at ELSE signed_at END)
FROM (
  SELECT o.paid_at, bool_or(f.id IS NULL) AS is_unsigned, max(f.issued_at) AS signed_at
  FROM {schema}.billing_order o
  LEFT JOIN {schema}.billing_orderitem i ON i.order_id = o.id AND NOT EXISTS (
    SELECT FROM {schema}.billing_refund r WHERE r.item_id = i.id AND r.state = 'EXECUTED')
  LEFT JOIN {schema}.receipts_document d ON d.item_id = i.id
  LEFT JOIN {schema}.receipts_issuedfile f ON f.document_id = d.id
  WHERE o.state = 'PAID' AND o.mail_written_at IS NULL
  GROUP BY o.id
) AS open_order GROUP BY is_unsigned
"""
_MAILS = """
SELECT {name}, CASE WHEN state = 'REFUSED' THEN 'REFUSED' ELSE 'MAILED' END, count(*), min(created_at)
FROM {schema}.messaging_message WHERE state <> 'SENT' AND cause LIKE 'receipt:%' GROUP BY 2
"""
_STAMPS = """
SELECT {name}, 'STAMPED', count(*), min(e.occurred_at)
FROM {schema}.outbox_delivery d JOIN {schema}.outbox_event e ON e.id = d.event_id
WHERE d.state <> 'DONE' AND d.reaction LIKE '%.stamp_receipt' HAVING count(*) > 0
"""


def gaps_everywhere() -> list[Gap]:
    """Return every step of every municipality, also where nothing waits."""
    return gaps_of(active_schemas())


def gaps_here() -> list[Gap]:
    """Return every step of the current municipality."""
    return gaps_of([current_schema()])


def gaps_of(schemas: Sequence[str]) -> list[Gap]:
    """Return every step of some municipalities, in their order."""
    found: dict[tuple[str, str], tuple[int, datetime]] = {}
    for start in range(0, len(schemas), _AT_ONCE):
        for schema_name, step, orders, since in _read(schemas[start : start + _AT_ONCE]):
            known = found.get((schema_name, step))
            found[schema_name, step] = (orders + known[0], min(since, known[1])) if known else (orders, since)
    return [
        Gap(schema_name, step, *found.get((schema_name, step.value), (0, None)))
        for schema_name in schemas
        for step in Step
    ]


def _read(schemas: Sequence[str]) -> list[tuple[str, str, int, datetime]]:
    branches = [
        sql.SQL("({})").format(
            sql.SQL(branch).format(name=sql.Literal(schema_name), schema=sql.Identifier(schema_name))
        )
        for schema_name in schemas
        for branch in (_ORDERS, _MAILS, _STAMPS)
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(branches))
        return list(cursor.fetchall())
