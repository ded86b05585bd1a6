"""Money without a home as staff see it: with its age, the debts that it could pay, and what is proposed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from backend.billing.models import HomelessDecision, HomelessMoney, Obligation
from backend.billing.owed import orders_holding
from backend.billing.rates import rate_book
from backend.billing.rules import OPEN_STATES, HomelessState, proposed_action
from backend.profile.queries import ProfileIncomplete, get_profile
from backend.services import get_service
from backend.services.base import PaymentOption
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.paging import CursorInvalid, Page, key_of, page_of, rows_to_fetch
from backend.shared.text import Text

UNDECIDED = (HomelessState.OPEN, HomelessState.CLAIMED)
_AT_A_TIME = 200
_MOST_DEBTS = 20
"""Of one person: who owes more looks the debts up."""
_MOST_LOOKED_AT = 2_000


class HomelessNotFound(DomainError):
    """There is no such money in this municipality."""

    code = "billing.homeless_not_found"
    message = Text(es="No existe ese dinero por aplicar.", en="There is no such money without a home.")


@dataclass(frozen=True)
class Wanted:
    """Which money: what is None is not asked for. `older_than` is an age."""

    states: Sequence[HomelessState] | None = None
    reason: str | None = None
    payer_rut: str | None = None
    older_than: timedelta | None = None


@dataclass(frozen=True)
class PayableDebt:
    """A way to pay a debt of the same taxpayer, today, with what is open."""

    obligation: Obligation
    option: PaymentOption


@dataclass(frozen=True)
class Homeless:
    """A row with what it could pay and what is proposed."""

    row: HomelessMoney
    proposed: str
    payable: Sequence[PayableDebt] = field(default=())

    @property
    def state(self) -> HomelessState:
        """Where it is."""
        return HomelessState(self.row.state)

    @property
    def age(self) -> timedelta:
        """Since the gateway took the money, by the machine's clock."""
        return max(clock.now() - self.row.since, timedelta(0))


def get_homeless(wanted: Wanted, *, first: int, after: str | None = None, today: date) -> Page[Homeless]:
    """Return a page of money without a home, oldest first. Raises `CursorInvalid`, `PageTooLarge`."""
    rows = _found(wanted)
    if after is not None:
        since, row_id = _place(after)
        rows = rows.filter(Q(since__gt=since) | Q(since=since, id__gt=row_id))
    seen = seen_with_proposals(list(rows[: rows_to_fetch(first)]), today=today)
    return page_of(seen, first=first, key=lambda each: (each.row.since.isoformat(), each.row.id))


def get_one_homeless(homeless_id: int, *, today: date) -> Homeless:
    """Return one with its decisions; raises `HomelessNotFound`."""
    row = _rows().filter(id=homeless_id).first()
    if row is None:
        raise HomelessNotFound(field="id")
    return seen_with_proposals([row], today=today)[0]


def all_homeless(wanted: Wanted, *, today: date) -> Iterator[Homeless]:
    """Yield all money without a home, oldest first, without holding all of it."""
    batch: list[HomelessMoney] = []
    for row in _found(wanted).iterator(chunk_size=_AT_A_TIME):
        batch.append(row)
        if len(batch) == _AT_A_TIME:
            yield from seen_with_proposals(batch, today=today)
            batch = []
    yield from seen_with_proposals(batch, today=today)


def count_homeless(wanted: Wanted) -> int:
    """Return how many there are."""
    return _found(wanted).count()


def seen_with_proposals(rows: Sequence[HomelessMoney], *, today: date) -> list[Homeless]:
    """Look for debts that the money could pay today, and propose what to do with each."""
    open_rows = [row for row in rows if row.state != HomelessState.CLOSED]
    costs = _debts_with_options({row.payer_rut for row in open_rows if row.payer_rut}, today=today)
    return [_seen(row, costs.get(row.payer_rut, ())) for row in rows]


def _seen(row: HomelessMoney, debts: Sequence[PayableDebt]) -> Homeless:
    if row.state == HomelessState.CLOSED:
        return Homeless(row=row, proposed="")
    payable = [debt for debt in debts if debt.option.total.pesos <= row.open_amount]
    proposed = proposed_action(
        reason=row.reason, open_amount=Money(row.open_amount), payable=[debt.option.total for debt in payable]
    )
    return Homeless(row=row, proposed=proposed, payable=payable)


def _rows() -> "QuerySet[HomelessMoney]":
    decided = HomelessDecision.objects.select_related("order", "refund").order_by("id")
    rows = HomelessMoney.objects.select_related("reading", "order").prefetch_related(
        Prefetch("decisions", queryset=decided)
    )
    return rows.order_by("since", "id")


def _found(wanted: Wanted) -> "QuerySet[HomelessMoney]":
    filters: dict[str, object] = {
        "state__in": None if wanted.states is None else list(wanted.states),
        "reason": wanted.reason,
        "payer_rut": wanted.payer_rut,
        "since__lte": None if wanted.older_than is None else clock.now() - wanted.older_than,
    }
    return _rows().filter(**{name: value for name, value in filters.items() if value is not None})


def _place(cursor: str) -> tuple[datetime, int]:
    since, row_id = key_of(cursor, str, int)
    try:
        place = datetime.fromisoformat(str(since))
    except ValueError as error:
        raise CursorInvalid(field="after") from error
    if place.tzinfo is None or not 0 <= int(row_id) < 2**63:
        raise CursorInvalid(field="after")
    return place, int(row_id)


def _debts_with_options(ruts: Iterable[str], *, today: date) -> Mapping[str, list[PayableDebt]]:
    """Return what these taxpayers could pay today, by RUT; what an open or paid order holds is left out."""
    by_rut: dict[str, list[Obligation]] = {}
    rows = Obligation.objects.select_related("taxpayer").filter(
        taxpayer__rut__in=sorted(ruts), withdrawn_at=None, service__in=_offered()
    )
    for row in rows.order_by("period", "id")[:_MOST_LOOKED_AT]:
        of_one = by_rut.setdefault(row.taxpayer.rut, [])
        if len(of_one) < _MOST_DEBTS:
            of_one.append(row)
    held = _held_slots([row.id for debts in by_rut.values() for row in debts])
    return {
        rut: [debt for row in debts for debt in _ways_to_pay(row, held.get(row.id, frozenset()), today)]
        for rut, debts in by_rut.items()
    }


def _offered() -> list[str]:
    try:
        return sorted(get_profile().services)
    except ProfileIncomplete:  # it was not set up; money may have come all the same
        return []


def _held_slots(obligation_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
    now = clock.now()
    return {
        obligation_id: frozenset(
            slot for slot, order in holding if order.state not in OPEN_STATES or order.valid_until > now
        )
        for obligation_id, holding in orders_holding(obligation_ids).items()
    }


def _ways_to_pay(obligation: Obligation, held: frozenset[int], today: date) -> Iterator[PayableDebt]:
    try:
        options = get_service(obligation.service).options(
            obligation.subject, period=obligation.period, rates=rate_book(), today=today, paid=held
        )
    except DomainError:  # a rate that is not known yet: the debt cannot be paid today
        return
    for option in options:
        if option.available and option.total and not held & set(option.slots):
            yield PayableDebt(obligation, option)
