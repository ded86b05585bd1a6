"""The second instalment of a permit: when it is sold, for how much, and only to whom has paid the first."""

from datetime import date, timedelta

import pytest

from backend.billing import queries
from backend.billing.models import SlotClaim
from backend.billing.operations import cancel_order
from backend.billing.queries import Debt
from backend.billing.quoting import OptionNotAvailable
from backend.billing.slots import SlotTaken
from tests.operations.debts import FIRST, SECOND, Car, car, in_town
from tests.operations.gateway import hear, notice_of, postings
from tests.operations.orders import an_instant, check, checked_order, held_slots, order, state
from tests.operations.world import World

MARCH, AUGUST = date(2025, 3, 20), date(2025, 8, 20)
READJUSTED = 29_920
"""29.771 and 0,5 % of it, 148,855: the IPC of March to June 2025 (DL 3.063 art. 15)."""


@pytest.fixture(params=["nunoa", "valdivia"])
def vehicle(request: pytest.FixtureRequest, world: World) -> Car:
    """In order with every register in March and in August."""
    made = car(request.param)
    until = {"FECHA_VENCIMIENTO": "20251231", "FECHA_VENCIMIENTO_G": "20251231"}
    world.vehicle(made.plate, inspection=until)
    return made


def pay_first(vehicle: Car) -> str:
    """Pay it in March; returns the order's number."""
    opened = checked_order(vehicle, option="first", now=an_instant(MARCH))
    assert opened.order.total == FIRST
    hear(vehicle.town, notice_of(vehicle, opened, paid_at=an_instant(MARCH)))
    return opened.order.number


def look_up(vehicle: Car, today: date) -> Debt:
    with in_town(vehicle.town):
        fields = {"plate": vehicle.plate, "rut": vehicle.rut}
        return queries.find_debts(service="circulation_permit", fields=fields, today=today)[0]


def test_the_second_instalment_is_readjusted_paid_and_posted_and_the_permit_is_paid(vehicle: Car) -> None:
    first = pay_first(vehicle)

    second = checked_order(vehicle, option="second", now=an_instant(AUGUST))
    sent = notice_of(vehicle, second, paid_at=an_instant(AUGUST))
    hear(vehicle.town, sent)

    assert (second.order.total, state(vehicle, second)) == (READJUSTED, "PAID")
    assert held_slots(vehicle) == [(1, first), (2, second.order.number)]
    assert sum(amount for _debit, _credit, amount in postings(vehicle.town, sent)) == READJUSTED
    assert look_up(vehicle, AUGUST).is_paid


def test_before_august_it_is_shown_without_readjustment_and_not_sold(vehicle: Car) -> None:
    pay_first(vehicle)
    july = an_instant(date(2025, 7, 31), hour=23, minute=59)
    check(vehicle, now=july)

    with pytest.raises(OptionNotAvailable):
        order(vehicle, option="second", now=july)

    (second,) = look_up(vehicle, date(2025, 7, 31)).options
    assert (second.code, second.available, second.total.pesos) == ("second", False, SECOND)
    assert [slot for slot, _number in held_slots(vehicle)] == [1]


def test_its_amount_of_the_last_day_is_not_sold_after_midnight(vehicle: Car) -> None:
    pay_first(vehicle)

    opened = checked_order(vehicle, option="second", now=an_instant(date(2025, 8, 31), hour=23, minute=50))

    assert opened.order.valid_until == an_instant(date(2025, 9, 1), hour=0)
    assert opened.order.total == READJUSTED


def test_after_august_it_carries_interest_too(vehicle: Car) -> None:
    pay_first(vehicle)

    opened = checked_order(vehicle, option="second", now=an_instant(date(2025, 9, 20)))

    lines = look_up(vehicle, date(2025, 9, 20)).options[0].lines
    assert [line.code for line in lines] == ["instalment_second", "index", "readjustment", "interest"]
    assert opened.order.total == sum(line.amount.pesos for line in lines) > READJUSTED


def test_where_the_first_is_not_paid_the_second_is_refused(vehicle: Car) -> None:
    check(vehicle, now=an_instant(AUGUST))

    with pytest.raises(OptionNotAvailable):
        order(vehicle, option="second", now=an_instant(AUGUST))

    assert held_slots(vehicle) == []


def test_an_order_for_the_first_that_nobody_paid_opens_no_second(vehicle: Car) -> None:
    """Neither open nor cancelled does it count: only money does."""
    now = an_instant(AUGUST)
    opened = checked_order(vehicle, option="first", now=now)
    with pytest.raises(OptionNotAvailable):
        order(vehicle, option="second", now=now)

    with in_town(vehicle.town):
        cancel_order(token=opened.token)
        assert SlotClaim.objects.filter(obligation_id=vehicle.obligation_id).count() == 1  # released, and kept
    with pytest.raises(OptionNotAvailable):
        order(vehicle, option="second", now=now + timedelta(minutes=1))


def test_the_second_is_taken_once(vehicle: Car) -> None:
    pay_first(vehicle)
    checked_order(vehicle, option="second", now=an_instant(AUGUST))

    with pytest.raises(SlotTaken):
        order(vehicle, option="second", now=an_instant(AUGUST))

    assert [slot for slot, _number in held_slots(vehicle)] == [1, 2]
