"""Explaining differences, closing a day, reopening it: append-only acts, each in the log."""

from dataclasses import asdict
from datetime import date

from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import events
from backend.billing.reconciliation.days import lock_days, require_open
from backend.billing.reconciliation.matching import Figures, Found, differences_of, figures_of
from backend.billing.reconciliation.rules import DayAct
from backend.billing.reconciliation_models import AccountingDay, AccountingDayAct, CollectionFile, DifferenceNote
from backend.outbox import operations as outbox
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.json import JSON
from backend.shared.text import Text

KIND = "AccountingDay"
LONGEST_NOTE, LONGEST_REASON = 1_000, 400


class DayNotBegun(DomainError):
    """A day that has not come is not closed."""

    code = "billing.day_not_begun"
    message = Text(es="El día {day} todavía no llega.", en="The day {day} has not come yet.")


class DifferencesUnexplained(DomainError):
    """A day is closed when every difference of it is explained."""

    code = "billing.differences_unexplained"
    message = Text(
        es="Quedan {count} diferencias sin explicar; la primera: {first}",
        en="{count} differences are not explained; the first one: {first}",
    )


class CollectionBeingRead(DomainError):
    """A collection file of the day, or of a later one, was not read to its end: it may have lines of the day."""

    code = "billing.collection_being_read"
    message = Text(
        es="El archivo «{filename}» no se ha terminado de leer.", en="The file '{filename}' was not read to its end."
    )


class DifferenceNotFound(DomainError):
    """There is no such difference on that day, or no longer."""

    code = "billing.difference_not_found"
    message = Text(es="No existe esa diferencia, o ya se resolvió.", en="There is no such difference, or no longer.")


class ExplanationMissing(DomainError):
    """A note and a reason say something, within reason."""

    code = "billing.explanation_missing"
    message = Text(es="Escriba una explicación (hasta {most} caracteres).", en="Explain it (up to {most} characters).")


@transaction.atomic(durable=True)
def explain_difference(*, day: date, key: str, text: str, actor: Actor) -> DifferenceNote:
    """Explain a difference; a new note replaces the last one, which stays. The same again adds nothing.

    Raises `DayClosed`, `DifferenceNotFound`, `ExplanationMissing`.
    """
    note = _required(text, LONGEST_NOTE, field="text")
    require_open(lock_days([day]), [day])
    if not any(found.key == key for found in differences_of(day)):
        raise DifferenceNotFound(field="key")
    last = DifferenceNote.objects.filter(day=day, key=key).order_by("-id").first()
    if last is not None and last.text == note:
        return last
    row = DifferenceNote.objects.create(day=day, key=key, text=note, noted_by=actor.name, noted_at=clock.now())
    changes = {"note": (last.text if last else "", note)}
    record(actor=actor, act="difference.explained", object_kind="Difference", object_key=key, changes=changes)
    return row


@transaction.atomic(durable=True)
def close_day(*, day: date, actor: Actor) -> AccountingDay:
    """Close a day: its figures and explained differences are frozen, it accepts nothing more. Safe to repeat.

    Raises `DayNotBegun`, `CollectionBeingRead`, `DifferencesUnexplained`.
    """
    if day > clock.today():
        raise DayNotBegun(field="day", day=day)
    (row,) = lock_days([day])
    if row.closed_at is not None:
        return row
    unread = CollectionFile.objects.filter(read_at=None, accounting_on__gte=day).order_by("id").first()
    if unread is not None:
        raise CollectionBeingRead(field="day", filename=unread.filename)
    found = differences_of(day)
    _require_explained(found)
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
    _write(row, DayAct.CLOSED, actor, figures=_frozen(figures_of(day), found))
    return row


@transaction.atomic(durable=True)
def reopen_day(*, day: date, reason: str, actor: Actor) -> AccountingDay:
    """Open a closed day again; files that wait for it are read on. Safe to repeat. Raises `ExplanationMissing`."""
    why = _required(reason, LONGEST_REASON, field="reason")
    (row,) = lock_days([day])
    if row.closed_at is None:
        return row
    row.closed_at = None
    row.save(update_fields=["closed_at"])
    _write(row, DayAct.REOPENED, actor, reason=why)
    for file in CollectionFile.objects.filter(stopped_on=day, read_at=None):
        outbox.publish(events.CollectionUploaded(file_id=file.id))
    return row


def _require_explained(found: list[Found]) -> None:
    open_ones = [each for each in found if not each.note]
    if open_ones:
        raise DifferencesUnexplained(field="day", count=len(open_ones), first=open_ones[0].message)


def _required(text: str, most: int, *, field: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= most:
        raise ExplanationMissing(field=field, most=most)
    return text


def _write(
    row: AccountingDay, act: DayAct, actor: Actor, *, reason: str = "", figures: dict[str, JSON] | None = None
) -> None:
    AccountingDayAct.objects.create(
        day=row, act=act, reason=reason, figures=figures or {}, account_name=actor.name, at=clock.now()
    )
    changes = {"state": ("OPEN" if act == DayAct.CLOSED else "CLOSED", act.value), "reason": ("", reason)}
    record(actor=actor, act=f"day.{act.lower()}", object_kind=KIND, object_key=row.day, changes=changes)


def _frozen(figures: Figures, found: list[Found]) -> dict[str, JSON]:
    """Return figures and differences as they stood when the day was closed."""
    amounts: dict[str, JSON] = {}
    for name, value in vars(figures).items():
        amounts[name] = {"count": value.count, "amount": value.amount.pesos} if hasattr(value, "count") else value.pesos
    told: list[JSON] = [
        {**asdict(each), "day": str(each.day), "message": each.message.es, "kind": each.kind.value} for each in found
    ]
    return {**amounts, "differences": told}
