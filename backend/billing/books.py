"""The books of a municipality in one line: where all captured money is."""

from dataclasses import dataclass

from django.db import connection

from backend.shared.money import Money

# One pass over the ledger; every posting is balanced, so each sum is credits less debits of its accounts.
_SUMS = """
SELECT kind, sum(amount) FROM (
  SELECT CASE
      WHEN account = 'homeless' THEN 'homeless'
      WHEN account LIKE 'refunded.%' THEN 'refunded'
      WHEN account LIKE 'gateway.%.disputed' THEN 'disputed'
      WHEN account LIKE 'gateway.%' OR account = 'bank' THEN 'elsewhere'
      ELSE 'settled' END AS kind,
    amount
  FROM (SELECT credit AS account, amount FROM billing_ledgerentry
        UNION ALL SELECT debit, -amount FROM billing_ledgerentry) AS side
) AS kinds GROUP BY kind
"""


@dataclass(frozen=True)
class Books:
    """Whole pesos. `disputed` is what gateways reported and do not show in their own books."""

    settled: Money
    homeless: Money
    refunded: Money
    disputed: Money

    @property
    def captured(self) -> Money:
        """What the gateways' own books must say, less what they have not told us yet."""
        return self.settled + self.homeless + self.refunded - self.disputed


def read_books() -> Books:
    """Sum the ledger of the current municipality."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        sums = {kind: int(total) for kind, total in cursor.fetchall()}
    return Books(
        settled=Money(sums.get("settled", 0)),
        homeless=Money(sums.get("homeless", 0)),
        refunded=Money(sums.get("refunded", 0)),
        disputed=Money(-sums.get("disputed", 0)),
    )
