"""The mails that arrived: every accepted one is a row, also when it is the same message again."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from typing import cast

from sandbox.store import Store


@dataclass(frozen=True)
class Attachment:
    """`number` counts from 1 within its mail."""

    number: int
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """`recipients` are those of the envelope."""

    id: int
    sender: str
    recipients: tuple[str, ...]
    received_at: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    def header(self, name: str) -> str:
        return str(self.message.get(name, ""))

    @cached_property
    def text(self) -> str | None:
        return self._body("plain")

    @cached_property
    def html(self) -> str | None:
        return self._body("html")

    @cached_property
    def attachments(self) -> list[Attachment]:
        found: list[Attachment] = []
        for part in self.message.walk():
            is_picture_of_text = part.get_content_disposition() == "inline" and part.get("Content-ID")
            is_attached = part.get_content_disposition() == "attachment" or part.get_filename()
            if part.is_multipart() or is_picture_of_text or not is_attached:
                continue
            content = part.get_payload(decode=True)
            number = len(found) + 1
            found.append(
                Attachment(
                    number=number,
                    filename=part.get_filename() or f"adjunto-{number}",
                    content_type=part.get_content_type(),
                    content=content if isinstance(content, bytes) else b"",
                )
            )
        return found

    def _body(self, kind: str) -> str | None:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else None


class MailBox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, *, sender: str, recipients: list[str], raw: bytes) -> None:
        with self._store.transaction() as db:
            db.execute(
                "INSERT INTO mail (sender, recipients, received_at, raw) VALUES (?, ?, ?, ?)",
                (sender, json.dumps(recipients), datetime.now(UTC).isoformat(timespec="seconds"), raw),
            )

    def mails(self, *, to: str = "", most: int = -1) -> list[Mail]:
        """Newest first, `most` at most; `to` keeps those with exactly this recipient, capitals aside."""
        rows = self._store.rows(
            "SELECT * FROM mail WHERE ?1 = '' OR EXISTS"
            " (SELECT 1 FROM json_each(recipients) WHERE lower(value) = lower(?1)) ORDER BY id DESC LIMIT ?2",
            to,
            most,
        )
        return [self._mail(row) for row in rows]

    def mail(self, mail_id: int) -> Mail | None:
        row = self._store.row("SELECT * FROM mail WHERE id = ?", mail_id)
        return self._mail(row) if row else None

    def count(self) -> int:
        row = self._store.row("SELECT count(*) AS mails FROM mail")
        assert row is not None
        return int(row["mails"])

    @staticmethod
    def _mail(row: object) -> Mail:
        id_, sender, recipients, received_at, raw = cast(tuple[int, str, str, str, bytes], row)
        return Mail(id_, sender, tuple(json.loads(recipients)), received_at, raw)
