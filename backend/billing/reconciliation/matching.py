"""What a day comes to: filed against the books, filed against deposited, heard against filed. Nothing is written."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from backend.billing.models import HomelessMoney, Order
from backend.billing.reconciliation.intake import filing_here
from backend.billing.reconciliation.rules import UNPLACED, DifferenceKind, Verdict, sentence_of
from backend.billing.reconciliation_models import (
    CollectionFile,
    CollectionLine,
    Deposit,
    DepositLine,
    Difference,
    DifferenceNote,
)
from backend.billing.rules import CAPTURED_STATES
from backend.shared import clock
from backend.shared.money import Money
from backend.shared.text import Text

# What the ledger says of the operations that were filed with a day: by the cause of their postings.
_IN_THE_BOOKS = """
SELECT coalesce(sum(e.amount) FILTER (WHERE e.credit <> 'homeless' AND e.debit LIKE 'gateway.%%.receivable'), 0),
       coalesce(sum(e.amount) FILTER (WHERE e.credit = 'homeless' AND e.debit LIKE 'gateway.%%.receivable'), 0),
       coalesce(sum(e.amount) FILTER (WHERE e.debit LIKE 'gateway.%%.disputed'), 0)
FROM billing_collectionline l
JOIN billing_ledgerentry e
  ON e.cause IN (l.gateway || ':' || l.operation_id, l.gateway || ':' || l.operation_id || ':file')
WHERE l.accounting_on = %s
"""


@dataclass(frozen=True)
class Total:
    """How many operations, for how much."""

    count: int
    amount: Money


@dataclass(frozen=True)
class Figures:
    """A day in pesos. `filed` = `settled` + `homeless` − `disputed` + `unplaced`, or the books are wrong."""

    filed: Total
    settled: Money
    homeless: Money
    disputed: Money
    unplaced: Total
    found: Total
    in_transit: Total
    not_filed: Total
    deposited: Money
    withheld: Money

    @property
    def in_the_books(self) -> Money:
        """What the ledger and the lines that could not be placed come to."""
        return self.settled + self.homeless - self.disputed + self.unplaced.amount


@dataclass(frozen=True)
class Found:
    """A difference with its explanation, empty where there is none yet."""

    key: str
    day: date
    kind: DifferenceKind
    message: Text
    operation_id: str = ""
    order_number: str = ""
    expected: int | None = None
    found: int | None = None
    row: int | None = None
    column: str = ""
    note: str = ""
    noted_by: str = ""


@dataclass(frozen=True)
class Heard:
    """A payment that the gateway told us of and has in no file. `paid_on` in the calendar of Chile."""

    gateway: str
    operation_id: str
    order_number: str
    amount: Money
    paid_on: date


def figures_of(day: date) -> Figures:
    """Add a day up."""
    lines = CollectionLine.objects.filter(accounting_on=day)
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_BOOKS, [day])
        settled, homeless, disputed = (Money(int(amount)) for amount in cursor.fetchone())
    deposits = Deposit.objects.filter(deposited_on=day).aggregate(amount=Sum("amount"), withheld=Sum("withheld"))
    heard = heard_not_filed(day)
    return Figures(
        filed=_sum(lines),
        settled=settled,
        homeless=homeless,
        disputed=disputed,
        unplaced=_sum(lines.filter(verdict__in=UNPLACED)),
        found=_sum(lines.filter(verdict=Verdict.FOUND)),
        in_transit=_sum(lines_in_transit().filter(accounting_on=day)),
        not_filed=Total(len(heard), sum((each.amount for each in heard), Money(0))),
        deposited=Money(int(deposits["amount"] or 0)),
        withheld=Money(int(deposits["withheld"] or 0)),
    )


def differences_of(day: date) -> list[Found]:
    """Return everything that does not add up on a day: what files said, then what they leave out."""
    found = [_kept(row) for row in Difference.objects.filter(day=day).order_by("id")]
    found += _missing(day)
    notes = {note.key: note for note in DifferenceNote.objects.filter(day=day).order_by("id")}
    return [_with_note(each, notes.get(each.key)) for each in found]


def lines_in_transit() -> "QuerySet[CollectionLine]":
    """Return lines that no deposit has paid for yet."""
    paid = DepositLine.objects.filter(gateway=OuterRef("gateway"), operation_id=OuterRef("operation_id"))
    return CollectionLine.objects.filter(~Exists(paid))


def heard_not_filed(day: date | None = None) -> list[Heard]:
    """Return payments that we heard of and no file has, oldest first: of one day, or all."""
    codes = filing_here()
    orders = Order.objects.filter(gateway__in=codes, state__in=CAPTURED_STATES, paid_by_decision=None)
    orders = orders.exclude(operation_id="")
    homeless = HomelessMoney.objects.filter(reading__gateway__in=codes).select_related("reading")
    if day is not None:
        begins, ends = clock.day_starts_at(day), clock.day_starts_at(day + timedelta(days=1))
        orders = orders.filter(paid_at__gte=begins, paid_at__lt=ends)
        homeless = homeless.filter(since__gte=begins, since__lt=ends)
    filed = CollectionLine.objects.filter(gateway=OuterRef("gateway"), operation_id=OuterRef("operation_id"))
    filed_homeless = CollectionLine.objects.filter(
        gateway=OuterRef("reading__gateway"), operation_id=OuterRef("reading__operation_id")
    )
    heard = [
        Heard(
            row.reading.gateway,
            row.reading.operation_id,
            row.reading.order_number,
            Money(row.amount),
            clock.domain_date(row.since),
        )
        for row in homeless.filter(~Exists(filed_homeless))
    ]
    for order in orders.filter(~Exists(filed), paid_at__isnull=False):
        assert order.paid_at is not None
        paid_on = clock.domain_date(order.paid_at)
        heard.append(Heard(order.gateway, order.operation_id, order.number, Money(order.total), paid_on))
    return sorted(heard, key=lambda each: (each.paid_on, each.operation_id))


def _sum(lines: "QuerySet[CollectionLine]") -> Total:
    told = lines.aggregate(count=Count("id"), amount=Sum("amount"))
    return Total(told["count"], Money(int(told["amount"] or 0)))


def _missing(day: date) -> list[Found]:
    """Return what is missing on a day at this moment; it goes away by itself when a file brings it."""
    figures, missing = figures_of(day), []
    if filing_here() and not CollectionFile.objects.filter(accounting_on=day).exists():
        kind = DifferenceKind.NO_FILE
        missing.append(
            Found(f"day:{day}:no_file", day, kind, sentence_of(kind), expected=figures.not_filed.amount.pesos)
        )
    else:
        missing += [_not_filed(day, each) for each in heard_not_filed(day)]
    if figures.filed.amount != figures.in_the_books:
        kind, filed, booked = DifferenceKind.BOOKS, figures.filed.amount, figures.in_the_books
        told = sentence_of(kind, found=filed, expected=booked)
        missing.append(Found(f"day:{day}:books", day, kind, told, expected=booked.pesos, found=filed.pesos))
    return missing


def _not_filed(day: date, heard: Heard) -> Found:
    kind = DifferenceKind.NOT_FILED
    return Found(
        key=f"not_filed:{heard.gateway}:{heard.operation_id}",
        day=day,
        kind=kind,
        message=sentence_of(kind, operation=heard.operation_id, order=heard.order_number, expected=heard.amount),
        operation_id=heard.operation_id,
        order_number=heard.order_number,
        expected=heard.amount.pesos,
    )


def _kept(row: Difference) -> Found:
    return Found(
        key=row.key,
        day=row.day,
        kind=DifferenceKind(row.kind),
        message=Text(es=row.message_es, en=row.message_en),
        operation_id=row.operation_id,
        order_number=row.order_number,
        expected=row.expected,
        found=row.found,
        row=row.row,
        column=row.column,
    )


def _with_note(found: Found, note: DifferenceNote | None) -> Found:
    return found if note is None else replace(found, note=note.text, noted_by=note.noted_by)
