"""Naming differences: a row each, with its sentence, in the caller's transaction."""

from datetime import date

from backend.billing.reconciliation.rules import DifferenceKind, sentence_of
from backend.billing.reconciliation_models import CollectionFile, Deposit, Difference
from backend.shared import clock
from backend.shared.money import Money
from backend.shared.text import Text


def difference(
    kind: DifferenceKind,
    *,
    key: str,
    day: date,
    file: CollectionFile | None = None,
    deposit: Deposit | None = None,
    row: int | None = None,
    column: str = "",
    operation: str = "",
    order: str = "",
    known: str = "",
    expected: Money | None = None,
    found: Money | None = None,
    what: Text | str = "",
) -> None:
    """Name a difference; `known` is the order that we knew, `what` the words of a reader or of the gateway."""
    message = sentence_of(
        kind,
        row=row,
        column=column,
        operation=operation,
        order=order,
        known=known,
        expected=expected,
        found=found,
        what=what,
        reference=deposit.reference if deposit else "",
    )
    Difference.objects.create(
        key=key,
        day=day,
        kind=kind,
        operation_id=operation,
        order_number=order,
        expected=None if expected is None else expected.pesos,
        found=None if found is None else found.pesos,
        file=file,
        deposit=deposit,
        row=row,
        column=column,
        message_es=message.es[:500],
        message_en=message.en[:500],
        found_at=clock.now(),
    )
