"""Days of the gateways' calendar: open until closed. Whoever adds a line holds its day, and so does closing."""

from collections.abc import Collection
from datetime import date

from backend.billing.gateways.tgr_cells import YEARS
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


class DayOutOfRange(DomainError):
    """Nothing was ever collected on such a day."""

    code = "billing.day_out_of_range"
    message = Text(es="La fecha {day} no es válida.", en="The date {day} is not valid.")


def require_plausible(day: date) -> date:
    """Return the day; raises `DayOutOfRange`."""
    if day.year not in YEARS:
        raise DayOutOfRange(field="day", day=day)
    return day


def lock_days(days: Collection[date]) -> list[AccountingDay]:
    """Lock these days in their order, inside a transaction; those that nobody named before are made.

    Raises `DayOutOfRange`.
    """
    for day in days:
        require_plausible(day)
    AccountingDay.objects.bulk_create([AccountingDay(day=day) for day in sorted(days)], ignore_conflicts=True)
    return list(AccountingDay.objects.select_for_update(no_key=True).filter(day__in=days).order_by("day"))


def require_open(rows: Collection[AccountingDay], days: Collection[date]) -> None:
    """Raise `DayClosed` for the first of these days, among locked rows, that is closed."""
    for row in rows:
        if row.day in days and row.closed_at is not None:
            raise DayClosed(row.day)
