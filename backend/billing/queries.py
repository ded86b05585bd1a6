"""What is owed, and how orders stand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core import signing

from backend.billing.models import CheckEvidence, Obligation, Order, OrderToken, SlotClaim
from backend.billing.owed import obligations_owed, orders_holding
from backend.billing.rates import rate_book
from backend.billing.rules import OPEN_STATES, OrderState
from backend.outbox.schemas import current_schema
from backend.profile.queries import get_profile
from backend.services import get_service
from backend.services.base import PaymentOption, Service
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.rates import RateNotAvailable
from backend.shared.text import Text

_NOT_YET = Text(es="Aún no disponible", en="Not available yet")
DEBT_ID_HOLDS_SECONDS = 2 * 60 * 60


class DebtNotFound(DomainError):
    """No debt of this municipality matches: one answer for an unknown object, a wrong RUT, another municipality."""

    code = "billing.debt_not_found"
    message = Text(
        es="No encontramos una deuda con esos datos en esta municipalidad. Revise lo que escribió, también el RUT.",
        en="We found no debt with these data in this municipality. Check what you typed, the RUT too.",
    )


class ServiceNotOffered(DomainError):
    """The municipality has not switched that service on."""

    code = "billing.service_not_offered"
    message = Text(
        es="Esta municipalidad no ofrece ese pago en línea.", en="This municipality does not offer that payment online."
    )


class OrderNotFound(DomainError):
    """The token belongs to no order of this municipality."""

    code = "billing.order_not_found"
    message = Text(es="No encontramos ese pago.", en="We found no such payment.")


@dataclass(frozen=True)
class Debt:
    """An obligation as its debtor may see it."""

    id: str
    obligation: Obligation
    service: Service
    options: Sequence[PaymentOption]
    open_order: Order | None
    is_paid: bool


def offered_service(code: str) -> Service:
    """Return a service that this municipality offers; raises `ServiceNotOffered`."""
    if code not in get_profile().services:
        raise ServiceNotOffered(field="service")
    return get_service(code)


def object_of(*, service: str, fields: Mapping[str, str]) -> str:
    """Return the key of the object that a look-up names; raises `ServiceNotOffered`, `InvalidPlate`, `InvalidRut`."""
    object_key, _rut = offered_service(service).normalise_lookup(fields)
    return object_key


def find_debts(*, service: str, fields: Mapping[str, str], today: date) -> list[Debt]:
    """Return what is owed for an object by the person whose RUT goes with it.

    Raises `ServiceNotOffered`, `InvalidPlate`, `InvalidRut`, `DebtNotFound`. One query decides
    whether anything matches, so that every miss looks and lasts the same.
    """
    plugin = offered_service(service)
    object_key, rut = plugin.normalise_lookup(fields)
    obligations = obligations_owed(service=service, object_key=object_key, rut=str(rut))
    if not obligations:
        raise DebtNotFound
    orders = orders_holding([obligation.id for obligation in obligations])
    return [_debt(plugin, obligation, orders.get(obligation.id, []), today) for obligation in obligations]


def _debt(plugin: Service, obligation: Obligation, holding: list[tuple[int, Order]], today: date) -> Debt:
    now = clock.now()
    open_orders = [order for _slot, order in holding if order.state in OPEN_STATES and order.valid_until > now]
    paid = frozenset(slot for slot, order in holding if order.state == OrderState.PAID)
    options = _options(plugin, obligation, today, paid)
    return Debt(
        id=debt_id(obligation.id),
        obligation=obligation,
        service=plugin,
        options=[option for option in options if not paid & set(option.slots)],
        open_order=open_orders[0] if open_orders else None,
        is_paid=all(paid & set(option.slots) for option in options),
    )


def _options(plugin: Service, obligation: Obligation, today: date, paid: frozenset[int]) -> list[PaymentOption]:
    """Quote a debt; one whose amount cannot be known yet says so, and hides no other debt of the look-up."""
    try:
        return plugin.options(obligation.subject, period=obligation.period, rates=rate_book(), today=today, paid=paid)
    except RateNotAvailable as missing:
        return [
            PaymentOption(
                code="not_yet",
                slots=(),
                title=_NOT_YET,
                due_on=today,
                lines=(),
                total=Money(0),
                available=False,
                note=missing.message,
                changes_on=None,
            )
        ]


def paid_slots(obligation_id: int) -> frozenset[int]:
    """Return the parts of an obligation that a paid order holds."""
    claims = SlotClaim.objects.filter(obligation_id=obligation_id, released_at=None, order__state=OrderState.PAID)
    return frozenset(claims.values_list("slot", flat=True))


def debt_id(obligation_id: int) -> str:
    """Return the capability that a look-up hands out: it opens this obligation, here, for two hours."""
    return signing.dumps(obligation_id, salt=_salt())


def obligation_of(debt: str) -> int:
    """Return the obligation of a capability; raises `DebtNotFound` for one that is old, forged or another town's."""
    try:
        return int(signing.loads(debt, salt=_salt(), max_age=DEBT_ID_HOLDS_SECONDS))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise DebtNotFound(field="debtId") from error


def _salt() -> str:
    return f"billing.debt.{current_schema()}"


def fresh_evidence(obligation_id: int, *, today: date) -> dict[str, CheckEvidence]:
    """Return today's OK answers about an obligation, by check."""
    rows = CheckEvidence.objects.filter(obligation_id=obligation_id, asked_on=today, outcome="OK").order_by("id")
    return {row.check_code: row for row in rows}


def unpaid_fines(obligation_id: int, *, today: date) -> CheckEvidence | None:
    """Return today's last answer that names fines which may be paid with the permit."""
    rows = CheckEvidence.objects.filter(
        obligation_id=obligation_id, asked_on=today, check_code="fines", outcome="NOT_OK", reason="unpaid"
    )
    return rows.order_by("-id").first()


def older_obligations(obligation: Obligation) -> list[Obligation]:
    """Return the earlier periods of the same object, oldest first."""
    rows = Obligation.objects.filter(
        service=obligation.service,
        object_key=obligation.object_key,
        period__lt=obligation.period,
        withdrawn_at=None,
    )
    return list(rows.order_by("period"))


def order_of_token(token: str) -> Order:
    """Return the order that a bearer's token opens; raises `OrderNotFound`."""
    row = OrderToken.objects.select_related("order").filter(token_sha256=token_hash(token)).first()
    if row is None:
        raise OrderNotFound(field="token")
    return row.order


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def visible_state(order: Order, *, now: datetime) -> OrderState:
    """Return the state as the payer sees it: an open order past its validity is expired, whoever notices first."""
    state = OrderState(order.state)
    return OrderState.EXPIRED if state in OPEN_STATES and order.valid_until <= now else state
