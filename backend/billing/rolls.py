"""Loading a municipality's roll: validated row by row, then written as one batch in one transaction."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from backend.billing.models import Obligation, RollBatch, SlotClaim, Taxpayer
from backend.billing.roll_file import read_rows
from backend.services import get_service
from backend.services.base import RollEntry, RowError
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text

CHUNK = 2000
Progress = Callable[[int], None]


class RollRejected(DomainError):
    """Rows of the file are wrong: nothing of it was loaded."""

    code = "billing.roll_rejected"
    message = Text(
        es="El archivo tiene {count} errores y no se cargó nada. Corríjalos y súbalo de nuevo.",
        en="The file has {count} errors and nothing was loaded. Correct them and upload it again.",
    )

    def __init__(self, errors: list[RowError]) -> None:
        super().__init__(count=len(errors))
        self.errors = errors


@dataclass(frozen=True)
class RollResult:
    """What a load did. `kept` rows belong to debts that are paid or being paid, which a roll never changes."""

    batch: int
    rows: int
    created: int
    updated: int
    unchanged: int
    kept: tuple[str, ...]


def load_roll(
    *, service: str, year: int, filename: str, data: bytes, progress: Progress = lambda rows: None
) -> RollResult:
    """Load a roll file; the same file again changes nothing.

    Raises `RollFileUnreadable`, `RollRejected`, `UnknownService`.
    """
    entries = _validated(service, year, filename, data, progress)
    return _write(
        service=service, year=year, filename=filename, sha256=hashlib.sha256(data).hexdigest(), entries=entries
    )


def _validated(service: str, year: int, filename: str, data: bytes, progress: Progress) -> list[RollEntry]:
    plugin = get_service(service)
    entries: dict[tuple[str, str], RollEntry] = {}
    errors: list[RowError] = []
    for count, (number, row) in enumerate(read_rows(data, filename=filename, columns=plugin.roll_columns), start=1):
        read = plugin.read_roll_row(number, row, year=year)
        if isinstance(read, list):
            errors += read
        elif (read.object_key, read.period) in entries:
            twice = Text(es="{key} aparece dos veces en el archivo", en="{key} stands twice in the file").format(
                key=read.object_key
            )
            errors.append(RowError(row=number, column=plugin.roll_columns[0], message=twice))
        else:
            entries[read.object_key, read.period] = read
        progress(count)
    if errors:
        raise RollRejected(errors)
    return list(entries.values())


@transaction.atomic(durable=True)
def _write(*, service: str, year: int, filename: str, sha256: str, entries: list[RollEntry]) -> RollResult:
    batch, created = RollBatch.objects.get_or_create(
        service=service,
        year=year,
        sha256=sha256,
        defaults={"filename": filename[:200], "row_count": len(entries), "loaded_at": clock.now()},
    )
    if not created:
        return RollResult(batch=batch.id, rows=len(entries), created=0, updated=0, unchanged=len(entries), kept=())
    taxpayers = _taxpayers(entries)
    known = {(row.object_key, row.period): row for row in _existing(service, entries)}
    claimed = set(
        SlotClaim.objects.filter(obligation__in=known.values(), released_at=None).values_list(
            "obligation_id", flat=True
        )
    )
    new: list[Obligation] = []
    changed: list[Obligation] = []
    kept: list[str] = []
    for entry in entries:
        row = known.get((entry.object_key, entry.period))
        taxpayer_id = taxpayers[str(entry.holder_rut)]
        if row is None:
            new.append(_obligation(service, entry, taxpayer_id, batch))
        elif row.subject == entry.subject and row.taxpayer_id == taxpayer_id and row.withdrawn_at is None:
            continue
        elif row.id in claimed:
            kept.append(entry.object_key)
        else:
            row.subject, row.taxpayer_id, row.batch, row.withdrawn_at = entry.subject, taxpayer_id, batch, None
            changed.append(row)
    Obligation.objects.bulk_create(new, batch_size=CHUNK)
    Obligation.objects.bulk_update(changed, ["subject", "taxpayer", "batch", "withdrawn_at"], batch_size=CHUNK)
    unchanged = len(entries) - len(new) - len(changed) - len(kept)
    return RollResult(
        batch=batch.id, rows=len(entries), created=len(new), updated=len(changed), unchanged=unchanged, kept=tuple(kept)
    )


def _obligation(service: str, entry: RollEntry, taxpayer_id: int, batch: RollBatch) -> Obligation:
    return Obligation(
        service=service,
        object_key=entry.object_key,
        period=entry.period,
        taxpayer_id=taxpayer_id,
        batch=batch,
        subject=entry.subject,
    )


def _taxpayers(entries: Iterable[RollEntry]) -> dict[str, int]:
    names = {str(entry.holder_rut): entry.holder_name for entry in entries}
    Taxpayer.objects.bulk_create(
        [Taxpayer(rut=rut, name=name[:120]) for rut, name in names.items()],
        update_conflicts=True,
        unique_fields=["rut"],
        update_fields=["name"],
        batch_size=CHUNK,
    )
    return dict(Taxpayer.objects.filter(rut__in=names).values_list("rut", "id"))


def _existing(service: str, entries: Iterable[RollEntry]) -> Iterable[Obligation]:
    keys = {entry.object_key for entry in entries}
    periods = {entry.period for entry in entries}
    rows = Obligation.objects.select_for_update(no_key=True).filter(
        service=service, period__in=periods, object_key__in=keys
    )
    return rows.order_by("id")
