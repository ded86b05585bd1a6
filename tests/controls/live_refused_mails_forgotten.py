"""The worker process that takes a mail for sent whatever the server said."""

from contextlib import suppress
from email.message import EmailMessage

from backend.config.worker import REACTIONS, broker

__all__ = ["REACTIONS", "broker"]

from backend.messaging import smtp

_send = smtp.send


def send_and_forget(mail: EmailMessage) -> None:
    with suppress(smtp.MailServerUnavailable):
        _send(mail)


smtp.send = send_and_forget
