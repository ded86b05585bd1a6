"""The mails of the municipality, and how far paid orders have come."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.messaging import operations, queries
from backend.messaging.queries import Mail as Row
from backend.messaging.rules import MessageState
from backend.receipts import completeness
from backend.receipts.completeness import Step
from backend.schema.connections import After, Connection, First, connection_of
from backend.schema.errors import UserError, as_payload
from backend.schema.nodes import node_id, row_id
from backend.schema.staff.context import Info

MAIL = "Mail"

strawberry.enum(
    MessageState,
    name="MailState",
    description=(
        "QUEUED: not tried yet. RETRYING: tried, and tried again by itself. SENT: the mail server has taken it. "
        "FAILED: given up after 48 hours. REFUSED: the mail server said no for good."
    ),
)
strawberry.enum(
    Step,
    name="CompletenessStep",
    description="What a paid order waits for. REFUSED: its mail was refused for good; a person must reach the payer.",
)


@strawberry.type(description="A mail that the platform wrote.")
class Mail:
    """One mail, without what it says."""

    id: strawberry.ID = strawberry.field(description="Id of the mail.")
    cause: str = strawberry.field(description="What it was written for, e.g. receipt:13120000000001.")
    to_address: str = strawberry.field(description="Whom it goes to.")
    subject: str = strawberry.field(description="Its subject.")
    state: MessageState = strawberry.field(description="How it stands.")
    attempts: int = strawberry.field(description="How often it was tried since it was queued.")
    last_error: str = strawberry.field(description="Why the last attempt failed.")
    queued_at: datetime = strawberry.field(description="When it was queued, first or again (UTC).")
    sent_at: datetime | None = strawberry.field(description="When the mail server took it (UTC).")
    next_attempt_at: datetime | None = strawberry.field(
        description="When it is tried next (UTC); nothing where a person must act."
    )


@strawberry.type(description="How many paid orders wait for a step, and since when.")
class CompletenessGap:
    """One step."""

    step: Step = strawberry.field(description="What they wait for.")
    orders: int = strawberry.field(description="How many.")
    since: datetime | None = strawberry.field(description="Since when the oldest of them waits (UTC).")


@strawberry.input(description="Which mail.")
class MailRedriveInput:
    """A mail that was given up or refused."""

    id: strawberry.ID = strawberry.field(description="The mail.")


@strawberry.type(description="The mail as it is now.")
class MailPayload:
    """Mail, or errors."""

    mail: Mail | None = strawberry.field(description="The mail.")
    errors: list[UserError] = strawberry.field(description="What went wrong.")


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field(description="Mails, oldest first.")
    def mails(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        states: Annotated[list[MessageState] | None, strawberry.argument(description="Only in these states.")] = None,
        cause: Annotated[str | None, strawberry.argument(description="Only of this cause.")] = None,
    ) -> Connection[Mail]:
        """List mails."""
        page = queries.get_mails(first=first, after=after, states=states, cause=cause)
        return connection_of(page, _shape, after=after)

    @strawberry.field(description="The completeness clock: what paid orders wait for, and since when. Every step.")
    def completeness(self, info: Info) -> list[CompletenessGap]:
        """Read the clock."""
        return [CompletenessGap(step=gap.step, orders=gap.orders, since=gap.since) for gap in completeness.gaps_here()]


@strawberry.type
class Mutation:
    """Changing."""

    @strawberry.mutation(description="Send a mail again that was given up or refused.")
    def mail_redrive(self, info: Info, input: MailRedriveInput) -> MailPayload:
        """Queue it again."""
        return as_payload(
            language=info.context.language,
            empty=lambda errors: MailPayload(mail=None, errors=errors),
            call=lambda: _redriven(info, input),
        )


def _redriven(info: Info, input: MailRedriveInput) -> MailPayload:
    row = operations.redrive_message(message_id=row_id(MAIL, input.id), actor=info.context.actor)
    return MailPayload(mail=_shape(queries.get_mail(row.id)), errors=[])


def _shape(mail: Row) -> Mail:
    row = mail.row
    return Mail(
        id=node_id(MAIL, row.id),
        cause=row.cause,
        to_address=row.to_address,
        subject=row.subject,
        state=MessageState(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        queued_at=row.queued_at,
        sent_at=row.sent_at,
        next_attempt_at=mail.next_attempt_at,
    )
