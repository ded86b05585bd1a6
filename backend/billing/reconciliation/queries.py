"""What staff ask about days, files, deposits, and money on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection

from backend.billing.reconciliation.days import require_plausible
from backend.billing.reconciliation.intake import filing_here
from backend.billing.reconciliation.matching import (
    Figures,
    Found,
    Heard,
    Total,
    differences_of,
    figures_of,
    heard_not_filed,
    lines_in_transit,
)
from backend.billing.reconciliation_models import (
    AccountingDay,
    AccountingDayAct,
    CollectionFile,
    CollectionLine,
    Deposit,
)
from backend.billing.rolls.named import NamedFile
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.paging import CursorInvalid, Page, id_after, key_of, page_of, rows_to_fetch
from backend.shared.text import Text
from backend.tenants.files import tenant_files

T = TypeVar("T")

# Every day of which there is something, with what was filed of it. Payments count on their day in Chile's calendar.
_DAYS = """
WITH known AS (
  SELECT accounting_on AS day FROM billing_collectionline
  UNION SELECT accounting_on FROM billing_collectionfile
  UNION SELECT deposited_on FROM billing_deposit
  UNION SELECT day FROM billing_accountingday
  UNION SELECT (paid_at AT TIME ZONE 'America/Santiago')::date + %(shift)s FROM billing_order
    WHERE state IN ('PAID', 'REFUNDED') AND gateway = ANY(%(filing)s)
  UNION SELECT (since AT TIME ZONE 'America/Santiago')::date + %(shift)s FROM billing_homelessmoney
), page AS (
  SELECT day FROM known WHERE day < %(before)s ORDER BY day DESC LIMIT %(limit)s
)
SELECT page.day, closed.closed_at, count(line.id), coalesce(sum(line.amount), 0)
FROM page
LEFT JOIN billing_accountingday closed ON closed.day = page.day
LEFT JOIN billing_collectionline line ON line.accounting_on = page.day
GROUP BY page.day, closed.closed_at ORDER BY page.day DESC
"""


class GatewayFileNotFound(DomainError):
    """There is no such file of a gateway in this municipality."""

    code = "billing.gateway_file_not_found"
    message = Text(es="No existe ese archivo.", en="There is no such file.")


@dataclass(frozen=True)
class DayInList:
    """A day, whether it is closed, and what was filed of it."""

    day: date
    closed_at: datetime | None
    filed: Total


@dataclass(frozen=True)
class DaySheet:
    """Everything about a day but its differences one by one."""

    day: date
    closed_at: datetime | None
    figures: Figures
    difference_count: int
    unexplained_count: int
    files: tuple[CollectionFile, ...]
    deposits: tuple[Deposit, ...]
    acts: tuple[AccountingDayAct, ...]


def get_days(*, first: int, after: str | None = None) -> Page[DayInList]:
    """Return the days of which there is something, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    values: dict[str, Any] = {
        "shift": clock.shift_days(),
        "filing": filing_here(),
        "before": _day_after(after),
        "limit": rows_to_fetch(first),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        rows = [
            DayInList(day, closed_at, Total(count, Money(int(amount))))
            for day, closed_at, count, amount in cursor.fetchall()
        ]
    return page_of(rows, first=first, key=lambda row: (row.day.isoformat(),))


def get_day(day: date) -> DaySheet:
    """Return a day, also one of which there is nothing. Raises `DayOutOfRange`."""
    require_plausible(day)
    found = differences_of(day)
    row = AccountingDay.objects.filter(day=day).first()
    return DaySheet(
        day=day,
        closed_at=row.closed_at if row else None,
        figures=figures_of(day),
        difference_count=len(found),
        unexplained_count=sum(not each.note for each in found),
        files=tuple(CollectionFile.objects.filter(accounting_on=day).order_by("id")),
        deposits=tuple(Deposit.objects.filter(deposited_on=day).order_by("id")),
        acts=tuple(AccountingDayAct.objects.filter(day__day=day).order_by("id")),
    )


def get_differences(*, day: date, first: int, after: str | None = None) -> Page[Found]:
    """Return a day's differences in the order they were found.

    Raises `DayOutOfRange`, `CursorInvalid`, `PageTooLarge`.
    """
    return _page(differences_of(require_plausible(day)), first=first, after=after)


def get_in_transit(*, first: int, after: str | None = None) -> Page[CollectionLine]:
    """Return lines that were filed and not deposited, oldest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = lines_in_transit().order_by("accounting_on", "id")
    if after is not None:
        day, row_id = key_of(after, str, int)
        rows = rows.filter(accounting_on__gte=_as_day(day)).exclude(accounting_on=_as_day(day), id__lte=row_id)
    fetched = list(rows[: rows_to_fetch(first)])
    return page_of(fetched, first=first, key=lambda row: (row.accounting_on.isoformat(), row.id))


def get_not_filed(*, first: int, after: str | None = None) -> Page[Heard]:
    """Return payments that we heard of and no file has, oldest first. Raises `CursorInvalid`, `PageTooLarge`."""
    return _page(heard_not_filed(), first=first, after=after)


def get_files(*, first: int, after: str | None = None) -> Page[CollectionFile]:
    """Return collection files, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = CollectionFile.objects.order_by("-id")
    last = id_after(after)
    if last is not None:
        rows = rows.filter(id__lt=last)
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda row: (row.id,))


def collection_content(file_id: int) -> NamedFile:
    """Return a collection file as it came; raises `GatewayFileNotFound`."""
    return _content(CollectionFile.objects.filter(id=file_id).first())


def deposit_content(deposit_id: int) -> NamedFile:
    """Return a deposit advice as it came; raises `GatewayFileNotFound`."""
    return _content(Deposit.objects.filter(id=deposit_id).first())


def _content(row: CollectionFile | Deposit | None) -> NamedFile:
    if row is None:
        raise GatewayFileNotFound(field="id")
    stem = row.filename.rpartition(".")[0] or row.filename
    return NamedFile(filename=f"{stem}.txt", data=tenant_files().get(row.file_key))


def _page(rows: Sequence[T], *, first: int, after: str | None) -> Page[T]:
    """Page a list that was computed: its cursors are places."""
    start = (id_after(after) or 0) if after is not None else 0
    numbered = list(enumerate(rows[start : start + rows_to_fetch(first)], start=start + 1))
    page = page_of(numbered, first=first, key=lambda row: (row[0],))
    return Page(rows=tuple(row for _place, row in page.rows), cursors=page.cursors, has_next=page.has_next)


def _day_after(after: str | None) -> date:
    if after is None:
        return date.max
    (day,) = key_of(after, str)
    return _as_day(day)


def _as_day(text: str | int) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise CursorInvalid(field="after") from error
