"""Giving money back by the gateway that captured it, asked outside any transaction; safe against lost answers."""

from django.db import transaction

from backend.audit.actors import Actor
from backend.billing import capture, refund_attempts
from backend.billing.gateway_access import gateway_access
from backend.billing.gateways import get_gateway
from backend.billing.gateways.base import CapturedOperation, GatewayAccess, Refunding, RefundReceipt, RefundRefused
from backend.billing.models import Refund, RefundAttempt
from backend.billing.refund_execution import give_back, locked_with_order
from backend.billing.rules import RefundState
from backend.shared import clock
from backend.shared.money import Money

_NO_ANSWER = "El portal no respondió: puede haberla hecho o no, y se le vuelve a preguntar."
_AFTER_UNKNOWN = "Antes hubo un intento sin respuesta: compruebe en el portal que no se hizo. "


def execute_at_gateway(*, refund_id: int) -> None:
    """Have an approved refund made by its gateway; one that a transfer makes is left alone.

    Safe to repeat: what an earlier call did, whose answer was lost, the gateway finds and does not do again. One that
    it refuses for good waits, with the reason, for a person. Raises `GatewayUnavailable`, `RefundRunning`,
    `MoreThanCaptured`, `ProfileIncomplete`: the delivery waits and is tried again.
    """
    wanted = Refund.objects.filter(id=refund_id, state=RefundState.APPROVED, method=Refund.Method.GATEWAY).first()
    if wanted is None:
        return
    access = gateway_access(wanted.gateway)
    attempt = refund_attempts.begin(refund_id=refund_id, now=clock.now())
    if attempt is None:
        return
    try:
        receipt = ask(attempt, access)
    except RefundRefused as refusal:
        _note_refused(attempt, refusal)
    except Exception:
        _note_unknown(attempt)
        raise
    else:
        _record_given_back(attempt, receipt)


def ask(attempt: RefundAttempt, access: GatewayAccess) -> RefundReceipt:
    """Ask the gateway to give back, with nothing held. Raises `GatewayUnavailable`, `RefundRefused`."""
    refund = attempt.refund
    gateway = get_gateway(refund.gateway)
    if not isinstance(gateway, Refunding):
        raise TypeError(f"{refund.gateway} gives nothing back")
    return gateway.refund(_operation_of(refund), Money(refund.amount), refund_attempts.given_back(refund), access)


def _operation_of(refund: Refund) -> CapturedOperation:
    return CapturedOperation(
        operation_id=refund.operation_id,
        reference=capture.reference_of(refund.gateway, refund.operation_id),
        amount=capture.captured_by(refund.gateway, refund.operation_id),
    )


@transaction.atomic(durable=True)
def _record_given_back(attempt: RefundAttempt, receipt: RefundReceipt) -> None:
    """Record what the gateway did; another attempt that found it done may have been quicker."""
    order, refund = locked_with_order(attempt.refund_id)
    refund_attempts.end(attempt, RefundAttempt.Outcome.DONE)
    if refund.state == RefundState.EXECUTED:
        return
    refund.gateway_reference = receipt.reference[:80]
    give_back(refund, order, at=clock.now(), actor=Actor(account_id=None, name=f"gateway: {refund.gateway}"))


@transaction.atomic(durable=True)
def _note_refused(attempt: RefundAttempt, refusal: RefundRefused) -> None:
    refund = Refund.objects.select_for_update(no_key=True).get(id=attempt.refund_id)
    refund_attempts.end(attempt, RefundAttempt.Outcome.REFUSED)
    warning = _AFTER_UNKNOWN if refund.attempts.filter(outcome=RefundAttempt.Outcome.UNKNOWN).exists() else ""
    refund.last_error = f"{warning}{refusal.message.es}"
    refund.save(update_fields=["last_error"])


@transaction.atomic(durable=True)
def _note_unknown(attempt: RefundAttempt) -> None:
    refund_attempts.end(attempt, RefundAttempt.Outcome.UNKNOWN)
    still_waits = Refund.objects.filter(id=attempt.refund_id, state=RefundState.APPROVED)
    still_waits.update(last_error=_NO_ANSWER)
