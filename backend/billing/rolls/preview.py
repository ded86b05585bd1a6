"""What a batch would do if it were applied now. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection, transaction

from backend.billing.models import Obligation, RollBatch, StagedRow
from backend.billing.rolls.plans import plan_for
from backend.billing.rolls.queries import get_batch
from backend.billing.rolls.rules import BY_HAND, BatchState
from backend.shared.errors import DomainError
from backend.shared.json import JSON
from backend.shared.text import Text

EXAMPLES = 10


class PreviewKind(StrEnum):
    """What would become of a row, or of a debt that the file leaves out. The last three are kept as they are."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    OTHER_HOLDER = "OTHER_HOLDER"
    RENAMED = "RENAMED"
    RESTORED = "RESTORED"
    REMOVED = "REMOVED"
    UNCHANGED = "UNCHANGED"
    PAID = "PAID"
    IN_PAYMENT = "IN_PAYMENT"
    WITHDRAWN = "WITHDRAWN"


class RollNotReady(DomainError):
    """The batch was not read, or is past being applied."""

    code = "billing.roll_not_ready"
    message = Text(
        es="El lote no está listo para aplicarse: {state}.", en="The batch is not ready to be applied: {state}."
    )


@dataclass(frozen=True)
class Difference:
    """A datum that would change; `field` is the service's name for it."""

    field: str
    before: JSON
    after: JSON


@dataclass(frozen=True)
class Example:
    """One row, or one debt that the file leaves out (`row` is None)."""

    row: int | None
    object_key: str
    period: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class PreviewGroup:
    """How many of a kind, and the first of them."""

    kind: PreviewKind
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Preview:
    """Every kind that occurs, in the order of the enumeration."""

    rows: int
    groups: tuple[PreviewGroup, ...]

    def count(self, *kinds: PreviewKind) -> int:
        """Return how many there are of these kinds."""
        return sum(group.count for group in self.groups if group.kind in kinds)


_KIND_OF_HELD = """
    CASE WHEN EXISTS (SELECT FROM billing_slotclaim c JOIN billing_order r ON r.id = c.order_id
                      WHERE c.obligation_id = o.id AND c.released_at IS NULL AND r.state = 'PAID') THEN 'PAID'
         WHEN EXISTS (SELECT FROM billing_slotclaim c WHERE c.obligation_id = o.id AND c.released_at IS NULL)
         THEN 'IN_PAYMENT'
         WHEN o.withdrawn_at IS NOT NULL AND o.withdrawn_by_id IS NULL THEN 'WITHDRAWN'
"""
_SAME = "o.subject = s.subject AND t.rut = s.rut AND o.withdrawn_at IS NULL"
_ROWS = f"""
    SELECT s.number, o.id, s.object_key, s.period,
      CASE WHEN o.id IS NULL THEN 'NEW'
           WHEN {_SAME} AND t.name = s.name THEN 'UNCHANGED'
           ELSE {_KIND_OF_HELD}
                WHEN {_SAME} THEN 'RENAMED'
                WHEN t.rut <> s.rut THEN 'OTHER_HOLDER'
                WHEN o.withdrawn_at IS NOT NULL THEN 'RESTORED'
                ELSE 'CHANGED' END END AS kind
    FROM billing_stagedrow s
    LEFT JOIN billing_obligation o
      ON o.service = %(service)s AND o.object_key = s.object_key AND o.period = s.period
    LEFT JOIN billing_taxpayer t ON t.id = o.taxpayer_id
    WHERE s.batch_id = %(batch)s
"""  # noqa: S608 - constants of this file
_LEFT_OUT = f"""
    SELECT NULL::int, o.id, o.object_key, o.period, {_KIND_OF_HELD} ELSE 'REMOVED' END AS kind
    FROM billing_obligation o JOIN billing_rollbatch b ON b.id = o.batch_id
    WHERE o.service = %(service)s AND b.year = %(year)s AND b.sha256 <> %(by_hand)s AND o.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM billing_stagedrow s WHERE s.batch_id = %(batch)s
                      AND s.object_key = o.object_key AND s.period = o.period)
"""  # noqa: S608 - constants of this file
_COUNTED = """
    SELECT kind, total, number, id, object_key, period FROM (
      SELECT compared.*, count(*) OVER (PARTITION BY kind) AS total,
             row_number() OVER (PARTITION BY kind ORDER BY number, id) AS place
      FROM ({}) compared) ranked
    WHERE place <= %(examples)s ORDER BY kind, place
"""


def preview_roll(*, batch_id: int) -> Preview:
    """Compare a batch with what is owed now. Raises `RollNotFound`, `RollNotReady`."""
    batch = get_batch(batch_id)
    if batch.state != BatchState.READY:
        raise RollNotReady(state=batch.state)
    compared = f"{_ROWS} UNION ALL {_LEFT_OUT}" if batch.is_complete else _ROWS
    with transaction.atomic(), connection.cursor() as cursor:
        plan_for(batch)
        cursor.execute(
            _COUNTED.format(compared),
            {
                "service": batch.service,
                "year": batch.year,
                "batch": batch.id,
                "by_hand": BY_HAND,
                "examples": EXAMPLES,
            },
        )
        found: Sequence[tuple[str, int, int | None, int | None, str, str]] = cursor.fetchall()
    differences = _differences(batch, [(row[2], row[3]) for row in found if row[0] in _SHOWN])
    groups = []
    for kind in PreviewKind:
        of_kind = [row for row in found if row[0] == kind]
        if of_kind:
            examples = tuple(
                Example(row=number, object_key=key, period=period, differences=differences.get(number, ()))
                for _kind, _total, number, _id, key, period in of_kind
            )
            groups.append(PreviewGroup(kind=kind, count=of_kind[0][1], examples=examples))
    return Preview(rows=batch.row_count, groups=tuple(groups))


_SHOWN = {
    kind.value
    for kind in (
        PreviewKind.CHANGED,
        PreviewKind.OTHER_HOLDER,
        PreviewKind.RENAMED,
        PreviewKind.RESTORED,
        PreviewKind.PAID,
        PreviewKind.IN_PAYMENT,
    )
}


def _differences(
    batch: RollBatch, pairs: Sequence[tuple[int | None, int | None]]
) -> Mapping[int | None, tuple[Difference, ...]]:
    staged = {
        row.number: row for row in StagedRow.objects.filter(batch_id=batch.id, number__in=[n for n, _ in pairs if n])
    }
    owed = Obligation.objects.select_related("taxpayer").in_bulk([o for _, o in pairs if o])
    return {number: _compared(staged[number], owed[row_id]) for number, row_id in pairs if number and row_id}


def _compared(staged: StagedRow, owed: Obligation) -> tuple[Difference, ...]:
    before: dict[str, JSON] = {"rut": owed.taxpayer.rut, "name": owed.taxpayer.name, **owed.subject}
    after: dict[str, JSON] = {"rut": staged.rut, "name": staged.name, **staged.subject}
    return tuple(
        Difference(field=name, before=before.get(name), after=after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    )
