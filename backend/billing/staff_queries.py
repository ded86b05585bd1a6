"""What staff ask about debts."""

from collections.abc import Sequence
from datetime import date

from backend.billing.models import Obligation
from backend.billing.queries import DebtNotFound, paid_slots
from backend.billing.rates import rate_book
from backend.services import get_service
from backend.services.base import PaymentOption
from backend.shared.errors import DomainError
from backend.shared.rut import parse_rut
from backend.shared.text import Text

__all__ = ["NothingToLookFor", "find_obligations", "get_obligation", "options_today", "paid_slots"]

MOST = 100


class NothingToLookFor(DomainError):
    """A search names an object or a person."""

    code = "billing.nothing_to_look_for"
    message = Text(es="Indique la patente, el rol o el RUT.", en="Give the plate, the role or the RUT.")


def find_obligations(*, service: str | None, object_key: str | None, rut: str | None) -> Sequence[Obligation]:
    """Return debts of an object or of a person, withdrawn ones too. Raises `NothingToLookFor`, `InvalidRut`."""
    if not object_key and not rut:
        raise NothingToLookFor
    rows = Obligation.objects.select_related("taxpayer")
    if service:
        rows = rows.filter(service=service)
    if object_key:
        rows = rows.filter(object_key=object_key.strip().upper())
    if rut:
        rows = rows.filter(taxpayer__rut=str(parse_rut(rut)))
    return list(rows.order_by("object_key", "period")[:MOST])


def get_obligation(obligation_id: int) -> Obligation:
    """Return a debt with its taxpayer; raises `DebtNotFound`."""
    row = Obligation.objects.select_related("taxpayer").filter(id=obligation_id).first()
    if row is None:
        raise DebtNotFound(field="id")
    return row


def options_today(obligation: Obligation, *, today: date) -> list[PaymentOption]:
    """Return the ways to pay a debt today; raises `RateNotAvailable`, so that staff see what is missing."""
    return get_service(obligation.service).options(
        obligation.subject,
        period=obligation.period,
        rates=rate_book(),
        today=today,
        paid=paid_slots(obligation.id),
    )
