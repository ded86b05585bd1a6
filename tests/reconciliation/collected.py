"""Collection files and deposit advices as these tests write them, each of a day that no other test uses."""

import itertools
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.audit.actors import Actor
from backend.billing.operations import OpenedOrder
from backend.billing.reconciliation import deposits, intake, reading
from backend.billing.reconciliation.matching import Figures, Found, differences_of, figures_of
from backend.billing.reconciliation_models import CollectionFile, CollectionLine, Deposit
from tests.operations.debts import Car, in_town
from tests.operations.gateway import SignedNotice, new_operation, notice_of
from tests.operations.orders import an_instant, checked_order
from tests.operations.platform import JOINED
from tests.operations.towns import FOR_THE_BOOKS

TOWN = FOR_THE_BOOKS.slug
FORM = FOR_THE_BOOKS.form
CODE = FOR_THE_BOOKS.commune_code
TREASURER = Actor(account_id=None, name="Tesorera de prueba", roles=("treasurer",))

_days = itertools.count(random.randrange(1_500, 3_000) if JOINED in os.environ else 0)
_SANTIAGO = ZoneInfo("America/Santiago")


@dataclass(frozen=True)
class Line:
    """An operation as a collection file has it."""

    operation: int
    order: str
    amount: int
    day: date
    paid_at: datetime

    def __str__(self) -> str:
        local = self.paid_at.astimezone(_SANTIAGO).replace(tzinfo=None).isoformat(timespec="seconds")
        return f"D;{self.operation};{self.order};44000001-0;7;{self.amount};D;{local};{self.day}"

    def other(self, **changes: object) -> "Line":
        return replace(self, **changes)  # type: ignore[arg-type]  # fields by name


def new_day() -> date:
    """A day long ago, followed by a free one, that no other test uses."""
    return date(2006, 1, 1) + timedelta(days=2 * next(_days))


def next_day(day: date) -> date:
    return day + timedelta(days=1)


@dataclass(frozen=True)
class Payment:
    """An order, what TGR would notify of it, and its line."""

    car: Car
    order: OpenedOrder
    notice: SignedNotice
    line: Line


def payment(car: Car, day: date) -> Payment:
    """Order; TGR has captured it on that day, and told nobody yet."""
    opened, operation, paid_at = checked_order(car), new_operation(), an_instant(day)
    total = opened.order.total
    return Payment(
        car,
        opened,
        notice_of(car, opened, operation=operation, paid_at=paid_at),
        Line(operation, opened.order.number, total, day, paid_at),
    )


def unknown_line(day: date, amount: int = 10_000, *, code: str = CODE) -> Line:
    """A line of an order that never was."""
    return Line(new_operation(), f"{code}-NUNCA", amount, day, an_instant(day))


def collection(
    day: date,
    lines: Sequence[Line | str],
    *,
    form: int | None = FORM,
    count: int | None = None,
    total: int | None = None,
) -> bytes:
    """A collection file whose trailer adds up, unless told otherwise."""
    known = [line for line in lines if isinstance(line, Line)]
    count = len(known) if count is None else count
    total = sum(line.amount for line in known) if total is None else total
    rows = [f"E;RECAUDACION;1;{form};{day}", *map(str, lines), f"T;{count};{total}"]
    return "\r\n".join([*rows, ""]).encode()


def advice(
    day: date,
    lines: Sequence[Line],
    *,
    reference: str | None = None,
    withheld: Sequence[tuple[int, str]] = (),
    form: int | None = FORM,
) -> bytes:
    """A deposit advice for these lines."""
    total, kept = sum(line.amount for line in lines), sum(amount for amount, _why in withheld)
    rows = [
        f"E;DEPOSITO;1;{form};{reference or f'BE-{day}-{new_operation()}'};{day};{total - kept}",
        *(f"D;{line.operation};{line.amount}" for line in lines),
        *(f"R;{amount};{why}" for amount, why in withheld),
        f"T;{len(lines)};{total};{kept}",
    ]
    return "\n".join([*rows, ""]).encode()


def upload(data: bytes, *, town: str = TOWN) -> CollectionFile:
    """Upload as staff do."""
    with in_town(town):
        return intake.upload_collection(filename="recaudacion.txt", data=data, actor=TREASURER)


def load(data: bytes, *, town: str = TOWN) -> CollectionFile:
    """Upload and read, twice: the second time must change nothing."""
    file = upload(data, town=town)
    with in_town(town):
        read = reading.read_collection(file_id=file.id)
        before = _everything()
        assert upload(data, town=town).id == file.id
        reading.read_collection(file_id=file.id)
        assert _everything() == before
    return read


def deposit(data: bytes, *, town: str = TOWN) -> Deposit:
    """Record a deposit as staff do."""
    with in_town(town):
        return deposits.record_deposit(filename="deposito.txt", data=data, actor=TREASURER)


def verdicts(file: CollectionFile, *, town: str = TOWN) -> list[str]:
    """What became of the file's lines, in their order."""
    with in_town(town):
        return list(CollectionLine.objects.filter(file_id=file.id).order_by("row").values_list("verdict", flat=True))


def figures(day: date, *, town: str = TOWN) -> Figures:
    with in_town(town):
        return figures_of(day)


def differences(day: date, *, town: str = TOWN) -> list[Found]:
    with in_town(town):
        return differences_of(day)


def kinds(day: date, *, town: str = TOWN) -> list[str]:
    return [found.kind.value for found in differences(day, town=town)]


def _everything() -> list[int]:
    from django.apps import apps

    return [model._default_manager.count() for model in apps.get_app_config("billing").get_models()]
