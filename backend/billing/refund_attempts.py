"""Asking a gateway to give back: one attempt at a time for each operation, outside any transaction, never twice."""

from datetime import datetime, timedelta

from django.db import transaction

from backend.billing import capture
from backend.billing.models import Refund, RefundAttempt
from backend.billing.rules import RefundState
from backend.shared import clock
from backend.shared.errors import DomainError, Unavailable
from backend.shared.money import Money
from backend.shared.text import Text

LEASE = timedelta(minutes=2)
"""Longer than the calls of an attempt can last, with their time-outs."""


class RefundRunning(Unavailable):
    """The gateway is asked right now to give back money of the same operation, or was and did not answer."""

    code = "billing.refund_running"
    message = Text(
        es="Otra devolución de la misma operación está en curso en el portal de pagos.",
        en="Another refund of the same operation is under way at the payment portal.",
    )


class RefundOutcomeUnknown(DomainError):
    """The gateway was asked and its answer is not known: it may have given back already."""

    code = "billing.refund_outcome_unknown"
    message = Text(
        es="No se sabe todavía si el portal de pagos hizo la devolución {refund}: se le seguirá preguntando.",
        en="It is not known yet whether the payment portal made refund {refund}: it will be asked again.",
    )


@transaction.atomic(durable=True)
def begin(*, refund_id: int, now: datetime) -> RefundAttempt | None:
    """Note that the gateway will be asked; None where it must not be: done, denied, a transfer's, refused already.

    Raises `RefundRunning` while another attempt of the operation runs or has no answer, `MoreThanCaptured`.
    """
    refund = Refund.objects.select_for_update(no_key=True).get(id=refund_id)
    if refund.state != RefundState.APPROVED or refund.method != Refund.Method.GATEWAY:
        return None
    capture.lock_operation(refund.gateway, refund.operation_id)
    _require_alone(refund, now)
    last = refund.attempts.order_by("-id").first()
    if last is not None and last.outcome == RefundAttempt.Outcome.REFUSED:
        return None
    capture.require_left(Money(0), gateway=refund.gateway, operation_id=refund.operation_id)
    return RefundAttempt.objects.create(
        refund=refund,
        gateway=refund.gateway,
        operation_id=refund.operation_id,
        began_at=now,
        lease_until=now + LEASE,
    )


def _require_alone(refund: Refund, now: datetime) -> None:
    """Take over from an attempt whose process died; let refunds of one operation wait for each other."""
    of_operation = RefundAttempt.objects.filter(gateway=refund.gateway, operation_id=refund.operation_id)
    running = of_operation.filter(outcome="").first()
    if running is not None:
        if running.lease_until > now:
            raise RefundRunning
        end(running, RefundAttempt.Outcome.UNKNOWN)
    others = Refund.objects.filter(
        gateway=refund.gateway,
        operation_id=refund.operation_id,
        state=RefundState.APPROVED,
        method=Refund.Method.GATEWAY,
    ).exclude(id=refund.id)
    if any(is_unresolved(other) for other in others):
        raise RefundRunning


def end(attempt: RefundAttempt, outcome: RefundAttempt.Outcome) -> None:
    """Note how an attempt ended, unless somebody took it over."""
    RefundAttempt.objects.filter(id=attempt.id, outcome="").update(outcome=outcome, ended_at=clock.now())


def is_unresolved(refund: Refund) -> bool:
    """Tell whether the gateway may have given this back without our knowing."""
    last = refund.attempts.order_by("-id").first()
    return last is not None and last.outcome in ("", RefundAttempt.Outcome.UNKNOWN)


def given_back(refund: Refund) -> Money:
    """Return what we know that the gateway gave back of a refund's operation."""
    done = Refund.objects.filter(
        gateway=refund.gateway,
        operation_id=refund.operation_id,
        method=Refund.Method.GATEWAY,
        state=RefundState.EXECUTED,
    )
    return Money(sum(done.values_list("amount", flat=True)))
