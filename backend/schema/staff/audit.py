"""The log of acts."""

import json
from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.audit.models import AuditEntry as EntryRow
from backend.audit.queries import Wanted, get_entries
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.nodes import Node, node_id, row_id
from backend.schema.staff.context import Info
from backend.schema.staff.types import ACCOUNT

AuditOutcome = EntryRow.Outcome
strawberry.enum(AuditOutcome, name="AuditOutcome", description="DENIED: it was attempted and nothing happened.")


@strawberry.type(description="A field that an act changed.")
class AuditChange:
    """What it was and what it became; secrets are withheld."""

    field: str = strawberry.field(description="Name of the field.")
    before: str | None = strawberry.field(description="What it was, as JSON where it is no text.")
    after: str | None = strawberry.field(description="What it became.")


@strawberry.type(description="One act. Nothing in the log is ever changed.")
class AuditEntry(Node):
    """Who did what, to what, when and from where."""

    at: datetime = strawberry.field(description="When (UTC, the machine's clock).")
    domain_date: date = strawberry.field(description="The date in the calendar of America/Santiago.")
    account_id: strawberry.ID | None = strawberry.field(description="The account, where one was signed in.")
    account_name: str = strawberry.field(description="Its address then, or who was at the terminal.")
    roles: list[str] = strawberry.field(description="Its roles then.")
    network: str = strawberry.field(description="Where the request came from.")
    act: str = strawberry.field(description="Code of the act, e.g. account.created.")
    outcome: AuditOutcome = strawberry.field(description="Whether it was done.")
    object_kind: str = strawberry.field(description="Kind of what it was done to.")
    object_key: str = strawberry.field(description="Which one.")
    changes: list[AuditChange] = strawberry.field(description="What changed.")


@strawberry.input(description="Which acts: what is left out is not asked for.")
class AuditLogFilter:
    """Every value given must match."""

    account_id: strawberry.ID | None = strawberry.field(default=None, description="By whom.")
    act: str | None = strawberry.field(default=None, description="Code of the act.")
    object_kind: str | None = strawberry.field(default=None, description="Kind of the object.")
    object_key: str | None = strawberry.field(default=None, description="Which object.")
    outcome: AuditOutcome | None = strawberry.field(default=None, description="Whether it was done.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="The log of acts, newest first.")
    def audit_log(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        filter: Annotated[AuditLogFilter | None, strawberry.argument(description="Which acts.")] = None,
    ) -> Connection[AuditEntry]:
        """List acts."""
        page = get_entries(_wanted(filter or AuditLogFilter()), first=first, after=after)
        return connection_of(page, _entry, after=after)


def _wanted(filter: AuditLogFilter) -> Wanted:
    return Wanted(
        account_id=row_id(ACCOUNT, filter.account_id, field="accountId") if filter.account_id else None,
        act=filter.act,
        object_kind=filter.object_kind,
        object_key=filter.object_key,
        outcome=filter.outcome,
    )


def _entry(row: EntryRow) -> AuditEntry:
    return AuditEntry(
        id=node_id("AuditEntry", row.id),
        at=row.at,
        domain_date=row.domain_date,
        account_id=node_id(ACCOUNT, row.account_id) if row.account_id is not None else None,
        account_name=row.account_name,
        roles=row.roles.split(",") if row.roles else [],
        network=row.network,
        act=row.act,
        outcome=AuditOutcome(row.outcome),
        object_kind=row.object_kind,
        object_key=row.object_key,
        changes=[
            AuditChange(field=name, before=_text(before), after=_text(after))
            for name, (before, after) in row.changes.items()
        ],
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
