"""Batches, what is wrong in them, and their files."""

from django.db.models import F, QuerySet

from backend.billing.models import RollBatch, RollIssue
from backend.billing.rolls.named import NamedFile
from backend.billing.rolls.rules import BY_HAND, BatchState, Severity
from backend.shared.errors import DomainError
from backend.shared.paging import Page, id_after, page_of, rows_to_fetch
from backend.shared.text import Text
from backend.tenants.files import tenant_files


class RollNotFound(DomainError):
    """There is no such batch in this municipality."""

    code = "billing.roll_not_found"
    message = Text(es="No existe ese lote.", en="There is no such batch.")


class CorrectionsNotReady(DomainError):
    """The batch has no file to correct: nothing is wrong in its rows, or the file is still being written."""

    code = "billing.roll_no_corrections"
    message = Text(
        es="Ese lote no tiene un archivo para corregir, o todavía se está preparando.",
        en="That batch has no file to correct, or it is still being prepared.",
    )


def get_batch(batch_id: int) -> RollBatch:
    """Return a batch; raises `RollNotFound`."""
    batch = _uploaded().filter(id=batch_id).first()
    if batch is None:
        raise RollNotFound(field="id")
    return batch


def get_batches(
    *, first: int, after: str | None = None, service: str | None = None, year: int | None = None
) -> Page[RollBatch]:
    """Return batches, newest first. Raises `CursorInvalid`, `PageTooLarge`."""
    wanted = {"service": service, "year": year, "id__lt": id_after(after)}
    rows = _uploaded().filter(**{name: value for name, value in wanted.items() if value is not None}).order_by("-id")
    return page_of(list(rows[: rows_to_fetch(first)]), first=first, key=lambda batch: (batch.id,))


def get_issues(
    *, batch_id: int, first: int, after: str | None = None, severity: Severity | None = None
) -> Page[RollIssue]:
    """Return what is wrong or strange in a batch, in the order of the file.

    Raises `RollNotFound`, `CursorInvalid`, `PageTooLarge`.
    """
    wanted = {"severity": severity, "id__gt": id_after(after)}
    rows = get_batch(batch_id).issues.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page_of(list(rows.order_by("id")[: rows_to_fetch(first)]), first=first, key=lambda issue: (issue.id,))


def original_file(batch_id: int) -> NamedFile:
    """Return the file as it was uploaded; raises `RollNotFound`."""
    batch = get_batch(batch_id)
    return NamedFile(filename=batch.filename, data=tenant_files().get(batch.file_key))


def corrections_file(batch_id: int) -> NamedFile:
    """Return the file with its errors beside the rows; raises `RollNotFound`, `CorrectionsNotReady`."""
    batch = get_batch(batch_id)
    if not batch.corrections_key:
        raise CorrectionsNotReady(field="id")
    stem, _, suffix = batch.filename.rpartition(".")
    return NamedFile(filename=f"{stem} - errores.{suffix}", data=tenant_files().get(batch.corrections_key))


def last_applied(service: str, year: int) -> RollBatch | None:
    """Return the batch that was applied last to the debts of a service and year."""
    rows = _uploaded().filter(service=service, year=year, state=BatchState.APPLIED)
    return rows.order_by(F("applied_at").desc(nulls_last=True), "-id").first()


def _uploaded() -> "QuerySet[RollBatch]":
    return RollBatch.objects.exclude(sha256=BY_HAND)
