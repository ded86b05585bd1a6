"""The closing of days: collection files, deposits, differences, closing and reopening."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, cast

import strawberry

from backend.billing.reconciliation import closing, queries
from backend.billing.reconciliation.deposits import record_deposit
from backend.billing.reconciliation.intake import upload_collection
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.staff import day_types as types
from backend.schema.staff.context import Info
from backend.schema.staff.types import IDEMPOTENCY_KEY
from backend.schema.staff.uploads import Upload

Day = Annotated[date, strawberry.argument(description="Accounting date.")]


@strawberry.input(description="A file of a gateway.")
class GatewayFileInput:
    """The same file again gives what it gave, also under another key."""

    file: Upload = strawberry.field(description="As the gateway gave it, unchanged.")
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.input(description="An explanation of a difference.")
class DifferenceExplainInput:
    """A new one replaces the last one."""

    day: date = strawberry.field(description="Accounting date.")
    key: str = strawberry.field(description="Key of the difference.")
    note: str = strawberry.field(description="Why it is so, or what is being done about it; 1.000 characters at most.")


@strawberry.input(description="A day.")
class DayInput:
    """Which one."""

    day: date = strawberry.field(description="Accounting date.")


@strawberry.input(description="A day to be reopened.")
class DayReopenInput:
    """Which one, and why."""

    day: date = strawberry.field(description="Accounting date.")
    reason: str = strawberry.field(description="Why; 400 characters at most.")


@strawberry.type(description="A collection file.")
class CollectionPayload:
    """File, or errors."""

    collection: types.Collection | None = strawberry.field(description="The file.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="A deposit.")
class DepositPayload:
    """Deposit, or errors."""

    deposit: types.DepositNode | None = strawberry.field(description="The deposit.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="A day.")
class ReconciliationDayPayload:
    """Day, or errors."""

    day: types.ReconciliationDay | None = strawberry.field(description="The day.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Days of which there is something, newest first.")
    def reconciliation_days(
        self, info: Info, first: First = 20, after: After = None
    ) -> Connection[types.ReconciliationDaySummary]:
        """List days."""
        return connection_of(queries.get_days(first=first, after=after), types.summary, after=after)

    @strawberry.field(description="A day in figures, also one of which there is nothing.")
    def reconciliation_day(self, day: Day) -> types.ReconciliationDay:
        """Look at a day."""
        return types.sheet(queries.get_day(day))

    @strawberry.field(description="What does not add up on a day, one by one.")
    def reconciliation_differences(
        self, info: Info, day: Day, first: First = 50, after: After = None
    ) -> Connection[types.ReconciliationDifference]:
        """List differences."""
        page = queries.get_differences(day=day, first=first, after=after)
        return connection_of(page, lambda row: types.difference(row, info.context.language), after=after)

    @strawberry.field(description="What was filed and not deposited yet, oldest first.")
    def money_in_transit(self, info: Info, first: First = 50, after: After = None) -> Connection[types.MoneyOnItsWay]:
        """List money in transit."""
        return connection_of(queries.get_in_transit(first=first, after=after), types.in_transit, after=after)

    @strawberry.field(description="Payments that the gateway told us of and has in no file, oldest first.")
    def money_not_filed(self, info: Info, first: First = 50, after: After = None) -> Connection[types.MoneyOnItsWay]:
        """List payments not filed."""
        return connection_of(queries.get_not_filed(first=first, after=after), types.not_filed, after=after)

    @strawberry.field(description="Collection files, newest first.")
    def collections(self, info: Info, first: First = 20, after: After = None) -> Connection[types.Collection]:
        """List files."""
        return connection_of(queries.get_files(first=first, after=after), types.collection, after=after)


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Upload a gateway's collection file; a worker reads it.")
    def collection_upload(self, info: Info, input: GatewayFileInput) -> CollectionPayload:
        """Upload a collection file."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: CollectionPayload(collection=None, errors=errors),
            call=lambda: CollectionPayload(
                collection=types.collection(
                    upload_collection(
                        filename=input.file.name or "",
                        data=cast(bytes, input.file.read()),
                        actor=info.context.actor,
                        request_key=input.idempotency_key,
                    )
                ),
                errors=[],
            ),
        )

    @strawberry.mutation(description="Record a deposit from the gateway's advice.")
    def deposit_upload(self, info: Info, input: GatewayFileInput) -> DepositPayload:
        """Record a deposit."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: DepositPayload(deposit=None, errors=errors),
            call=lambda: DepositPayload(
                deposit=types.deposit(
                    record_deposit(
                        filename=input.file.name or "",
                        data=cast(bytes, input.file.read()),
                        actor=info.context.actor,
                        request_key=input.idempotency_key,
                    )
                ),
                errors=[],
            ),
        )

    @strawberry.mutation(description="Explain a difference of an open day.")
    def difference_explain(self, info: Info, input: DifferenceExplainInput) -> ReconciliationDayPayload:
        """Explain a difference."""
        return _payload(
            info,
            input.day,
            lambda: closing.explain_difference(day=input.day, key=input.key, text=input.note, actor=info.context.actor),
        )

    @strawberry.mutation(description="Close a day, of which every difference is explained. It accepts no line then.")
    def day_close(self, info: Info, input: DayInput) -> ReconciliationDayPayload:
        """Close a day."""
        return _payload(info, input.day, lambda: closing.close_day(day=input.day, actor=info.context.actor))

    @strawberry.mutation(description="Reopen a closed day, for a reason.")
    def day_reopen(self, info: Info, input: DayReopenInput) -> ReconciliationDayPayload:
        """Reopen a day."""
        return _payload(
            info,
            input.day,
            lambda: closing.reopen_day(day=input.day, reason=input.reason, actor=info.context.actor),
        )


def _payload(info: Info, day: date, act: Callable[[], object]) -> ReconciliationDayPayload:
    def done() -> ReconciliationDayPayload:
        act()
        return ReconciliationDayPayload(day=types.sheet(queries.get_day(day)), errors=[])

    return as_payload(
        language=info.context.language,
        empty=lambda errors: ReconciliationDayPayload(day=None, errors=errors),
        call=done,
    )
