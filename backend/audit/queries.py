"""Reading the log of acts, newest first."""

from dataclasses import dataclass

from backend.audit.models import AuditEntry
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch


@dataclass(frozen=True)
class Wanted:
    """Which acts: what is None is not asked for."""

    account_id: int | None = None
    act: str | None = None
    object_kind: str | None = None
    object_key: str | None = None
    outcome: str | None = None


def get_entries(wanted: Wanted, *, first: int, after: str | None = None) -> Page[AuditEntry]:
    """Return a page of acts, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = AuditEntry.objects.order_by("-id")
    filters = {
        "account_id": wanted.account_id,
        "act": wanted.act,
        "object_kind": wanted.object_kind,
        "object_key": wanted.object_key,
        "outcome": wanted.outcome,
        "id__lt": id_after(after),
    }
    rows = rows.filter(**{name: value for name, value in filters.items() if value is not None})
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda entry: (entry.id,))
