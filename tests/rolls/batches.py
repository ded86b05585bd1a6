"""Rolls as these tests send them: each of a year of its own, so that no other test's debts stand in the way."""

import itertools
import os
import random
from collections.abc import Mapping, Sequence

from backend.audit.actors import Actor
from backend.billing.models import Obligation, RollBatch
from backend.billing.rolls.applying import RollResult, apply_roll
from backend.billing.rolls.preview import PreviewKind, preview_roll
from backend.billing.rolls.queries import get_batch
from backend.billing.rolls.undoing import undo_roll
from backend.billing.rolls.uploading import upload_roll
from tests.operations.debts import YEAR, Car, as_csv, in_town, unused_row
from tests.operations.deliveries import run_deliveries
from tests.operations.platform import JOINED

PERMIT = "circulation_permit"
CLERK = Actor(account_id=None, name="Tesorería de prueba", roles=("treasurer",))
Row = dict[str, object]

_years = itertools.count(random.randrange(2060, 2090) if JOINED in os.environ else 2030)


def new_year() -> int:
    """A year of which no municipality has a roll."""
    return next(_years)


def row(year: int, **changes: object) -> Row:
    """A right row of the roll of that year, for a vehicle of its own."""
    return unused_row(**{"Fecha_vencimiento": f"31/03/{year}", **changes})  # type: ignore[arg-type]  # columns


def upload(
    rows: Sequence[Mapping[str, object]] | bytes,
    *,
    year: int,
    town: str = "nunoa",
    filename: str = "nomina.csv",
    is_complete: bool = False,
    service: str = PERMIT,
) -> int:
    """Upload as staff do; returns the number of the batch."""
    data = rows if isinstance(rows, bytes) else as_csv(rows)
    with in_town(town):
        batch = upload_roll(
            service=service, year=year, filename=filename, data=data, is_complete=is_complete, actor=CLERK
        )
    return int(batch.id)


def work_off(batch: int, *, town: str = "nunoa") -> list[tuple[str, str]]:
    """Let the worker do what the outbox holds about a batch."""
    return run_deliveries(town, batch_id=batch)


def uploaded_and_read(
    rows: Sequence[Mapping[str, object]] | bytes,
    *,
    year: int,
    town: str = "nunoa",
    filename: str = "nomina.csv",
    is_complete: bool = False,
    service: str = PERMIT,
) -> RollBatch:
    """Upload and have it read, and its errors written; returns the batch as it stands then."""
    batch = upload(rows, year=year, town=town, filename=filename, is_complete=is_complete, service=service)
    for _ in range(2):
        work_off(batch, town=town)
    return fresh(batch, town=town)


def applied(rows: Sequence[Mapping[str, object]], *, year: int, town: str = "nunoa", is_complete: bool = False) -> int:
    """Upload, read and apply; returns the number of the batch."""
    batch = uploaded_and_read(rows, year=year, town=town, is_complete=is_complete)
    apply(batch.id, town=town)
    return int(batch.id)


def apply(batch: int, *, town: str = "nunoa") -> RollResult:
    with in_town(town):
        return apply_roll(batch_id=batch, actor=CLERK)


def undo(batch: int, *, town: str = "nunoa") -> RollBatch:
    with in_town(town):
        return undo_roll(batch_id=batch, actor=CLERK)


def fresh(batch: int, *, town: str = "nunoa") -> RollBatch:
    with in_town(town):
        return get_batch(batch)


def preview_counts(batch: int, *, town: str = "nunoa") -> dict[PreviewKind, int]:
    """How many rows would fare how."""
    with in_town(town):
        return {group.kind: group.count for group in preview_roll(batch_id=batch).groups}


def owed(rows: Sequence[Mapping[str, object]], *, town: str = "nunoa") -> dict[str, tuple[object, ...]]:
    """By plate: RUT, name, valuation, whether it is withdrawn; plates that nothing is owed for are left out."""
    plates = [str(each["Patente"]) for each in rows]
    with in_town(town):
        found = Obligation.objects.filter(service=PERMIT, object_key__in=plates).select_related("taxpayer")
        return {
            each.object_key: (
                each.taxpayer.rut,
                each.taxpayer.name,
                each.subject["valuation"],
                each.withdrawn_at is not None,
            )
            for each in found
        }


def as_owed(given: Mapping[str, object], *, withdrawn: bool = False) -> tuple[object, ...]:
    """What `owed` says of a row that was applied."""
    return (given["Rut"], given["Nombre_propietario"], given["Tasacion"], withdrawn)


def car_of(given: Row, town: str = "nunoa") -> Car:
    """The vehicle of a row that was applied in `YEAR`."""
    with in_town(town):
        found = Obligation.objects.get(object_key=given["Patente"], period=str(YEAR))
    return Car(town, found.object_key, str(given["Digito_verificador_patente"]), str(given["Rut"]), found.id)


def counts(result: RollResult) -> tuple[int, int, int, int, int]:
    """Created, updated, removed, unchanged, kept."""
    return (result.created, result.updated, result.removed, result.unchanged, len(result.kept))
