"""Days of the gateways' calendar: open until closed. Whoever adds a line holds its day, and so does closing."""

from collections.abc import Collection
from datetime import date

from backend.billing.reconciliation_models import AccountingDay
from backend.shared.errors import DomainError
from backend.shared.text import Text


class DayClosed(DomainError):
    """The day was closed: it accepts nothing more until it is reopened with a reason."""

    code = "billing.day_closed"
    message = Text(
        es="El día {day} está cerrado. Reábralo, con un motivo, para seguir.",
        en="The day {day} is closed. Reopen it, with a reason, to go on.",
    )

    def __init__(self, day: date) -> None:
        super().__init__(field="day", day=day)
        self.day = day


def lock_days(days: Collection[date]) -> list[AccountingDay]:
    """Lock these days in their order, inside a transaction; those that nobody named before are made."""
    AccountingDay.objects.bulk_create([AccountingDay(day=day) for day in sorted(days)], ignore_conflicts=True)
    return list(AccountingDay.objects.select_for_update(no_key=True).filter(day__in=days).order_by("day"))


def require_open(rows: Collection[AccountingDay], days: Collection[date]) -> None:
    """Raise `DayClosed` for the first of these days, among locked rows, that is closed."""
    for row in rows:
        if row.day in days and row.closed_at is not None:
            raise DayClosed(row.day)
