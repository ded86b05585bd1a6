"""Reading mails: what waits, why, and when it is tried next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from backend.messaging.models import Message
from backend.messaging.rules import MessageState
from backend.outbox.models import Delivery
from backend.shared.errors import DomainError
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch
from backend.shared.text import Text

NOT_SENT = tuple(state for state in MessageState if state != MessageState.SENT)


class MessageNotFound(DomainError):
    """This municipality has no such mail."""

    code = "messaging.not_found"
    message = Text(es="No existe ese correo en esta municipalidad.", en="This municipality has no such mail.")


@dataclass(frozen=True)
class Mail:
    """A mail without what it says; `next_attempt_at` is None where nothing happens by itself any more."""

    row: Message
    next_attempt_at: datetime | None


def get_mails(
    *, first: int, after: str | None = None, states: Collection[MessageState] | None = None, cause: str | None = None
) -> Page[Mail]:
    """Return a page of mails, oldest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = Message.objects.defer("text", "html", "secrets").order_by("id")
    if states is not None:
        rows = rows.filter(state__in=[state.value for state in states])
    if cause is not None:
        rows = rows.filter(cause=cause)
    last = id_after(after)
    if last is not None:
        rows = rows.filter(id__gt=last)
    return page_of(_with_next(rows[: rows_to_fetch(first)]), first=first, key=lambda mail: (mail.row.id,))


def mails_not_sent(states: Collection[MessageState] = NOT_SENT) -> list[Mail]:
    """Return all mails in some states, without what they say, oldest first."""
    rows = Message.objects.exclude(state=MessageState.SENT).filter(state__in=[state.value for state in states])
    return _with_next(rows.defer("text", "html", "secrets").order_by("id"))


def get_mail(message_id: int) -> Mail:
    """Return one mail. Raises `MessageNotFound`."""
    found = _with_next(Message.objects.defer("text", "html", "secrets").filter(id=message_id))
    if not found:
        raise MessageNotFound(field="id")
    return found[0]


def is_written(*, cause: str, to_address: str) -> bool:
    """Tell whether there is a mail of this cause to this address, sent or not."""
    return Message.objects.filter(cause=cause, to_address=to_address).exists()


def _with_next(rows: Iterable[Message]) -> list[Mail]:
    found = list(rows)
    under_way = Delivery.objects.filter(
        reaction__endswith=".send_message",
        state__in=[Delivery.State.WAITING, Delivery.State.SENT],
        event__payload__message_id__in=[row.id for row in found],
    )
    due = dict(under_way.values_list("event__payload__message_id", "due_at"))
    return [Mail(row, due.get(row.id)) for row in found]
