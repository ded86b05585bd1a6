"""The books: double entry, append-only; a posting is unique per cause and balanced by construction."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from django.db.models import Sum

from backend.billing.models import LedgerEntry, Order, OrderItem
from backend.reference.queries import Share, revenue_shares
from backend.shared import clock
from backend.shared.money import Money

RECEIVABLE = "gateway.{gateway}.receivable"
HOMELESS = "homeless"


def post_settlement(order: Order, items: Iterable[OrderItem], *, cause: str, paid_at: datetime) -> None:
    """Post a settled order: the gateway owes it, each item's budget accounts have earned it.

    Raises `RateNotAvailable` where the split of a service is not known.
    """
    entries: list[tuple[str, Money]] = []
    for item in items:
        shares = revenue_shares(item.obligation.service, clock.domain_date(paid_at))
        entries += split(Money(item.amount), shares)
    _post(cause, order, debit=RECEIVABLE.format(gateway=order.gateway), credits=entries)


def post_homeless(order: Order | None, amount: Money, *, gateway: str, cause: str) -> None:
    """Post money that belongs to no open debt: the gateway owes it, nobody has earned it yet."""
    _post(cause, order, debit=RECEIVABLE.format(gateway=gateway), credits=[(HOMELESS, amount)])


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
    now = clock.now()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            cause=cause, line=line, debit=debit, credit=account, amount=amount.pesos, order=order, posted_at=now
        )
        for line, (account, amount) in enumerate(credits, start=1)
    )
