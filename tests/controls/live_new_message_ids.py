"""The worker process with mails that get another Message-ID at every attempt."""

from email.message import EmailMessage
from secrets import token_hex

from backend.config.worker import REACTIONS, broker
from backend.messaging import operations
from backend.messaging.models import Message
from backend.shared.files import FileStore

_build = operations.build_mail


def build_anew(message: Message, files: FileStore) -> EmailMessage:
    mail = _build(message, files)
    mail.replace_header("Message-ID", f"<{token_hex(16)}@correo.example>")
    return mail


operations.build_mail = build_anew

__all__ = ["REACTIONS", "broker"]
