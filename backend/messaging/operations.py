"""Queuing and sending mail: row first, then SMTP; a repeat carries the same Message-ID."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.db import transaction

from backend.audit import operations as audit
from backend.audit.actors import Actor
from backend.messaging import events, smtp
from backend.messaging.models import Message
from backend.messaging.queries import MessageNotFound
from backend.messaging.rules import STOPPED_STATES, WAITING_STATES, MessageState, require_edge, state_after
from backend.outbox import operations as outbox
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.files import FileStore
from backend.shared.text import Text

_LONGEST_ERROR = 2000
_WITHHELD = "•••"


class MessageAlreadySent(DomainError):
    """Raised by `redrive_message`: what the server has taken is not sent again."""

    code = "messaging.already_sent"
    message = Text(es="Ese correo ya fue enviado.", en="That mail was sent already.")


@dataclass(frozen=True)
class Attachment:
    """A stored file as the mail shows it."""

    key: str
    filename: str
    content_type: str


@dataclass(frozen=True)
class Letter:
    """What a mail says. `secrets` are words of it that its row shall not keep once it is sent."""

    to_address: str
    from_name: str
    from_address: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()
    secrets: Sequence[str] = ()


@transaction.atomic(durable=True)
def queue_message(*, cause: str, letter: Letter) -> int:
    """Write the row of a mail and publish it; the same cause and address is one message. Returns its id."""
    now = clock.now()
    message, created = Message.objects.get_or_create(
        cause=cause,
        to_address=letter.to_address,
        defaults={
            "from_name": letter.from_name,
            "from_address": letter.from_address,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "attachments": [asdict(attachment) for attachment in letter.attachments],
            "secrets": list(letter.secrets),
            "message_id": f"<{secrets.token_hex(16)}@{letter.from_address.rpartition('@')[2]}>",
            "created_at": now,
            "queued_at": now,
        },
    )
    if created:
        outbox.publish(events.MessageQueued(message_id=message.id))
    return int(message.id)


def send_message(*, message_id: int, files: FileStore) -> None:
    """Hand a waiting mail to the SMTP server; one that was sent, given up or refused is left alone.

    Raises what the attempt failed with, while the mail is to be tried again: `smtp.MailServerUnavailable`,
    `StoredFileMissing`. A server that dies after taking the mail gets it again with the same Message-ID.
    """
    message = Message.objects.get(id=message_id)
    if message.state not in WAITING_STATES:
        return
    try:
        smtp.send(build_mail(message, files))
    except Exception as error:
        if _note_attempt(message_id, error) == MessageState.RETRYING:
            raise
    else:
        _note_attempt(message_id, None)


@transaction.atomic(durable=True)
def redrive_message(*, message_id: int, actor: Actor) -> Message:
    """Queue a mail again that was given up or refused; one that waits already is left as it is.

    Raises `MessageNotFound`, `MessageAlreadySent`.
    """
    message = Message.objects.select_for_update(no_key=True).filter(id=message_id).first()
    if message is None:
        raise MessageNotFound(field="id")
    if message.state == MessageState.SENT:
        raise MessageAlreadySent(field="id")
    if message.state in STOPPED_STATES:
        was = message.state
        _move(message, MessageState.QUEUED)
        audit.record(
            actor=actor,
            act="mail.redriven",
            object_kind="mail",
            object_key=message.id,
            changes={"state": (was, message.state)},
        )
    return message


def build_mail(message: Message, files: FileStore) -> EmailMessage:
    """Build the MIME message: text and HTML alternatives, then the documents."""
    mail = EmailMessage()
    mail["From"] = formataddr((message.from_name, message.from_address))
    mail["To"] = message.to_address
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "es-CL"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        maintype, _, subtype = attachment["content_type"].partition("/")
        mail.add_attachment(
            files.get(attachment["key"]), maintype=maintype, subtype=subtype, filename=attachment["filename"]
        )
    return mail


@transaction.atomic(durable=True)
def _note_attempt(message_id: int, error: Exception | None) -> MessageState:
    """Count an attempt and draw the conclusion; what another worker settled meanwhile stays. Returns the state."""
    message = Message.objects.select_for_update(no_key=True).get(id=message_id)
    if message.state not in WAITING_STATES:
        return MessageState(message.state)
    message.attempts += 1
    message.last_error = "" if error is None else f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
    _move(message, state_after(error, attempts=message.attempts, waited=clock.now() - message.queued_at))
    return MessageState(message.state)


def _move(message: Message, target: MessageState) -> None:
    """Follow an edge of the graph in the caller's transaction."""
    event = require_edge(MessageState(message.state), target)
    message.state = target
    if target == MessageState.SENT:
        message.sent_at = clock.now()
        message.text, message.html = (_without(message.secrets, body) for body in (message.text, message.html))
        message.secrets = []
    if target == MessageState.QUEUED:
        message.attempts, message.queued_at = 0, clock.now()
    message.save()
    if event:
        outbox.publish(events.MessageQueued(message_id=message.id))


def _without(secrets: Sequence[str], body: str) -> str:
    for secret in secrets:
        body = body.replace(secret, _WITHHELD)
    return body
