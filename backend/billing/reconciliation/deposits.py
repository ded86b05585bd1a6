"""Deposits: what arrived at the bank, for which operations, less what the gateway kept back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import ledger
from backend.billing.gateways.filing import DepositedLine, DepositHead, DirtyRow, Filing, WithheldLine
from backend.billing.reconciliation.days import lock_days, require_open
from backend.billing.reconciliation.differences import difference
from backend.billing.reconciliation.intake import Begun, begin, require_ours
from backend.billing.reconciliation.rules import DifferenceKind
from backend.billing.reconciliation_models import CollectionLine, Deposit, DepositLine
from backend.outbox.requests import once_per_key, row_of
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text
from backend.tenants.files import tenant_files

KIND = "Deposit"


class DepositKnown(DomainError):
    """A deposit of that reference was recorded from another advice: one of the two is wrong."""

    code = "billing.deposit_known"
    message = Text(
        es="El depósito {reference} ya está registrado con otro contenido.",
        en="Deposit {reference} is recorded already, with other content.",
    )


@dataclass
class _Advice:
    """A deposit advice as it was read."""

    head: DepositHead
    lines: list[DepositedLine] = field(default_factory=list)
    withheld: list[WithheldLine] = field(default_factory=list)
    dirty: list[DirtyRow] = field(default_factory=list)


def record_deposit(*, filename: str, data: bytes, actor: Actor, request_key: str | None = None) -> Deposit:
    """Record a deposit from the gateway's advice: the ledger, the operations it pays for, what does not fit.

    The same advice again gives the deposit that is here. Raises `GatewayFileUnreadable`, `OtherAgreement`,
    `DayClosed`, `DepositKnown`, `StorageUnavailable`.
    """
    begun, advice = begin(filename, data, _read)
    require_ours(begun.gateway, advice.head.form_number)
    key = tenant_files().put(data, suffix=".txt")  # before any transaction: the storage may be another machine's
    return _record(begun=begun, advice=advice, file_key=key, actor=actor, request_key=request_key)


@once_per_key(kept=row_of(Deposit), final=(DepositKnown,))
def _record(*, begun: Begun, advice: _Advice, file_key: str, actor: Actor, request_key: str | None) -> Deposit:
    head = advice.head
    days = lock_days([head.deposited_on])
    known = Deposit.objects.filter(gateway=begun.gateway, reference=head.reference).first()
    if known is not None:
        if known.sha256 != begun.sha256:
            raise DepositKnown(field="file", reference=head.reference)
        return known
    require_open(days, [head.deposited_on])
    deposit = _make(begun, advice, file_key, actor)
    ledger.post_deposit(
        gateway=begun.gateway, reference=head.reference, amount=head.amount, withheld=Money(deposit.withheld)
    )
    _place_lines(deposit, advice.lines)
    _name_rest(deposit, advice)
    return deposit


def _read(gateway: Filing, rows: Iterable[bytes]) -> "_Advice | DirtyRow":
    items = gateway.read_deposit(rows)
    head = next(items)
    if not isinstance(head, DepositHead):
        return head if isinstance(head, DirtyRow) else DirtyRow(1, "TIPO", Text(es="falta la fila E.", en="no row E."))
    advice = _Advice(head)
    for item in items:
        match item:
            case DepositedLine():
                advice.lines.append(item)
            case WithheldLine():
                advice.withheld.append(item)
            case DirtyRow():
                advice.dirty.append(item)
    return advice


def _make(begun: Begun, advice: _Advice, file_key: str, actor: Actor) -> Deposit:
    head = advice.head
    deposit = Deposit.objects.create(
        gateway=begun.gateway,
        form_number=head.form_number,
        reference=head.reference,
        deposited_on=head.deposited_on,
        amount=head.amount.pesos,
        withheld=sum(item.amount.pesos for item in advice.withheld),
        filename=begun.filename,
        sha256=begun.sha256,
        file_key=file_key,
        recorded_by=actor.name,
        recorded_at=clock.now(),
    )
    changes = {"reference": ("", head.reference), "amount": (None, head.amount.pesos)}
    record(actor=actor, act="deposit.recorded", object_kind=KIND, object_key=deposit.id, changes=changes)
    return deposit


def _place_lines(deposit: Deposit, lines: list[DepositedLine]) -> None:
    """Write down what the deposit pays for, each operation once, and name what does not fit what was filed."""
    operations = [line.operation_id for line in lines]
    filed = dict(
        CollectionLine.objects.filter(gateway=deposit.gateway, operation_id__in=operations).values_list(
            "operation_id", "amount"
        )
    )
    paid = set(
        DepositLine.objects.filter(gateway=deposit.gateway, operation_id__in=operations).values_list(
            "operation_id", flat=True
        )
    )
    new = []
    for line in lines:
        is_again, amount = line.operation_id in paid, filed.get(line.operation_id)
        if is_again:
            _name_line(DifferenceKind.DEPOSITED_TWICE, deposit, line, amount)
        else:
            paid.add(line.operation_id)
            new.append(line)
        if amount is None:
            _name_line(DifferenceKind.DEPOSITED_NOT_FILED, deposit, line, amount)
        elif amount != line.amount.pesos:
            _name_line(DifferenceKind.DEPOSITED_OTHER_AMOUNT, deposit, line, amount)
    DepositLine.objects.bulk_create(
        DepositLine(
            deposit=deposit,
            row=line.row,
            gateway=deposit.gateway,
            operation_id=line.operation_id,
            amount=line.amount.pesos,
        )
        for line in new
    )


def _name_line(kind: DifferenceKind, deposit: Deposit, line: DepositedLine, filed: int | None) -> None:
    difference(
        kind,
        key=f"deposit:{deposit.id}:row:{line.row}:{kind.lower()}",
        day=deposit.deposited_on,
        deposit=deposit,
        row=line.row,
        operation=line.operation_id,
        expected=None if filed is None else Money(filed),
        found=line.amount,
    )


def _name_rest(deposit: Deposit, advice: _Advice) -> None:
    for item in advice.withheld:
        difference(
            DifferenceKind.WITHHELD,
            key=f"deposit:{deposit.id}:row:{item.row}:withheld",
            day=deposit.deposited_on,
            deposit=deposit,
            row=item.row,
            found=item.amount,
            what=item.why,
        )
    for dirty in advice.dirty:
        difference(
            DifferenceKind.DIRTY_ROW,
            key=f"deposit:{deposit.id}:row:{dirty.row}:{dirty.column}",
            day=deposit.deposited_on,
            deposit=deposit,
            row=dirty.row,
            column=dirty.column,
            what=dirty.message,
        )
