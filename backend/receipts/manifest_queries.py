"""The manifests that there are, and the days that wait for theirs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from backend.receipts.models import DailyManifest, IssuedFile, StampedFile
from backend.shared import clock
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch

LATEST_FILES = timedelta(hours=1)
"""After midnight nothing of the day before is still being written."""


@dataclass(frozen=True)
class WaitingDay:
    """A day of the machine's clock in Chile that ended with so many files and has no manifest; `due_at` is past."""

    day: date
    files: int
    due_at: datetime


def manifest_of_day(iso: str) -> DailyManifest | None:
    """Return the manifest of a day such as 2026-03-20, where there is one."""
    try:
        return DailyManifest.objects.filter(day=date.fromisoformat(iso)).first()
    except ValueError:
        return None


def get_manifests(*, first: int, after: str | None = None) -> Page[DailyManifest]:
    """Return manifests with the one before each, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = DailyManifest.objects.select_related("previous").order_by("-id")
    last = id_after(after)
    if last is not None:
        rows = rows.filter(id__lt=last)
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda row: (row.id,))


def days_without_manifest(*, now: datetime) -> list[WaitingDay]:
    """Return the days whose manifest is due at `now` (aware) and not there, oldest first."""
    last = DailyManifest.objects.order_by("-day").first()
    files: dict[date, int] = {}
    for model, instant in ((IssuedFile, "issued_at"), (StampedFile, "added_at")):
        rows = model.objects.filter(**{f"{instant}__gte": last.ends_at}) if last else model.objects.all()
        by_day = rows.annotate(day=TruncDate(instant, tzinfo=clock.SANTIAGO)).order_by().values("day")
        for found in by_day.annotate(count=Count("id")):
            files[found["day"]] = files.get(found["day"], 0) + found["count"]
    waiting = (WaitingDay(day, count, end_of(day) + LATEST_FILES) for day, count in sorted(files.items()))
    return [each for each in waiting if each.due_at <= now]


def end_of(day: date) -> datetime:
    """Return the instant at which a day ends in Chile."""
    return datetime.combine(day + timedelta(days=1), time.min, clock.SANTIAGO)
