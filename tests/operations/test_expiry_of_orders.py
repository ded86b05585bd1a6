"""Orders past their validity end by the clock, and what they held is free."""

from datetime import datetime, timedelta

import pytest

from backend.billing import operations
from backend.billing.models import Order
from backend.billing.rules import OPEN_STATES
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.gateway import hear, homeless, notice_of
from tests.operations.orders import an_instant, at_once, checked_order, held_slots, start, state

TOWN = "valdivia"


def expire(now: datetime) -> int:
    """As the clock does, without the orders that other tests left open."""
    with in_town(TOWN):
        return operations.expire_overdue_orders(now=now)


@pytest.fixture
def vehicle() -> Car:
    """Nothing else is open in the municipality: the validity of what other tests left is moved far away."""
    with in_town(TOWN):
        Order.objects.filter(state__in=OPEN_STATES).update(valid_until=an_instant() + timedelta(days=3650))
    return car(TOWN)


def test_an_order_that_was_never_sent_ends_with_its_validity(vehicle: Car) -> None:
    now = an_instant()
    opened = checked_order(vehicle, now=now)

    counts = [expire(now + timedelta(minutes=minutes)) for minutes in (29, 30, 30)]

    assert (counts, state(vehicle, opened), held_slots(vehicle)) == ([0, 1, 0], "EXPIRED", [])


def test_an_order_at_its_gateway_ends_a_quarter_of_an_hour_later(vehicle: Car) -> None:
    now = an_instant()
    opened = checked_order(vehicle, now=now)
    start(vehicle, opened, now=now)

    counts = [expire(now + timedelta(minutes=minutes)) for minutes in (44, 45, 45)]

    assert (counts, state(vehicle, opened), held_slots(vehicle)) == ([0, 1, 0], "EXPIRED", [])


def test_what_is_paid_stays_paid(vehicle: Car) -> None:
    now = an_instant()
    opened = checked_order(vehicle, now=now)
    start(vehicle, opened, now=now)
    hear(TOWN, notice_of(vehicle, opened, paid_at=now))

    assert expire(now + timedelta(days=1)) == 0
    assert (state(vehicle, opened), len(held_slots(vehicle))) == ("PAID", 2)


def test_a_payment_that_is_heard_after_the_end_is_settled_while_the_slot_is_free(vehicle: Car) -> None:
    now = an_instant()
    opened = checked_order(vehicle, now=now)
    start(vehicle, opened, now=now)
    expire(now + timedelta(minutes=45))
    sent = notice_of(vehicle, opened, paid_at=now + timedelta(minutes=29))

    hear(TOWN, sent)

    assert (state(vehicle, opened), homeless(TOWN, sent)) == ("PAID", [])


def test_a_payment_that_is_heard_after_another_took_the_slot_is_homeless(vehicle: Car) -> None:
    now = an_instant()
    opened = checked_order(vehicle, now=now)
    start(vehicle, opened, now=now)
    expire(now + timedelta(minutes=45))
    other = checked_order(vehicle, now=now + timedelta(minutes=46))
    sent = notice_of(vehicle, opened, paid_at=now + timedelta(minutes=29))

    hear(TOWN, sent)

    assert (state(vehicle, opened), homeless(TOWN, sent)) == ("EXPIRED", [(ANNUAL, "late", "refund")])
    assert state(vehicle, other) == "CREATED"


def test_two_clocks_at_once_end_each_order_once(vehicle: Car) -> None:
    now = an_instant()
    vehicles = [vehicle, *(car(TOWN) for _ in range(3))]
    opened = [checked_order(each, now=now) for each in vehicles]

    counts = at_once(*[lambda: expire(now + timedelta(minutes=30))] * 4)
    rest = expire(now + timedelta(minutes=30))

    assert sum(count for count in counts if isinstance(count, int)) + rest == 4, counts
    assert {state(*pair) for pair in zip(vehicles, opened, strict=True)} == {"EXPIRED"}


@pytest.mark.parametrize("paid_first", [True, False])
def test_a_payment_at_the_moment_of_the_end_is_settled_once(vehicle: Car, paid_first: bool) -> None:
    now = an_instant()
    opened = checked_order(vehicle, now=now)
    start(vehicle, opened, now=now)
    sent = notice_of(vehicle, opened, paid_at=now + timedelta(minutes=29))
    calls = [lambda: hear(TOWN, sent), lambda: str(expire(now + timedelta(minutes=45)))]

    results = at_once(*(calls if paid_first else calls[::-1]))

    assert not [result for result in results if isinstance(result, Exception)], results
    assert state(vehicle, opened) == "PAID", "a paid order was ended"
    assert (homeless(TOWN, sent), len(held_slots(vehicle))) == ([], 2)
