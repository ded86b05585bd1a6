"""What staff decide about money without a home: applied to a debt, given back, or claimed at the gateway.

Whoever decides states the amount that she believes open: where somebody else has decided meanwhile, it is refused and
the real figure is told (as GOV.UK Pay answers 412 where the amount available for a refund has changed).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backend.audit.actors import Actor
from backend.audit.operations import record
from backend.billing import capture, events, evidence, ledger, queries, refunds
from backend.billing.homeless_queries import HomelessNotFound
from backend.billing.models import HomelessDecision, HomelessMoney, Obligation, Order
from backend.billing.operations import locked_obligations, move, record_order
from backend.billing.order_input import WantedItem, checked_email, checked_return_url, fingerprint_of
from backend.billing.quoting import quote_items
from backend.billing.rules import HomelessState, OrderState, require_edge
from backend.checks.base import CheckAnswer
from backend.outbox import operations as outbox
from backend.outbox.requests import once_per_key, row_of
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text

APPLY, REFUND, CLAIM = HomelessDecision.Action.APPLY, HomelessDecision.Action.REFUND, HomelessDecision.Action.CLAIM
MEANS = "Imputación de un pago anterior"
_LONGEST_NOTE = 400


class OpenAmountChanged(DomainError):
    """Another amount is open than the person who decides believes: somebody decided meanwhile."""

    code = "billing.open_amount_changed"
    message = Text(
        es="Quedan {open} por resolver, no {stated}: alguien decidió entretanto. Revise antes de decidir.",
        en="{open} is open, not {stated}: somebody has decided meanwhile. Look again before you decide.",
    )


class NothingOpen(DomainError):
    """All of it was decided."""

    code = "billing.nothing_open"
    message = Text(es="Este dinero ya está resuelto: no queda nada abierto.", en="All of this money was decided.")


class NotEnoughOpen(DomainError):
    """The decision takes more than what is open."""

    code = "billing.not_enough_open"
    message = Text(es="Se necesitan {needed} y quedan {open}.", en="{needed} is needed and {open} is open.")


class AmountNotUsable(DomainError):
    """A refund takes an amount."""

    code = "billing.amount_not_usable"
    message = Text(es="Indique un monto mayor que cero.", en="Give an amount greater than zero.")


class DebtOfAnotherTaxpayer(DomainError):
    """The debt is not of the person who paid, or it is not known who paid."""

    code = "billing.debt_of_another_taxpayer"
    message = Text(
        es="La deuda no es de la persona que pagó ({payer}). El dinero solo puede usarse en una deuda suya.",
        en="The debt is not of the person who paid ({payer}). The money can only pay a debt of hers.",
    )


class NoteMissing(DomainError):
    """A decision says why."""

    code = "billing.note_missing"
    message = Text(es="Escriba el motivo: queda en el registro.", en="Write the reason: it stays in the log.")


@dataclass(frozen=True)
class _Taken:
    """What a decision takes of the money, for the order that it pays."""

    amount: Money
    note: str
    order: Order | None = None


def check_debt(*, homeless_id: int, obligation_id: int, actor: Actor, now: datetime) -> dict[str, CheckAnswer]:
    """Have the registers asked about a debt that the money may pay; what was OK today is not asked again.

    Safe to repeat. No network call inside a transaction. Raises `HomelessNotFound`, `DebtNotFound`,
    `DebtOfAnotherTaxpayer`, `ServiceNotOffered`.
    """
    row = HomelessMoney.objects.filter(id=homeless_id).first()
    obligation = Obligation.objects.select_related("taxpayer").filter(id=obligation_id, withdrawn_at=None).first()
    if row is None:
        raise HomelessNotFound(field="id")
    if obligation is None:
        raise queries.DebtNotFound(field="debtId")
    _require_same_taxpayer(row, obligation)
    answers = evidence.run_checks(debt=queries.debt_id(obligation_id), today=clock.domain_date(now))
    _note_check(homeless_id, {code: ("", answer.outcome.value) for code, answer in answers.items()}, actor)
    return answers


@transaction.atomic(durable=True)
def _note_check(homeless_id: int, changes: dict[str, tuple[object, object]], actor: Actor) -> None:
    record(actor=actor, act="homeless.checked", object_kind="HomelessMoney", object_key=homeless_id, changes=changes)


@once_per_key(kept=row_of(HomelessDecision))
def apply_to_debt(
    *,
    homeless_id: int,
    obligation_id: int,
    option: str,
    stated_open: Money,
    actor: Actor,
    now: datetime,
    with_fines: bool = False,
    email: str | None = None,
    note: str = "",
    request_key: str | None = None,
) -> HomelessDecision:
    """Pay a debt of the same taxpayer with the money, at today's quote; what is left stays open.

    The order that it pays is quoted like any other and goes from CREATED to PAID in this transaction, so that its
    documents follow. They go to `email`, else where the order that was paid would have sent them.
    Raises `HomelessNotFound`, `NothingOpen`, `OpenAmountChanged`, `DebtNotFound`, `DebtOfAnotherTaxpayer`,
    `EmailNotUsable`, `NotEnoughOpen`, and what `operations.create_order` raises of its quote and slots.
    """
    row = _locked(homeless_id, stated_open)
    wanted = {obligation_id: WantedItem(debt="", option=option, with_fines=with_fines)}
    obligations = locked_obligations(wanted)
    _require_same_taxpayer(row, obligations[0])
    address = checked_email(email or (row.order.email if row.order else ""))
    quoted = quote_items(obligations, wanted, now=now)
    total = sum((item.total for item in quoted), Money(0))
    if total.pesos > row.open_amount:
        raise NotEnoughOpen(needed=total, open=Money(row.open_amount), field="option")
    _require_captured(row, total)
    page = checked_return_url(None)
    order = record_order(
        quoted,
        email=address,
        key=f"homeless:{row.id}:{secrets.token_hex(12)}",
        fingerprint=fingerprint_of(wanted, address, page),
        return_url=page,
        language=row.order.language if row.order else "es",
        now=now,
    )
    _pay(order, row, now)
    decision = _decide(row, APPLY, _Taken(amount=total, note=note.strip()[:_LONGEST_NOTE], order=order), actor)
    items = list(order.items.select_related("obligation").order_by("id"))
    ledger.post_application(order, items, cause=f"decision:{decision.id}", paid_at=now)
    return decision


def _require_captured(row: HomelessMoney, total: Money) -> None:
    """Refunds and applications of an operation never exceed what it captured, whatever the row says."""
    operation = {"gateway": row.reading.gateway, "operation_id": row.reading.operation_id}
    capture.lock_operation(**operation)
    capture.require_left(total, **operation)


def _pay(order: Order, row: HomelessMoney, now: datetime) -> None:
    """Follow the edge to PAID; the order is of the gateway's operation that captured the money."""
    order.gateway, order.operation_id = row.reading.gateway, row.reading.operation_id
    order.paid_at, order.means = now, MEANS
    order.save(update_fields=["gateway", "operation_id", "paid_at", "means"])
    event = move(order, OrderState.PAID)
    assert event == events.PaymentSettled.__name__
    outbox.publish(events.PaymentSettled(order_id=order.id))
    if order.fines.exists():
        outbox.publish(events.FinesPaid(order_id=order.id))


@once_per_key(kept=row_of(HomelessDecision))
def refund(
    *,
    homeless_id: int,
    stated_open: Money,
    amount: Money,
    reason: str,
    actor: Actor,
    email: str = "",
    request_key: str | None = None,
) -> HomelessDecision:
    """Request that the money, or a part of it, be given back; a second person approves (`backend.billing.refunds`).

    Raises `HomelessNotFound`, `NothingOpen`, `OpenAmountChanged`, `AmountNotUsable`, `NotEnoughOpen`, `NoteMissing`,
    `EmailNotUsable`.
    """
    said = _required(reason, field="reason")
    if amount.pesos <= 0:
        raise AmountNotUsable(field="amount")
    row = _locked(homeless_id, stated_open)
    if amount.pesos > row.open_amount:
        raise NotEnoughOpen(needed=amount, open=Money(row.open_amount), field="amount")
    address = checked_email(email) if email.strip() else (row.order.email if row.order else "")
    decision = _decide(row, REFUND, _Taken(amount=amount, note=said), actor)
    refunds.request_for_decision(
        decision,
        order=row.order,
        gateway=row.reading.gateway,
        operation_id=row.reading.operation_id,
        email=address,
        reason=said,
        actor=actor,
    )
    return decision


@once_per_key(kept=row_of(HomelessDecision))
def claim_at_gateway(
    *, homeless_id: int, stated_open: Money, note: str, actor: Actor, request_key: str | None = None
) -> HomelessDecision:
    """Record that the gateway is asked to explain the money; it stays open until it is applied or given back.

    Raises `HomelessNotFound`, `NothingOpen`, `OpenAmountChanged`, `NoteMissing`.
    """
    said = _required(note, field="note")
    row = _locked(homeless_id, stated_open)
    return _decide(row, CLAIM, _Taken(amount=Money(0), note=said), actor)


def _locked(homeless_id: int, stated_open: Money) -> HomelessMoney:
    """Lock the money and compare what is open with what the person believes."""
    rows = HomelessMoney.objects.select_for_update(no_key=True, of=("self",)).select_related("reading", "order")
    row = rows.filter(id=homeless_id).first()
    if row is None:
        raise HomelessNotFound(field="id")
    _require_stated(row, stated_open)
    return row


def _require_stated(row: HomelessMoney, stated_open: Money) -> None:
    if row.state == HomelessState.CLOSED:
        raise NothingOpen(field="statedOpen")
    if stated_open.pesos != row.open_amount:
        raise OpenAmountChanged(open=Money(row.open_amount), stated=stated_open, field="statedOpen")


def _decide(row: HomelessMoney, action: HomelessDecision.Action, taken: _Taken, actor: Actor) -> HomelessDecision:
    """Write the decision down, move the money by the graph, tell, and log; the caller holds the row's lock."""
    before, state_before = row.open_amount, row.state
    row.open_amount -= taken.amount.pesos
    target = _target(HomelessState(row.state), action, row.open_amount)
    event = require_edge(HomelessState(row.state), target)
    assert event == events.HomelessDecided.__name__
    row.state = target
    row.save(update_fields=["open_amount", "state"])
    decision = HomelessDecision.objects.create(
        homeless=row,
        action=action,
        amount=taken.amount.pesos,
        note=taken.note,
        order=taken.order,
        account_id=actor.account_id,
        account_name=actor.name,
        decided_at=clock.now(),
    )
    outbox.publish(events.HomelessDecided(decision_id=decision.id))
    record(
        actor=actor,
        act=f"homeless.{_ACTS[action]}",
        object_kind="HomelessMoney",
        object_key=row.id,
        changes={"open_amount": (before, row.open_amount), "state": (str(state_before), str(row.state))},
    )
    return decision


_ACTS = {APPLY: "applied", REFUND: "refund_requested", CLAIM: "claimed"}


def _target(state: HomelessState, action: HomelessDecision.Action, open_amount: int) -> HomelessState:
    if not open_amount:
        return HomelessState.CLOSED
    return HomelessState.CLAIMED if action == CLAIM else state


def _require_same_taxpayer(row: HomelessMoney, obligation: Obligation) -> None:
    if not row.payer_rut or obligation.taxpayer.rut != row.payer_rut:
        raise DebtOfAnotherTaxpayer(payer=row.payer_rut or "—", field="debtId")


def _required(text: str, *, field: str) -> str:
    if not text.strip():
        raise NoteMissing(field=field)
    return text.strip()[:_LONGEST_NOTE]
