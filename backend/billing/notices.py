"""The inbox of gateways' notices: kept byte for byte, authenticated, then read once for each operation."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from backend.billing import events, payments, routing
from backend.billing.gateways import get_gateway
from backend.billing.gateways.base import GatewayNotice, UnreadableNotice
from backend.billing.models import Notice, NoticeReading, Order
from backend.billing.rules import Source
from backend.billing.unrouted.models import UnroutedNotice
from backend.outbox import operations as outbox
from backend.outbox.schemas import current_schema
from backend.shared import clock
from backend.tenants.queries import current_tenant

LARGEST_NOTICE = 64 * 1024


def keep_notice(*, gateway: str, raw: bytes, headers: Mapping[str, str]) -> bool:
    """Put a notice into this municipality's inbox and tell whether it is authentic; only then will it be read.

    One that the key of the municipality that it names has signed is put there, wherever it came. Without an agreement
    nothing is authentic, and what came is kept all the same.
    """
    if routing.is_authentic_here(gateway, raw, headers):
        _keep(gateway, raw, is_authentic=True)
        return True
    rightful = routing.rightful_schema(gateway, raw, headers)
    if rightful is None:
        _keep(gateway, raw, is_authentic=False)
        return False
    with schema_context(rightful):
        _keep(gateway, raw, is_authentic=True)
    return True


@transaction.atomic(durable=True)
def _keep(gateway: str, raw: bytes, *, is_authentic: bool) -> None:
    notice = Notice.objects.create(gateway=gateway, raw=raw, is_authentic=is_authentic, received_at=clock.now())
    if is_authentic:
        outbox.publish(events.NoticeReceived(notice_id=notice.id))


@transaction.atomic(durable=True)
def keep_hostless_notice(*, gateway: str, raw: bytes, headers: Mapping[str, str], host: str) -> None:
    """Keep a notice that came to a host that is nobody's, in the shared table, with what its signature says."""
    with schema_context(get_public_schema_name()):
        UnroutedNotice.objects.create(
            gateway=gateway,
            host=host[:255],
            reason="unknown_host",
            raw=raw,
            headers=routing.signature_headers(headers),
            received_at=clock.now(),
        )


@transaction.atomic(durable=True)
def read_notice(*, notice_id: int) -> str:
    """Read an authentic notice and apply it; returns the outcome. Safe to repeat: a notice is read once."""
    notice = Notice.objects.get(id=notice_id, is_authentic=True)
    known = NoticeReading.objects.filter(notice=notice).first()
    if known is not None:
        return known.outcome
    try:
        report = get_gateway(notice.gateway).parse_notice(bytes(notice.raw), Source(notice.source))
    except UnreadableNotice:
        return _record(notice, "UNREADABLE").outcome
    if not report.order_number.startswith(current_tenant().commune_code):
        outbox.publish(events.NoticeMisrouted(notice_id=notice.id))
        return _record(notice, "MISROUTED", report).outcome
    order = (
        Order.objects.select_for_update(no_key=True).filter(number=report.order_number, gateway=notice.gateway).first()
    )
    outcome = _known_outcome(notice, report)
    if outcome is not None:
        return _record(notice, outcome, report, order=order).outcome
    try:
        with transaction.atomic():
            reading = _record(notice, "APPLIED" if order else "UNKNOWN_ORDER", report, order=order, is_first=True)
    except IntegrityError:
        return read_as_repeat(notice, report, order)
    if order is not None:
        payments.settle_payment(order=order, reading=reading, notice=report)
    elif report.succeeded and report.amount:
        payments.keep_homeless(None, reading, report.amount, reason="unknown_order", notice=report)
    return reading.outcome


def read_as_repeat(notice: Notice, report: GatewayNotice, order: Order | None) -> str:
    """Record a notice whose operation another worker was reading at the same moment."""
    known = _known_outcome(notice, report) or "CONTRADICTION"
    return _record(notice, known, report, order=order).outcome


def pass_on_misrouted_notice(*, notice_id: int) -> None:
    """Copy a notice about another municipality's order to the shared table, once; safe to repeat."""
    notice = Notice.objects.get(id=notice_id)
    schema_name, host = current_schema(), current_tenant().host
    with schema_context(get_public_schema_name()), transaction.atomic(durable=True):
        UnroutedNotice.objects.get_or_create(
            from_schema=schema_name,
            from_notice=notice.id,
            defaults={
                "gateway": notice.gateway,
                "host": host,
                "reason": "other_municipality",
                "raw": bytes(notice.raw),
                "received_at": notice.received_at,
            },
        )


def _known_outcome(notice: Notice, report: GatewayNotice) -> str | None:
    """Compare with what the operation's first readings said; None where this report is news.

    A success is news after a failure: "failed" is not final. A failure after a success contradicts it.
    """
    first = {
        reading.succeeded: reading
        for reading in NoticeReading.objects.select_related("notice").filter(
            gateway=notice.gateway, operation_id=report.operation_id, is_first=True
        )
    }
    if True in first:
        return "REPEATED" if _says_the_same(first[True], notice, report) else "CONTRADICTION"
    if not report.succeeded and False in first:
        return "REPEATED" if _says_the_same(first[False], notice, report) else "CONTRADICTION"
    return None


def _says_the_same(first: NoticeReading, notice: Notice, report: GatewayNotice) -> bool:
    """Word for word where both came in the same way, else in what matters: order, verdict and amount."""
    if first.notice.source == notice.source:
        return first.content_sha256 == report.content_sha256
    said = (report.order_number, report.succeeded, report.amount.pesos)
    return (first.order_number, first.succeeded, first.amount) == said


def _record(
    notice: Notice,
    outcome: str,
    report: GatewayNotice | None = None,
    *,
    order: Order | None = None,
    is_first: bool = False,
) -> NoticeReading:
    return NoticeReading.objects.create(
        notice=notice,
        gateway=notice.gateway,
        outcome=outcome,
        operation_id=report.operation_id if report else "",
        content_sha256=report.content_sha256 if report else "",
        order_number=report.order_number[:20] if report else "",
        succeeded=report.succeeded if report else None,
        amount=report.amount.pesos if report else None,
        is_first=is_first,
        order=order,
        read_at=clock.now(),
    )
