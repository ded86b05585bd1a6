"""Taking a file in, and giving a batch up."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.db import IntegrityError, transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import events
from backend.billing.models import RollBatch, StagedRow
from backend.billing.rolls import refusals
from backend.billing.rolls.kinds import kind_of
from backend.billing.rolls.queries import RollNotFound, last_applied
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import BY_HAND, LARGEST_FILE, MEGABYTE, BatchState, can_move
from backend.outbox import operations as outbox
from backend.outbox.requests import once_per_key, row_of
from backend.services import get_service
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.files import tenant_files

KIND = "RollBatch"
_YEARS = range(2000, 2101)
_WAITING = (BatchState.UPLOADED, BatchState.READING, BatchState.READY)


class RollYearWrong(DomainError):
    """A roll is of a year that can be."""

    code = "billing.roll_year"
    message = Text(es="El año de la nómina no es válido.", en="The year of the roll is not valid.")


class RollNotWaiting(DomainError):
    """The batch does not wait for anything any more."""

    code = "billing.roll_not_waiting"
    message = Text(es="El lote ya no está en espera: {state}.", en="The batch does not wait any more: {state}.")


@dataclass(frozen=True)
class _KeptFile:
    """A file of a roll that is stored, whatever becomes of it."""

    name: str
    sha256: str
    key: str


def upload_roll(
    *,
    service: str,
    year: int,
    filename: str,
    data: bytes,
    is_complete: bool,
    actor: Actor,
    request_key: str | None = None,
) -> RollBatch:
    """Keep a file and have it read by a worker.

    `is_complete` says that a debt of the service and year that is not in the file is no longer owed. The same file
    again gives the batch that waits, or that was applied last; the same request under the same key gives its batch,
    whatever became of it. Raises `UnknownService`, `RollYearWrong`, `RollFileUnreadable`, `StorageUnavailable`.
    """
    file = _keep(service, year, filename, data)
    return _announce_roll(
        service=service, year=year, file=file, is_complete=is_complete, actor=actor, request_key=request_key
    )


def take_in_quietly(
    *, service: str, year: int, filename: str, data: bytes, is_complete: bool, actor: Actor
) -> RollBatch:
    """Keep a file that the caller reads herself; otherwise as `upload_roll`."""
    file = _keep(service, year, filename, data)
    with transaction.atomic(durable=True):
        return _take_in(service, year, file, is_complete, actor, announce=False)


@once_per_key(kept=row_of(RollBatch))
def _announce_roll(
    *, service: str, year: int, file: _KeptFile, is_complete: bool, actor: Actor, request_key: str | None
) -> RollBatch:
    return _take_in(service, year, file, is_complete, actor, announce=True)


@transaction.atomic(durable=True)
def discard_roll(*, batch_id: int, actor: Actor) -> RollBatch:
    """Give up a batch that was not applied. Safe to repeat. Raises `RollNotFound`, `RollNotWaiting`."""
    batch = locked_batch(batch_id)
    if batch.state == BatchState.DISCARDED:
        return batch
    if not can_move(batch.state, BatchState.DISCARDED):
        raise RollNotWaiting(state=batch.state)
    StagedRow.objects.filter(batch_id=batch.id).delete()
    batch.state, batch.ended_at = BatchState.DISCARDED, clock.now()
    batch.save(update_fields=["state", "ended_at"])
    record(actor=actor, act="roll.discarded", object_kind=KIND, object_key=batch.id)
    return batch


def locked_batch(batch_id: int) -> RollBatch:
    """Return a batch under lock, inside a transaction; raises `RollNotFound`."""
    batch = RollBatch.objects.select_for_update(no_key=True).exclude(sha256=BY_HAND).filter(id=batch_id).first()
    if batch is None:
        raise RollNotFound(field="id")
    return batch


def _keep(service: str, year: int, filename: str, data: bytes) -> _KeptFile:
    """Store the file before any transaction begins: the storage may be another machine's."""
    get_service(service)
    if year not in _YEARS:
        raise RollYearWrong(field="year")
    if len(data) > LARGEST_FILE:
        raise RollFileUnreadable(refusals.TOO_LARGE, most=LARGEST_FILE // MEGABYTE)
    name = _plain_name(filename)
    key = tenant_files().put(data, suffix=f".{kind_of(name, data[:8]).value}")
    return _KeptFile(name, hashlib.sha256(data).hexdigest(), key)


def _take_in(service: str, year: int, file: _KeptFile, is_complete: bool, actor: Actor, *, announce: bool) -> RollBatch:
    known = _same_file(service, year, file.sha256, is_complete)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _make_batch(service, year, file, is_complete, actor, announce)
    except IntegrityError:  # somebody else uploaded it at the same moment
        return RollBatch.objects.get(
            service=service, year=year, sha256=file.sha256, is_complete=is_complete, state__in=_WAITING
        )


def _make_batch(service: str, year: int, file: _KeptFile, is_complete: bool, actor: Actor, announce: bool) -> RollBatch:
    batch = RollBatch.objects.create(
        service=service,
        year=year,
        filename=file.name,
        sha256=file.sha256,
        file_key=file.key,
        is_complete=is_complete,
        state=BatchState.UPLOADED,
        uploaded_by=actor.name,
        uploaded_at=clock.now(),
    )
    changes = {"file": ("", file.name), "service": ("", service), "year": (None, year)}
    record(actor=actor, act="roll.uploaded", object_kind=KIND, object_key=batch.id, changes=changes)
    if announce:
        outbox.publish(events.RollUploaded(batch_id=batch.id))
    return batch


def _same_file(service: str, year: int, sha256: str, is_complete: bool) -> RollBatch | None:
    """Return a batch of the same content that waits, or whose content is in force."""
    waiting = RollBatch.objects.filter(
        service=service, year=year, sha256=sha256, is_complete=is_complete, state__in=_WAITING
    ).first()
    if waiting is not None:
        return waiting
    last = last_applied(service, year)
    return last if last and (last.sha256, last.is_complete) == (sha256, is_complete) else None


def _plain_name(filename: str) -> str:
    """Return the name without folders and control characters; what a browser of any system sends."""
    name = PurePath(filename.replace("\\", "/")).name
    name = "".join(sign for sign in name if sign.isprintable()).strip()
    return name[-200:]
