"""Orders: made from fresh quotes and evidence, resumed, cancelled. Amounts come from the rules, never from outside."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from backend.billing import queries, slots
from backend.billing.models import CheckEvidence, Obligation, Order, OrderItem, OrderToken, SlotClaim
from backend.billing.order_input import (
    IdempotencyConflict,
    WantedItem,
    checked_email,
    checked_return_url,
    fingerprint_of,
    wanted_options,
)
from backend.billing.quoting import FINES, Quoted, quote_items
from backend.billing.rules import OPEN_STATES, OrderState, quote_valid_until, require_edge
from backend.outbox.requests import is_usable_key
from backend.profile.queries import gateway_in_use
from backend.services.base import QuoteLine
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.text import Text
from backend.tenants.queries import current_tenant

BATCH = 100
REPORT_MAY_TAKE = timedelta(minutes=15)
OVERDUE = """EXISTS (
    SELECT FROM {schema}.billing_order WHERE state IN ('CREATED', 'SENT') AND valid_until <= now()
    AND (state = 'CREATED' OR valid_until <= now() - interval '15 minutes'))"""


class OrderNotOpen(DomainError):
    """The order can no longer be continued or cancelled."""

    code = "billing.order_not_open"
    message = Text(
        es="Ese pago ya no está abierto. Busque la deuda de nuevo.",
        en="That payment is no longer open. Look the debt up again.",
    )


@dataclass(frozen=True)
class OpenedOrder:
    """An order with a token for its bearer; the token is shown once and stored hashed."""

    order: Order
    token: str


def create_order(
    *, items: Sequence[WantedItem], email: str, key: str, return_url: str | None, language: str, now: datetime
) -> OpenedOrder:
    """Take slots, freeze the quote and its evidence, and record the order, in one transaction.

    Safe to repeat: the same key with the same request gives the same order (and a new token).
    Raises `DebtNotFound`, `EmailNotUsable`, `OrderEmpty`, `TooManyDebts`, `OptionNotAvailable`, `ChecksMissing`,
    `OlderDebtFirst`, `SlotTaken`, `ReturnAddressNotRegistered`, `IdempotencyConflict`, `RateNotAvailable`,
    `ProfileIncomplete`.
    """
    wanted = wanted_options(items)
    address = checked_email(email)
    page = checked_return_url(return_url)
    fingerprint = fingerprint_of(wanted, address, page)
    if not is_usable_key(key):
        raise IdempotencyConflict(field="idempotencyKey")
    with transaction.atomic(durable=True):
        obligations = locked_obligations(wanted)
        known = Order.objects.filter(idempotency_key=key).first()
        if known is not None:
            if known.fingerprint != fingerprint:
                raise IdempotencyConflict(field="idempotencyKey")
            return _opened(known)
        quoted = quote_items(obligations, wanted, now=now)
        order = record_order(
            quoted, email=address, key=key, fingerprint=fingerprint, return_url=page, language=language, now=now
        )
        return _opened(order)


@transaction.atomic(durable=True)
def resume_order(*, debt: str, now: datetime) -> OpenedOrder:
    """Give a fresh token for the open order of a debt, to continue it or to start again; raises `OrderNotOpen`."""
    claims = SlotClaim.objects.select_related("order").filter(
        obligation_id=queries.obligation_of(debt),
        released_at=None,
        order__state__in=OPEN_STATES,
        order__valid_until__gt=now,
    )
    claim = claims.first()
    if claim is None:
        raise OrderNotOpen
    return _opened(claim.order)


@transaction.atomic(durable=True)
def cancel_order(*, token: str) -> Order:
    """Give up an open order and free its slots; a payment that still arrives is settled if they are free then.

    Safe to repeat. Raises `OrderNotFound`, `OrderNotOpen`.
    """
    order = Order.objects.select_for_update(no_key=True).get(id=queries.order_of_token(token).id)
    if order.state == OrderState.CANCELLED:
        return order
    if order.state not in OPEN_STATES:
        raise OrderNotOpen
    move(order, OrderState.CANCELLED)
    slots.release(order)
    return order


def move(order: Order, target: OrderState) -> str:
    """Follow an edge of the graph and save the state; returns the event's name. The caller holds the row's lock."""
    event = require_edge(OrderState(order.state), target)
    order.state = target
    order.save(update_fields=["state"])
    return event


def expire_stale_orders(obligation_ids: Sequence[int], *, now: datetime) -> None:
    """Let go of slots whose order is past its validity. The caller holds the obligations' locks."""
    stale = SlotClaim.objects.filter(
        obligation_id__in=obligation_ids, released_at=None, order__state__in=OPEN_STATES, order__valid_until__lte=now
    )
    for order in Order.objects.select_for_update(no_key=True).filter(id__in=stale.values("order_id")).order_by("id"):
        if order.state in OPEN_STATES:
            move(order, OrderState.EXPIRED)
            slots.release(order)


def lock_orders_of(obligations: QuerySet[Obligation]) -> list[Order]:
    """Lock every order that was ever made for these debts, whatever became of it. The caller holds the debts' locks.

    Who takes a debt away needs this before it asks what is paid: a payment that is being settled ends first, one that
    is settled later sees what the caller did. No order is added meanwhile, as making one locks its debts.
    """
    of_debts = OrderItem.objects.filter(obligation__in=obligations).values("order_id")
    return list(Order.objects.select_for_update(no_key=True).filter(id__in=of_debts).order_by("id"))


@transaction.atomic(durable=True)
def expire_overdue_orders(*, now: datetime) -> int:
    """End up to `BATCH` open orders past their validity and free what they hold; several clocks take different ones.

    One that was handed over to its gateway stays for a while: the report of a payment made in time may be on its way.
    """
    is_over = Q(state=OrderState.CREATED, valid_until__lte=now) | Q(
        state=OrderState.SENT, valid_until__lte=now - REPORT_MAY_TAKE
    )
    rows = Order.objects.select_for_update(skip_locked=True, no_key=True).filter(is_over).order_by("valid_until")
    overdue = list(rows[:BATCH])
    for order in overdue:
        move(order, OrderState.EXPIRED)
        slots.release(order)
    return len(overdue)


def locked_obligations(wanted: Mapping[int, WantedItem]) -> list[Obligation]:
    """Lock what was chosen, in order; raises `DebtNotFound` where some of it is not owed any more."""
    rows = Obligation.objects.select_for_update(no_key=True, of=("self",)).select_related("taxpayer")
    found = list(rows.filter(id__in=wanted, withdrawn_at=None).order_by("id"))
    if len(found) != len(wanted):
        raise queries.DebtNotFound(field="items")
    return found


def record_order(
    quoted: Sequence[Quoted], *, email: str, key: str, fingerprint: str, return_url: str, language: str, now: datetime
) -> Order:
    """Take slots and write down an order, in the caller's transaction; raises `SlotTaken`, `IdempotencyConflict`."""
    expire_stale_orders([item.obligation.id for item in quoted], now=now)
    changes = [item.option.changes_on for item in quoted if item.option.changes_on]
    try:
        with transaction.atomic():
            order = Order.objects.create(
                number=_draft_number(),
                email=email,
                language=language,
                total=sum(item.total.pesos for item in quoted),
                return_url=return_url,
                idempotency_key=key,
                fingerprint=fingerprint,
                created_at=now,
                valid_until=quote_valid_until(
                    now=now, changes_at=clock.day_starts_at(min(changes)) if changes else None
                ),
                gateway=gateway_in_use(),
            )
    except IntegrityError as error:  # another request under this key, for other debts, was recorded meanwhile
        raise IdempotencyConflict(field="idempotencyKey") from error
    order.number = order_number(current_tenant().commune_code, order.id)
    order.save(update_fields=["number"])
    for item in quoted:
        slots.claim(order, item.obligation.id, item.option.slots)
        row = OrderItem.objects.create(
            order=order,
            obligation=item.obligation,
            option=item.option.code,
            amount=item.total.pesos,
            lines=[_line_as_data(line) for line in item.lines],
            evidence={code: _evidence_as_data(row, item) for code, row in item.evidence.items()},
        )
        slots.claim_fines(row, item.fines)
    return order


def order_number(commune_code: str, order_id: int) -> str:
    """Return our id at the gateway (IDEXT, 20 characters at most): commune, sequence, four characters of chance."""
    return f"{commune_code}{order_id:08d}{secrets.token_hex(2).upper()}"


def _draft_number() -> str:
    return f"?{secrets.token_hex(9)}"


def _line_as_data(line: QuoteLine) -> dict[str, object]:
    return {
        "code": line.code,
        "es": line.text.es,
        "en": line.text.en,
        "base": line.base.pesos if line.base is not None else None,
        "rate": line.rate,
        "law": line.law,
        "amount": line.amount.pesos,
    }


def _evidence_as_data(row: CheckEvidence, item: Quoted) -> dict[str, object]:
    paid_here = {"paid_here": str(len(item.fines))} if row.check_code == FINES and item.fines else {}
    return {
        "evidence": row.id,
        "asked_at": row.asked_at.isoformat(),
        "raw_sha256": row.raw_sha256,
        "references": {**row.references, **paid_here},
    }


def _opened(order: Order) -> OpenedOrder:
    return OpenedOrder(order=order, token=issue_token(order))


def issue_token(order: Order) -> str:
    """Make a token of 128 random bits for an order; only its hash is kept."""
    token = secrets.token_urlsafe(16)
    OrderToken.objects.create(order=order, token_sha256=queries.token_hash(token), created_at=clock.now())
    return token
