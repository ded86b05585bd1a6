"""What an order will cost, item by item: the option by the rules, the fines that go with it, the evidence used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backend.billing import queries
from backend.billing.ledger import FINE, FINE_FEE
from backend.billing.models import CheckEvidence, FineClaim, Obligation
from backend.billing.order_input import WantedItem
from backend.billing.rates import rate_book
from backend.billing.rules import OrderState
from backend.checks import get_register
from backend.checks.base import PayableFine
from backend.services.base import PaymentOption, QuoteLine, Service
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text

FINES_LAW = "Ley 18.287 art. 24"
FINES = "fines"


class OptionNotAvailable(DomainError):
    """That way of paying does not exist for the debt, or not today."""

    code = "billing.option_not_available"
    message = Text(
        es="Esa forma de pago no está disponible hoy. Busque la deuda de nuevo.",
        en="That way of paying is not available today. Look the debt up again.",
    )


class ChecksMissing(DomainError):
    """A register has not answered OK today about that object."""

    code = "billing.checks_missing"
    message = Text(
        es="Faltan verificaciones vigentes: {names}. Repítalas antes de pagar.",
        en="Valid checks are missing: {names}. Repeat them before paying.",
    )


class OlderDebtFirst(DomainError):
    """An older period of the same object is still owed: it is paid before, or in the same order."""

    code = "billing.older_debt_first"
    message = Text(
        es="Primero debe pagar lo pendiente de {periods}, o incluirlo en este mismo pago.",
        en="What is owed for {periods} must be paid first, or in this same payment.",
    )


@dataclass(frozen=True)
class Quoted:
    """One item of an order: `total` is the option's and the fines' together."""

    obligation: Obligation
    option: PaymentOption
    fines: tuple[PayableFine, ...]
    evidence: Mapping[str, CheckEvidence]

    @property
    def lines(self) -> tuple[QuoteLine, ...]:
        """The option's lines, then two for each fine; they add up to the total."""
        return (*self.option.lines, *(line for fine in self.fines for line in _fine_lines(fine)))

    @property
    def total(self) -> Money:
        """What the item costs."""
        return sum((fine.total for fine in self.fines), self.option.total)


def quote_items(obligations: Sequence[Obligation], wanted: Mapping[int, WantedItem], *, now: datetime) -> list[Quoted]:
    """Quote what was chosen, by today's rules and evidence.

    Raises `OptionNotAvailable`, `ChecksMissing`, `OlderDebtFirst`, `RateNotAvailable`.
    """
    today = clock.domain_date(now)
    quoted: list[Quoted] = []
    known_fines: set[str] = set()
    for obligation in obligations:
        item = _quote(obligation, wanted[obligation.id], today, known_fines)
        known_fines |= {fine.fine_id for fine in item.fines}
        quoted.append(item)
    _require_oldest_first(quoted, today)
    return quoted


def _quote(obligation: Obligation, wanted: WantedItem, today: date, known_fines: set[str]) -> Quoted:
    service = queries.offered_service(obligation.service)
    paid = queries.paid_slots(obligation.id)
    options = service.options(obligation.subject, period=obligation.period, rates=rate_book(), today=today, paid=paid)
    option = next((option for option in options if option.code == wanted.option and option.available), None)
    if option is None or not option.total:
        raise OptionNotAvailable(field="option")
    evidence = queries.fresh_evidence(obligation.id, today=today)
    fines: tuple[PayableFine, ...] = ()
    if wanted.with_fines and FINES in service.checks and FINES not in evidence:
        unpaid = queries.unpaid_fines(obligation.id, today=today)
        if unpaid is not None:
            evidence[FINES] = unpaid
            fines = tuple(fine for fine in still_unpaid(unpaid) if fine.fine_id not in known_fines)
    missing = [get_register(code).name for code in service.checks if code not in evidence]
    if missing:
        names = Text(es=", ".join(name.es for name in missing), en=", ".join(name.en for name in missing))
        raise ChecksMissing(names=names)
    return Quoted(obligation=obligation, option=option, fines=fines, evidence=evidence)


def still_unpaid(evidence: CheckEvidence) -> tuple[PayableFine, ...]:
    """Return the fines of an answer that no paid order of this municipality has paid since."""
    fines = tuple(
        PayableFine(**{**fine, "amount": Money(fine["amount"]), "fee": Money(fine["fee"])}) for fine in evidence.payable
    )
    paid = FineClaim.objects.filter(
        fine_id__in=[fine.fine_id for fine in fines], released_at=None, order__state=OrderState.PAID
    )
    known = set(paid.values_list("fine_id", flat=True))
    return tuple(fine for fine in fines if fine.fine_id not in known)


def _fine_lines(fine: PayableFine) -> tuple[QuoteLine, QuoteLine]:
    what = Text(
        es=f"Multa de tránsito, {fine.court}, rol {fine.roll}-{fine.year}",
        en=f"Traffic fine, {fine.court}, roll {fine.roll}-{fine.year}",
    )
    fee = Text(es="Arancel del Registro de Multas", en="Fee of the register of fines")
    return (
        QuoteLine(code=FINE, text=what, base=None, rate="", law=FINES_LAW, amount=fine.amount),
        QuoteLine(code=FINE_FEE, text=fee, base=None, rate="", law=FINES_LAW, amount=fine.fee),
    )


def _require_oldest_first(quoted: Sequence[Quoted], today: date) -> None:
    in_order = {item.obligation.id: frozenset(item.option.slots) for item in quoted}
    for item in quoted:
        service = queries.offered_service(item.obligation.service)
        if not service.oldest_first:
            continue
        owed = [
            older.period
            for older in queries.older_obligations(item.obligation)
            if owed_slots(service, older, today) - in_order.get(older.id, frozenset())
        ]
        if owed:
            raise OlderDebtFirst(periods=", ".join(owed), field="items")


def owed_slots(service: Service, obligation: Obligation, today: date) -> frozenset[int]:
    """Return the parts of an obligation that are still to be paid; what costs nothing is not owed."""
    options = service.options(
        obligation.subject, period=obligation.period, rates=rate_book(), today=today, paid=frozenset()
    )
    slots = frozenset(slot for option in options if option.total for slot in option.slots)
    return slots - queries.paid_slots(obligation.id)
