"""Orders of the municipality that collects by Webpay, as its payers and the clock move them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from backend.billing import asking, notices
from backend.billing.models import HomelessMoney, LedgerEntry, Notice, NoticeReading, Order
from backend.billing.operations import OpenedOrder
from backend.outbox.models import Event
from backend.shared import clock
from tests.operations.debts import Car, car, in_town
from tests.operations.orders import checked_order, start
from tests.operations.world import World

TOWN, COMMERCE = "frutillar", 597_055_555_532


@dataclass(frozen=True)
class Sent:
    """An order that was handed over to Webpay under a token."""

    vehicle: Car
    opened: OpenedOrder
    token: str

    @property
    def order_id(self) -> int:
        return self.opened.order.id

    def order(self) -> Order:
        with in_town(TOWN):
            return Order.objects.get(id=self.order_id)

    def ask(self, *, now: datetime | None = None) -> list[str]:
        """Ask, then have whatever came into the inbox read; returns the outcomes of this time."""
        with in_town(TOWN):
            asking.ask_order(order_id=self.order_id, now=now or clock.now())
            unread = Notice.objects.filter(source="ANSWER", noticereading=None).order_by("id")
            return [notices.read_notice(notice_id=notice.id) for notice in unread]

    def readings(self) -> list[tuple[str, bool | None]]:
        """Outcome and verdict of every report about the order."""
        with in_town(TOWN):
            rows = NoticeReading.objects.filter(order_id=self.order_id).order_by("id")
            return list(rows.values_list("outcome", "succeeded"))

    def posted(self) -> list[tuple[str, int]]:
        """Debit and amount of what the order posted."""
        with in_town(TOWN):
            rows = LedgerEntry.objects.filter(order_id=self.order_id).order_by("id")
            return list(rows.values_list("debit", "amount"))

    def homeless(self) -> list[tuple[int, str]]:
        with in_town(TOWN):
            rows = HomelessMoney.objects.filter(order_id=self.order_id)
            return list(rows.values_list("amount", "reason"))

    def events(self, name: str) -> int:
        with in_town(TOWN):
            return Event.objects.filter(name=name, payload={"order_id": self.order_id}).count()


def sent(*, vehicle: Car | None = None, option: str = "single", now: datetime | None = None) -> Sent:
    """Order a car's permit and hand the payer over."""
    vehicle = vehicle or car(TOWN)
    opened = checked_order(vehicle, option=option, now=now)
    return handed_over(vehicle, opened, now=now)


def handed_over(vehicle: Car, opened: OpenedOrder, *, now: datetime | None = None) -> Sent:
    form = start(vehicle, opened, now=now)
    return Sent(vehicle, opened, parse_qs(urlsplit(form).query)["token_ws"][0])


@contextmanager
def due_only(*orders: Sent, now: datetime) -> Iterator[None]:
    """Let these orders be due to be asked, and no other of the municipality."""
    with in_town(TOWN):
        Order.objects.filter(ask_due_at__isnull=False).update(ask_due_at=None)
        Order.objects.filter(id__in=[order.order_id for order in orders]).update(ask_due_at=now)
        yield


def later(world: World, order: Sent, seconds: float) -> None:
    """Let time pass at Webpay."""
    world.control(f"webpay/{order.token}/later", seconds=seconds)
