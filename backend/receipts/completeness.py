"""The completeness clock: paid → signed → stamped → mailed, and for how long the oldest gap of each step has been open.

A paid order whose mail is not written yet stands in a partial index, a mail that is not sent in another one, a stamp
that is not had is a delivery that is not done: so the answer costs what is open, not what was ever paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from psycopg2 import sql

from backend.outbox.schemas import current_schema
from backend.tenants.queries import active_schemas

_AT_ONCE = 25
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


@dataclass(frozen=True)
class _Source:
    """`is_open` asks one partial index of a municipality; `counted` is asked only where there is something."""

    is_open: str
    counted: str


# A mail is written once every document of the order is signed; what was given back needs none.
_ORDERS = _Source(
    is_open="SELECT FROM {schema}.billing_order WHERE state = 'PAID' AND mail_written_at IS NULL",
    counted="""
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
""",
)
_MAILS = _Source(
    is_open="SELECT FROM {schema}.messaging_message WHERE state <> 'SENT' AND cause LIKE 'receipt:%'",
    counted="""
SELECT {name}, CASE WHEN state = 'REFUSED' THEN 'REFUSED' ELSE 'MAILED' END, count(*), min(created_at)
FROM {schema}.messaging_message WHERE state <> 'SENT' AND cause LIKE 'receipt:%' GROUP BY 2
""",
)
_STAMPS = _Source(
    is_open="SELECT FROM {schema}.outbox_delivery WHERE state <> 'DONE' AND reaction LIKE '%.stamp_receipt'",
    counted="""
SELECT {name}, 'STAMPED', count(*), min(e.occurred_at)
FROM {schema}.outbox_delivery d JOIN {schema}.outbox_event e ON e.id = d.event_id
WHERE d.state <> 'DONE' AND d.reaction LIKE '%.stamp_receipt'
""",
)
_SOURCES = (_ORDERS, _MAILS, _STAMPS)


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
    """Count what is open; found by one cheap query, since most municipalities have nothing of most kinds."""
    opened = _union(
        [
            (f"SELECT {{name}}, {number}::int WHERE EXISTS ({source.is_open})", schema_name)
            for schema_name in schemas
            for number, source in enumerate(_SOURCES)
        ]
    )
    counted = _union([(_SOURCES[number].counted, schema_name) for schema_name, number in opened])
    return [(name, step, orders, since) for name, step, orders, since in counted if since]


def _union(branches: Sequence[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Ask each statement of its municipality, all in one query."""
    if not branches:
        return []
    asked = [
        sql.SQL(f"({statement})").format(name=sql.Literal(schema_name), schema=sql.Identifier(schema_name))
        for statement, schema_name in branches
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(asked))
        return list(cursor.fetchall())
