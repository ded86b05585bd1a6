"""The books: double entry, append-only; a posting is unique per cause and balanced by construction."""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Sum

from backend.billing.models import LedgerEntry, Order, OrderItem
from backend.reference.queries import Share, revenue_shares
from backend.services import get_service
from backend.shared import clock
from backend.shared.money import Money

RECEIVABLE = "gateway.{gateway}.receivable"
WITHHELD = "gateway.{gateway}.withheld"
BANK = "bank"
DISPUTED = "gateway.{gateway}.disputed"
HOMELESS = "homeless"
REFUNDED = "refunded.{method}"
COURT = "third_party.fine."
REGISTER_FEE = "third_party.registro_civil"
FINE, FINE_FEE = "fine", "fine_fee"


def post_settlement(order: Order, items: Iterable[OrderItem], *, cause: str, paid_at: datetime) -> None:
    """Post a settled order: the gateway owes it, each item's budget accounts and third parties have earned it.

    Raises `RateNotAvailable` where the split of a service is not known.
    """
    _post_earned(order, items, cause=cause, paid_at=paid_at, debit=RECEIVABLE.format(gateway=order.gateway))


def credits_of(item: OrderItem, paid_on: date) -> list[tuple[str, Money]]:
    """Return who has earned an item: lines of one revenue key are added up, then split; fines go to third parties."""
    service = get_service(item.obligation.service)
    by_key: dict[str, Money] = {}
    for line in item.lines:
        if line["code"] not in (FINE, FINE_FEE):
            key = service.revenue_keys.get(line["code"], service.code)
            by_key[key] = by_key.get(key, Money(0)) + Money(line["amount"])
    credits = [part for key, amount in by_key.items() for part in split(amount, revenue_shares(key, paid_on))]
    for fine in item.fines.filter(released_at=None).order_by("id"):
        credits += [(f"{COURT}{fine.commune}"[:40], Money(fine.amount)), (REGISTER_FEE, Money(fine.fee))]
    return [(account, amount) for account, amount in credits if amount]


def post_homeless(order: Order | None, amount: Money, *, gateway: str, cause: str) -> None:
    """Post money that belongs to no open debt: the gateway owes it, nobody has earned it yet."""
    _post(cause, order, debit=RECEIVABLE.format(gateway=gateway), credits=[(HOMELESS, amount)])


def post_application(order: Order, items: Iterable[OrderItem], *, cause: str, paid_at: datetime) -> None:
    """Post homeless money that pays an order after all; the day of payment decides the shares."""
    _post_earned(order, items, cause=cause, paid_at=paid_at, debit=HOMELESS)


def post_refund_of_item(item: OrderItem, *, cause: str, method: str) -> None:
    """Reverse what an item's beneficiaries earned, as it was posted, into what was given back by `method`."""
    account = REFUNDED.format(method=method.lower())
    earned = LedgerEntry.objects.filter(order_id=item.order_id, item=item).order_by("id")
    _write(cause, item.order, [(entry.credit, account, Money(entry.amount), None) for entry in earned])


def post_refund_of_homeless(order: Order | None, amount: Money, *, cause: str, method: str) -> None:
    """Post homeless money that was given back by `method`."""
    _post(cause, order, debit=HOMELESS, credits=[(REFUNDED.format(method=method.lower()), amount)])


def post_dispute(order: Order | None, amount: Money, *, gateway: str, cause: str) -> None:
    """Post what a gateway reported and its own book does not show: it owes less than it said, and must explain."""
    receivable = RECEIVABLE.format(gateway=gateway)
    _post(cause, order, debit=DISPUTED.format(gateway=gateway), credits=[(receivable, amount)])


def post_deposit(*, gateway: str, reference: str, amount: Money, withheld: Money) -> None:
    """Post a deposit: what arrived at the bank and what the gateway kept back is no longer owed by it."""
    receivable, kept_back = RECEIVABLE.format(gateway=gateway), WITHHELD.format(gateway=gateway)
    pairs = [(BANK, receivable, amount), (kept_back, receivable, withheld)]
    rows = [(debit, credit, money, None) for debit, credit, money in pairs if money]
    _write(f"deposit:{gateway}:{reference}", None, rows)


def split(amount: Money, shares: Iterable[Share]) -> list[tuple[str, Money]]:
    """Divide an amount over budget accounts, each half up, the municipality's own part taking what is left.

    The peso that rounding leaves stays with the municipality: no source fixes it (docs/adr).
    """
    ordered = sorted(shares, key=lambda share: share.beneficiary == "municipality")
    parts: list[tuple[str, Money]] = []
    rest = amount
    for share in ordered[:-1]:
        part = amount.share(Fraction(share.per_ten_thousand, 10_000))
        parts.append((share.account, part))
        rest -= part
    parts.append((ordered[-1].account, rest))
    return [(account, part) for account, part in parts if part]


def balance(account: str) -> Money:
    """Return debits less credits of an account."""
    debits = LedgerEntry.objects.filter(debit=account).aggregate(total=Sum("amount"))["total"] or 0
    credits = LedgerEntry.objects.filter(credit=account).aggregate(total=Sum("amount"))["total"] or 0
    return Money(int(debits) - int(credits))


def _post(cause: str, order: Order | None, *, debit: str, credits: Iterable[tuple[str, Money]]) -> None:
    _write(cause, order, [(debit, account, amount, None) for account, amount in credits])


def _post_earned(order: Order, items: Iterable[OrderItem], *, cause: str, paid_at: datetime, debit: str) -> None:
    paid_on = clock.domain_date(paid_at)
    _write(cause, order, [(debit, *earned, item) for item in items for earned in credits_of(item, paid_on)])


def _write(cause: str, order: Order | None, rows: Iterable[tuple[str, str, Money, OrderItem | None]]) -> None:
    now = clock.now()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            cause=cause,
            line=line,
            debit=debit,
            credit=credit,
            amount=amount.pesos,
            order=order,
            item=item,
            posted_at=now,
        )
        for line, (debit, credit, amount, item) in enumerate(rows, start=1)
    )
