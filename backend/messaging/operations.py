"""Queuing and sending mail: row first, then SMTP; a repeat carries the same Message-ID."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.db import transaction

from backend.messaging import events, smtp
from backend.messaging.models import Message
from backend.outbox import operations as outbox
from backend.shared import clock
from backend.shared.errors import Refused
from backend.shared.files import FileStore


@dataclass(frozen=True)
class Attachment:
    """A stored file as the mail shows it."""

    key: str
    filename: str
    content_type: str


@dataclass(frozen=True)
class Letter:
    """What a mail says."""

    to_address: str
    from_name: str
    from_address: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()


@transaction.atomic(durable=True)
def queue_message(*, cause: str, letter: Letter) -> int:
    """Write the row of a mail and publish it; the same cause and address is one message. Returns its id."""
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
            "message_id": f"<{secrets.token_hex(16)}@{letter.from_address.rpartition('@')[2]}>",
            "created_at": clock.now(),
        },
    )
    if created:
        outbox.publish(events.MessageQueued(message_id=message.id))
    return int(message.id)


def send_message(*, message_id: int, files: FileStore) -> None:
    """Hand a queued mail to the SMTP server; one that was sent or refused is left alone.

    Raises `smtp.MailServerUnavailable` (the mail waits). A server that dies after taking the mail gets it again
    with the same Message-ID.
    """
    message = Message.objects.get(id=message_id)
    if message.state != Message.State.QUEUED:
        return
    mail = build_mail(message, files)
    try:
        smtp.send(mail)
    except Refused as refusal:
        _settle(message_id, Message.State.REFUSED, error=str(refusal))
        return
    _settle(message_id, Message.State.SENT)


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
def _settle(message_id: int, state: Message.State, *, error: str = "") -> None:
    Message.objects.filter(id=message_id, state=Message.State.QUEUED).update(
        state=state, sent_at=clock.now() if state == Message.State.SENT else None, last_error=error
    )
