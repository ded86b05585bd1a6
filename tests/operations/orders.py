"""Orders as tests make them: checks asked of the sandbox, then the operation."""

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import TypeVar

from django.db import connections

from backend.billing import evidence, operations, payments
from backend.billing.models import Order, SlotClaim
from backend.billing.operations import OpenedOrder
from backend.billing.order_input import WantedItem
from backend.shared import clock
from tests.operations.debts import Car, in_town

T = TypeVar("T")
EMAIL = "contribuyente@correo.example"


def an_instant(day: date = date(2025, 3, 20), *, hour: int = 12, minute: int = 0) -> datetime:
    """The machine's instant of a time of a day of the shifted calendar."""
    return clock.day_starts_at(day) + timedelta(hours=hour, minutes=minute)


def check(car: Car, *, now: datetime | None = None) -> None:
    """Have every register asked on that day."""
    today = clock.domain_date(now) if now else clock.today()
    with in_town(car.town):
        answers = evidence.run_checks(debt=car.debt, today=today)
    assert {answer.outcome.value for answer in answers.values()} == {"OK"}


def order(
    *cars: Car,
    option: str = "single",
    key: str | None = None,
    email: str = EMAIL,
    return_url: str | None = None,
    now: datetime | None = None,
) -> OpenedOrder:
    """Order that option of each car, as the API does."""
    with in_town(cars[0].town):
        return operations.create_order(
            items=[WantedItem(debt=car.debt, option=option) for car in cars],
            email=email,
            key=uuid.uuid4().hex if key is None else key,
            return_url=return_url,
            language="es",
            now=now or clock.now(),
        )


def checked_order(*cars: Car, option: str = "single", now: datetime | None = None) -> OpenedOrder:
    """Check and order."""
    for car in cars:
        check(car, now=now)
    return order(*cars, option=option, now=now)


def start(car: Car, opened: OpenedOrder, *, now: datetime | None = None) -> str:
    """Hand the payer over to TGR; returns the portal's address."""
    with in_town(car.town):
        return payments.start_payment(token=opened.token, now=now or clock.now())


def state(car: Car, opened: OpenedOrder) -> str:
    """The order's state as stored."""
    with in_town(car.town):
        return str(Order.objects.get(id=opened.order.id).state)


def held_slots(car: Car) -> list[tuple[int, str]]:
    """Slots of the car's debt that are held, with the number of the order that holds each."""
    with in_town(car.town):
        claims = SlotClaim.objects.filter(obligation_id=car.obligation_id, released_at=None).order_by("slot")
        return list(claims.values_list("slot", "order__number"))


def at_once(*calls: Callable[[], T]) -> list[T | Exception]:
    """Make the calls at the same moment, each in a thread with a connection of its own; errors are results."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait(30)
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def kinds(results: Sequence[object]) -> list[str]:
    """The names of the results' types, sorted: what became of calls whose order is open."""
    return sorted(type(result).__name__ for result in results)
