"""Rolls: uploaded, followed, looked into, previewed, applied, undone."""

from collections.abc import Callable
from typing import Annotated, cast

import strawberry

from backend.billing.models import RollBatch
from backend.billing.rolls import queries
from backend.billing.rolls.applying import apply_roll
from backend.billing.rolls.preview import preview_roll
from backend.billing.rolls.rules import Severity
from backend.billing.rolls.undoing import undo_roll
from backend.billing.rolls.uploading import discard_roll, upload_roll
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import row_id
from backend.schema.staff import roll_types as types
from backend.schema.staff.context import Info
from backend.schema.staff.types import IDEMPOTENCY_KEY
from backend.schema.staff.uploads import Upload


@strawberry.input(description="A roll file.")
class RollUploadInput:
    """The same file again gives the batch that waits, or that is in force, also under another key."""

    service: str = strawberry.field(description="Code of the service.")
    year: int = strawberry.field(description="Year of the roll.")
    file: Upload = strawberry.field(description="XLSX or CSV in UTF-8; headers in the first row, as in the template.")
    is_complete: bool = strawberry.field(
        default=False, description="Whether a debt of the year that the file leaves out is no longer owed."
    )
    idempotency_key: str = strawberry.field(description=IDEMPOTENCY_KEY)


@strawberry.input(description="A roll.")
class RollInput:
    """Which one."""

    id: strawberry.ID = strawberry.field(description="The roll.")


@strawberry.type(description="A roll.")
class RollPayload:
    """Roll, or errors."""

    roll: types.Roll | None = strawberry.field(description="The roll.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type(description="What applying a roll would do.")
class RollPreviewPayload:
    """Preview, or errors."""

    preview: types.RollPreview | None = strawberry.field(description="The comparison.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


RollId = Annotated[strawberry.ID, strawberry.argument(description="The roll.")]


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Rolls, newest first.")
    def rolls(
        self,
        info: Info,
        first: First = 20,
        after: After = None,
        service: Annotated[str | None, strawberry.argument(description="Only of this service.")] = None,
        year: Annotated[int | None, strawberry.argument(description="Only of this year.")] = None,
    ) -> Connection[types.Roll]:
        """List batches."""
        page = queries.get_batches(first=first, after=after, service=service, year=year)
        return connection_of(page, lambda row: types.roll(row, info.context.language), after=after)

    @strawberry.field(description="One roll: its state and how far it was read.")
    def roll(self, info: Info, id: RollId) -> RollPayload:
        """Follow a batch."""
        return _payload(info, lambda: queries.get_batch(row_id(types.ROLL, id)))

    @strawberry.field(description="What is wrong or strange in a roll, in the order of the file.")
    def roll_issues(
        self,
        info: Info,
        id: RollId,
        first: First = 50,
        after: After = None,
        severity: Annotated[Severity | None, strawberry.argument(description="Only errors or only warnings.")] = None,
    ) -> Connection[types.RollIssueNode]:
        """List findings."""
        page = queries.get_issues(batch_id=row_id(types.ROLL, id), first=first, after=after, severity=severity)
        return connection_of(page, lambda row: types.issue(row, info.context.language), after=after)

    @strawberry.field(description="What applying a roll now would do. Nothing is changed.")
    def roll_preview(self, info: Info, id: RollId) -> RollPreviewPayload:
        """Preview a batch."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: RollPreviewPayload(preview=None, errors=errors),
            call=lambda: RollPreviewPayload(
                preview=types.preview(preview_roll(batch_id=row_id(types.ROLL, id))), errors=[]
            ),
        )


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Upload a roll; a worker reads it.")
    def roll_upload(self, info: Info, input: RollUploadInput) -> RollPayload:
        """Upload a batch."""
        return _payload(
            info,
            lambda: upload_roll(
                service=input.service,
                year=input.year,
                filename=input.file.name or "",
                data=cast(bytes, input.file.read()),
                is_complete=input.is_complete,
                actor=info.context.actor,
                request_key=input.idempotency_key,
            ),
        )

    @strawberry.mutation(description="Apply a roll that is ready. Nothing that is paid or being paid changes.")
    def roll_apply(self, info: Info, input: RollInput) -> RollPayload:
        """Apply a batch."""

        def applied() -> RollBatch:
            batch_id = row_id(types.ROLL, input.id)
            apply_roll(batch_id=batch_id, actor=info.context.actor)
            return queries.get_batch(batch_id)

        return _payload(info, applied)

    @strawberry.mutation(description="Undo the roll that was applied last, while nothing of it is paid.")
    def roll_undo(self, info: Info, input: RollInput) -> RollPayload:
        """Undo a batch."""
        return _payload(info, lambda: undo_roll(batch_id=row_id(types.ROLL, input.id), actor=info.context.actor))

    @strawberry.mutation(description="Give up a roll that was not applied.")
    def roll_discard(self, info: Info, input: RollInput) -> RollPayload:
        """Discard a batch."""
        return _payload(info, lambda: discard_roll(batch_id=row_id(types.ROLL, input.id), actor=info.context.actor))


def _payload(info: Info, call: Callable[[], RollBatch]) -> RollPayload:
    return as_payload(
        language=info.context.language,
        empty=lambda errors: RollPayload(roll=None, errors=errors),
        call=lambda: RollPayload(roll=types.roll(call(), info.context.language), errors=[]),
    )
