"""Types of the closing of days, and how rows become them."""

from datetime import date, datetime

import strawberry

from backend.billing.reconciliation.matching import Found, Heard, Total
from backend.billing.reconciliation.queries import DayInList, DaySheet
from backend.billing.reconciliation.rules import DayAct, DifferenceKind
from backend.billing.reconciliation_models import CollectionFile, CollectionLine, Deposit
from backend.schema.nodes import Node, node_id
from backend.schema.scalars import CLP, clp
from backend.shared import clock

COLLECTION, DEPOSIT, LINE = "Collection", "Deposit", "CollectionLine"

strawberry.enum(DifferenceKind, description="Why a day does not add up by itself: docs/reconciliation.")
strawberry.enum(DayAct, name="AccountingDayActKind", description="What is done to a day.")


@strawberry.type(description="So many operations, for so much.")
class MoneyTotal:
    """A sum."""

    count: int = strawberry.field(description="How many.")
    amount: CLP = strawberry.field(description="For how much.")


@strawberry.type(description="A gateway's collection file.")
class Collection(Node):
    """A file, kept as it came."""

    gateway: str = strawberry.field(description="Code of the gateway.")
    accounting_on: date = strawberry.field(description="Accounting date.")
    filename: str = strawberry.field(description="Name of the file.")
    uploaded_by: str = strawberry.field(description="Who uploaded it.")
    uploaded_at: datetime = strawberry.field(description="When (UTC).")
    rows_done: int = strawberry.field(description="How far it was read.")
    stated: MoneyTotal | None = strawberry.field(description="What its trailer says that it holds.")
    read_at: datetime | None = strawberry.field(description="When it was read to its end (UTC).")
    stopped_on: date | None = strawberry.field(description="The closed day that has to be reopened before it goes on.")
    file_path: str = strawberry.field(description="Path on this host of the file as it came.")


@strawberry.type(name="Deposit", description="A deposit of a gateway at the municipality's bank.")
class DepositNode(Node):
    """A deposit."""

    gateway: str = strawberry.field(description="Code of the gateway.")
    reference: str = strawberry.field(description="The bank's reference.")
    deposited_on: date = strawberry.field(description="Day of the deposit.")
    amount: CLP = strawberry.field(description="What arrived.")
    withheld: CLP = strawberry.field(description="What the gateway kept back.")
    recorded_by: str = strawberry.field(description="Who recorded it.")
    recorded_at: datetime = strawberry.field(description="When (UTC).")
    file_path: str = strawberry.field(description="Path on this host of its advice as it came.")


@strawberry.type(description="A day was closed or reopened.")
class AccountingDayActNode:
    """An act."""

    act: DayAct = strawberry.field(description="What was done.")
    reason: str = strawberry.field(description="Why it was reopened.")
    account_name: str = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When (UTC).")


@strawberry.type(description="A day of which there is something.")
class ReconciliationDaySummary:
    """A line of the list."""

    day: date = strawberry.field(description="Accounting date.")
    closed_at: datetime | None = strawberry.field(description="When it was closed (UTC); empty while it is open.")
    filed: MoneyTotal = strawberry.field(description="What files say was collected.")


@strawberry.type(description="A day: filed = settled + homeless - disputed + unplaced.")
class ReconciliationDay:
    """A day in figures."""

    day: date = strawberry.field(description="Accounting date.")
    closed_at: datetime | None = strawberry.field(description="When it was closed (UTC); empty while it is open.")
    filed: MoneyTotal = strawberry.field(description="What files say was collected.")
    found: MoneyTotal = strawberry.field(description="Of that, what nobody had told us of.")
    settled: CLP = strawberry.field(description="Of that, what paid an order.")
    homeless: CLP = strawberry.field(description="Of that, what waits for a decision.")
    disputed: CLP = strawberry.field(description="What was notified and is filed as less.")
    unplaced: MoneyTotal = strawberry.field(description="Of that, what is in no book: e.g. another municipality's.")
    in_transit: MoneyTotal = strawberry.field(description="Of that, what no deposit has paid for yet.")
    not_filed: MoneyTotal = strawberry.field(description="Payments of the day that no file has.")
    deposited: CLP = strawberry.field(description="What arrived at the bank on the day.")
    withheld: CLP = strawberry.field(description="What was kept back from it.")
    difference_count: int = strawberry.field(description="Differences, one by one in reconciliationDifferences.")
    unexplained_count: int = strawberry.field(description="Those without an explanation: none when it is closed.")
    collections: list[Collection] = strawberry.field(description="Collection files of the day.")
    deposits: list[DepositNode] = strawberry.field(description="Deposits of the day.")
    acts: list[AccountingDayActNode] = strawberry.field(description="When it was closed and reopened.")


@strawberry.type(description="Something that does not add up.")
class ReconciliationDifference:
    """A difference and its explanation."""

    key: str = strawberry.field(description="Names it in differenceExplain.")
    day: date = strawberry.field(description="Accounting date.")
    kind: DifferenceKind = strawberry.field(description="What it is.")
    message: str = strawberry.field(description="What happened, in a sentence.")
    operation_id: str = strawberry.field(description="Operation of the gateway; empty where it is of none.")
    order_number: str = strawberry.field(description="Number of the order; empty where it is of none.")
    expected: CLP | None = strawberry.field(description="What was known.")
    found: CLP | None = strawberry.field(description="What the file says.")
    row: int | None = strawberry.field(description="Row of the file.")
    column: str = strawberry.field(description="Column of the file.")
    note: str = strawberry.field(description="Its explanation; empty while there is none.")
    noted_by: str = strawberry.field(description="Who explained it.")


@strawberry.type(description="Money on its way: filed and not deposited, or heard of and not filed.")
class MoneyOnItsWay:
    """An operation and its age."""

    operation_id: str = strawberry.field(description="Operation of the gateway.")
    order_number: str = strawberry.field(description="Number of the order.")
    amount: CLP = strawberry.field(description="How much.")
    since: date = strawberry.field(description="Accounting date, or day of payment.")
    days: int = strawberry.field(description="Age in days.")


def total(value: Total) -> MoneyTotal:
    """Shape a sum."""
    return MoneyTotal(count=value.count, amount=clp(value.amount))


def collection(row: CollectionFile) -> Collection:
    """Shape a collection file."""
    node = node_id(COLLECTION, row.id)
    stated = None if row.stated_count is None else MoneyTotal(count=row.stated_count, amount=CLP(row.stated_total or 0))
    return Collection(
        id=node,
        gateway=row.gateway,
        accounting_on=row.accounting_on,
        filename=row.filename,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
        rows_done=row.items_done,
        stated=stated,
        read_at=row.read_at,
        stopped_on=row.stopped_on,
        file_path=f"/staff/collections/{node}/file",
    )


def deposit(row: Deposit) -> DepositNode:
    """Shape a deposit."""
    node = node_id(DEPOSIT, row.id)
    return DepositNode(
        id=node,
        gateway=row.gateway,
        reference=row.reference,
        deposited_on=row.deposited_on,
        amount=CLP(row.amount),
        withheld=CLP(row.withheld),
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        file_path=f"/staff/deposits/{node}/file",
    )


def summary(row: DayInList) -> ReconciliationDaySummary:
    """Shape a line of the list of days."""
    return ReconciliationDaySummary(day=row.day, closed_at=row.closed_at, filed=total(row.filed))


def sheet(seen: DaySheet) -> ReconciliationDay:
    """Shape a day."""
    figures = seen.figures
    return ReconciliationDay(
        day=seen.day,
        closed_at=seen.closed_at,
        filed=total(figures.filed),
        found=total(figures.found),
        settled=clp(figures.settled),
        homeless=clp(figures.homeless),
        disputed=clp(figures.disputed),
        unplaced=total(figures.unplaced),
        in_transit=total(figures.in_transit),
        not_filed=total(figures.not_filed),
        deposited=clp(figures.deposited),
        withheld=clp(figures.withheld),
        difference_count=seen.difference_count,
        unexplained_count=seen.unexplained_count,
        collections=[collection(row) for row in seen.files],
        deposits=[deposit(row) for row in seen.deposits],
        acts=[
            AccountingDayActNode(act=DayAct(row.act), reason=row.reason, account_name=row.account_name, at=row.at)
            for row in seen.acts
        ],
    )


def difference(found: Found, language: str) -> ReconciliationDifference:
    """Shape a difference."""
    return ReconciliationDifference(
        key=found.key,
        day=found.day,
        kind=found.kind,
        message=found.message.in_language(language),
        operation_id=found.operation_id,
        order_number=found.order_number,
        expected=None if found.expected is None else CLP(found.expected),
        found=None if found.found is None else CLP(found.found),
        row=found.row,
        column=found.column,
        note=found.note,
        noted_by=found.noted_by,
    )


def in_transit(line: CollectionLine) -> MoneyOnItsWay:
    """Shape a line that was not deposited."""
    return _on_its_way(line.operation_id, line.order_number, CLP(line.amount), line.accounting_on)


def not_filed(heard: Heard) -> MoneyOnItsWay:
    """Shape a payment that was not filed."""
    return _on_its_way(heard.operation_id, heard.order_number, clp(heard.amount), heard.paid_on)


def _on_its_way(operation_id: str, order_number: str, amount: CLP, since: date) -> MoneyOnItsWay:
    return MoneyOnItsWay(
        operation_id=operation_id,
        order_number=order_number,
        amount=amount,
        since=since,
        days=(clock.today() - since).days,
    )
