"""The SMTP server, with time-outs and a breaker; says in the type whether trying again can help."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings

from backend.shared import breaker
from backend.shared.errors import Refused, Unavailable
from backend.shared.text import Text

INSTITUTION = "mail"
TIMEOUT_SECONDS = 15
"""To connect, and for each answer of the server."""
_ABOUT_THE_SERVER = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
"""Refusals before any mail was offered: they refuse none for good, whatever their code."""
_CLOSING = 421  # RFC 5321 §4.2.1: the service as a whole is not available


class MailServerUnavailable(Unavailable):
    """No connection, a time-out, or a temporary refusal (4xx)."""

    code = "messaging.server_unavailable"
    message = Text(es="El servidor de correo no responde: {why}", en="The mail server does not answer: {why}")


class MailServerAway(MailServerUnavailable):
    """The server as a whole does not answer, whatever mail it is."""


class MailRefused(Refused):
    """The server refused the mail for good (5xx)."""

    code = "messaging.refused"
    message = Text(
        es="El servidor de correo rechazó el mensaje: {why}", en="The mail server refused the message: {why}"
    )


def send(mail: EmailMessage) -> None:
    """Send one mail: smtps:// is TLS, smtp:// upgrades where offered.

    Raises `MailServerUnavailable` (at once while the server is left alone), `MailRefused`. What the server says about
    one mail says nothing about the server: only `MailServerAway` counts for its breaker.
    """
    try:
        with breaker.calling(INSTITUTION, MailServerAway) as attempt:
            _hand_over(mail, attempt)
    except breaker.Resting as resting:
        raise MailServerUnavailable(why=str(resting)) from resting


def _hand_over(mail: EmailMessage, attempt: breaker.Attempt) -> None:
    address = urlsplit(settings.SEM_SMTP_URL)
    try:
        with _connect(address.scheme, address.hostname or "127.0.0.1", address.port) as server:
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            attempt.is_healthy = True
            server.send_message(mail)
    except _ABOUT_THE_SERVER as error:
        raise MailServerAway(why=str(error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        code, why = next(iter(error.recipients.values()))
        raise _verdict(code, why) from error
    except smtplib.SMTPResponseException as error:
        raise _verdict(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerAway(why=str(error)) from error


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    return server


def _verdict(code: int, why: bytes | str) -> Unavailable | Refused:
    words = f"{code} {why.decode('utf-8', 'replace') if isinstance(why, bytes) else why}"
    if code >= 500:
        return MailRefused(why=words)
    return MailServerAway(why=words) if code == _CLOSING else MailServerUnavailable(why=words)
