"""The rendition of a day or of a range: what was collected, by budget account and for whose benefit.

Money that a gateway files counts on its accounting date, once a file has it; everything else (refunds, homeless money
that was applied, gateways without files) on the day of its posting, in the calendar of Chile.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection

from backend.billing.ledger import COURT, HOMELESS, REGISTER_FEE
from backend.billing.reconciliation.days import require_plausible
from backend.billing.reconciliation.intake import filing_gateways
from backend.billing.reconciliation_models import AccountingDay
from backend.reference.queries import account_names
from backend.shared import clock
from backend.shared.errors import DomainError
from backend.shared.money import Money
from backend.shared.text import Text

MOST_DAYS = 366

# Both sides of every posting that has a day in the range; an account's movements, up and down, and how many causes.
_MOVEMENTS = """
WITH dated AS (
  SELECT e.cause, e.debit, e.credit, e.amount
  FROM billing_collectionline l
  JOIN billing_ledgerentry e
    ON e.cause IN (l.gateway || ':' || l.operation_id, l.gateway || ':' || l.operation_id || ':file')
  WHERE l.accounting_on BETWEEN %(begins)s AND %(ends)s
  UNION ALL
  SELECT e.cause, e.debit, e.credit, e.amount
  FROM billing_ledgerentry e
  WHERE e.posted_at >= %(from)s AND e.posted_at < %(until)s
    AND split_part(e.cause, ':', 1) <> ALL(%(filing)s)
), sides AS (
  SELECT cause, credit AS account, amount FROM dated
  UNION ALL SELECT cause, debit, -amount FROM dated
)
SELECT account, count(DISTINCT cause) FILTER (WHERE amount > 0),
  coalesce(sum(amount) FILTER (WHERE amount > 0), 0), coalesce(sum(amount) FILTER (WHERE amount < 0), 0)
FROM sides
WHERE account NOT LIKE 'refunded.%%' AND account <> 'bank'
  AND (account NOT LIKE 'gateway.%%' OR account LIKE 'gateway.%%.disputed')
GROUP BY account
"""


class Beneficiary(StrEnum):
    """For whose benefit money was collected. PENDING: nobody's yet."""

    MUNICIPALITY = "MUNICIPALITY"
    COMMON_FUND = "COMMON_FUND"
    THIRD_PARTY = "THIRD_PARTY"
    PENDING = "PENDING"


class RangeWrong(DomainError):
    """A rendition is of a range of days that is one."""

    code = "billing.range_wrong"
    message = Text(
        es="Indique un rango de fechas que empiece antes de terminar, de {most} días como máximo.",
        en="Give a range of dates that begins before it ends, of {most} days at most.",
    )


@dataclass(frozen=True)
class RenditionRow:
    """An account: how many operations credited it, what came, what went back (negative), in pesos."""

    account: str
    name: str
    beneficiary: Beneficiary
    count: int
    collected: Money
    returned: Money

    @property
    def net(self) -> Money:
        """What remains."""
        return self.collected + self.returned


@dataclass(frozen=True)
class Rendition:
    """Rows by beneficiary and account. `open_days`: those of the range that are begun and not closed."""

    begins: date
    ends: date
    rows: tuple[RenditionRow, ...]
    open_days: tuple[date, ...]

    def total(self, beneficiary: Beneficiary | None = None) -> Money:
        """Add up what remains, of one beneficiary or of all."""
        rows = (row for row in self.rows if beneficiary in (None, row.beneficiary))
        return sum((row.net for row in rows), Money(0))


def rendition_of(*, begins: date, ends: date) -> Rendition:
    """Add up the days from `begins` to `ends`, both included. Raises `RangeWrong`, `DayOutOfRange`."""
    require_plausible(begins)
    if not 0 <= (require_plausible(ends) - begins).days < MOST_DAYS:
        raise RangeWrong(field="to", most=MOST_DAYS)
    names = account_names()
    rows = [_row(names, *movement) for movement in _movements(begins, ends)]
    order = list(Beneficiary)
    opened = AccountingDay.objects.filter(day__range=(begins, ends), closed_at=None).order_by("day")
    return Rendition(
        begins=begins,
        ends=ends,
        rows=tuple(sorted(rows, key=lambda row: (order.index(row.beneficiary), row.account))),
        open_days=tuple(opened.values_list("day", flat=True)),
    )


def _movements(begins: date, ends: date) -> Iterable[tuple[str, int, int, int]]:
    values: dict[str, Any] = {
        "begins": begins,
        "ends": ends,
        "from": clock.day_starts_at(begins),
        "until": clock.day_starts_at(date.fromordinal(ends.toordinal() + 1)),
        "filing": [*filing_gateways(), "deposit"],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVEMENTS, values)
        return [(account, count, int(up), int(down)) for account, count, up, down in cursor.fetchall()]


def _row(names: Mapping[str, tuple[str, str]], account: str, count: int, up: int, down: int) -> RenditionRow:
    name, beneficiary = _named(names, account)
    return RenditionRow(account, name, beneficiary, count, Money(up), Money(down))


def _named(names: Mapping[str, tuple[str, str]], account: str) -> tuple[str, Beneficiary]:
    if account in names:
        name, benefit = names[account]
        is_shared = benefit == "common_fund"
        return name, Beneficiary.COMMON_FUND if is_shared else Beneficiary.MUNICIPALITY
    if account.startswith(COURT):
        return f"Multas de tránsito del Juzgado de {account.removeprefix(COURT)}", Beneficiary.THIRD_PARTY
    if account == REGISTER_FEE:
        return "Arancel del Registro de Multas, Registro Civil", Beneficiary.THIRD_PARTY
    if account == HOMELESS:
        return "Dinero sin destino, por resolver", Beneficiary.PENDING
    if account.endswith(".disputed"):
        return "Informado de menos, en disputa con la pasarela", Beneficiary.PENDING
    return account, Beneficiary.PENDING
