"""What the lines of a collection file turned out to be that were news, or said something else than we knew."""

from django.db import IntegrityError, transaction

from backend.billing import ledger, notices, payments
from backend.billing.gateways import get_gateway
from backend.billing.models import NoticeReading
from backend.billing.reconciliation.differences import difference
from backend.billing.reconciliation.rules import DifferenceKind, Verdict, verdict_of
from backend.billing.reconciliation_models import CollectionLine
from backend.billing.rules import Source
from backend.shared.errors import DomainError
from backend.shared.money import Money

PART = ":file"
"""What the cause of a posting has, besides the operation, where only a collection file knows of the money."""

_PLAIN = {"APPLIED": Verdict.FOUND, "UNKNOWN_ORDER": Verdict.FOUND, "REPEATED": Verdict.MATCHED}


def judge_lines(*, file_id: int) -> None:
    """Read the notices of a file's lines and judge each. Safe to repeat.

    Raises the first `DomainError` of a line that could not be settled, after all the others were judged.
    """
    failed: DomainError | None = None
    waiting = CollectionLine.objects.filter(file_id=file_id, verdict=Verdict.WAITING).order_by("id")
    for line in waiting:
        assert line.notice_id is not None
        try:
            notices.read_notice(notice_id=line.notice_id)
        except DomainError as error:
            failed = failed or error
            continue
        except IntegrityError:  # somebody else who reads the file was a moment quicker, and has committed
            pass
        _judge(line.id)
    if failed is not None:
        raise failed


@transaction.atomic(durable=True)
def _judge(line_id: int) -> None:
    line = CollectionLine.objects.select_for_update(no_key=True).get(id=line_id)
    if line.verdict != Verdict.WAITING or line.notice_id is None:
        return
    reading = NoticeReading.objects.get(notice_id=line.notice_id)
    line.verdict = _PLAIN.get(reading.outcome) or _verdict_of_odd(line, reading)
    line.save(update_fields=["verdict"])


def _verdict_of_odd(line: CollectionLine, reading: NoticeReading) -> Verdict:
    if reading.outcome == "MISROUTED":
        _name(DifferenceKind.FOREIGN, line)
        return Verdict.FOREIGN
    if reading.outcome != "CONTRADICTION":
        _name(DifferenceKind.UNREADABLE, line)
        return Verdict.UNREADABLE
    first = NoticeReading.objects.select_related("order").get(
        gateway=line.gateway, operation_id=line.operation_id, is_first=True, succeeded=True
    )
    if first.order_number != line.order_number:
        _name(DifferenceKind.OTHER_ORDER, line, first)
    return _compare(line, reading, first)


def _compare(line: CollectionLine, reading: NoticeReading, first: NoticeReading) -> Verdict:
    """Post what TGR's file has more, or less, than its first report of the operation."""
    filed, heard = Money(line.amount), Money(first.amount or 0)
    verdict = verdict_of(filed=filed, heard=heard)
    match verdict:
        case Verdict.MORE:
            notice = get_gateway(line.gateway).parse_notice(bytes(reading.notice.raw), Source.FILE)
            payments.keep_homeless(
                first.order, reading, filed - heard, reason="contradictory", notice=notice, part=PART
            )
            _name(DifferenceKind.MORE, line, first)
        case Verdict.LESS:
            cause = f"{line.gateway}:{line.operation_id}{PART}"
            ledger.post_dispute(first.order, heard - filed, gateway=line.gateway, cause=cause)
            _name(DifferenceKind.LESS, line, first)
    return verdict


def _name(kind: DifferenceKind, line: CollectionLine, first: NoticeReading | None = None) -> None:
    difference(
        kind,
        key=f"line:{line.id}:{kind.lower()}",
        day=line.accounting_on,
        file=line.file,
        row=line.row,
        operation=line.operation_id,
        order=line.order_number,
        known=first.order_number if first else "",
        expected=Money(first.amount or 0) if first else None,
        found=Money(line.amount),
    )
