"""No two orders, open or paid, ever hold the same part of a debt: on real connections, at the same moment."""

from datetime import timedelta

import pytest

from backend.billing.slots import SlotTaken
from tests.operations.debts import ANNUAL, FIRST, Car, car, in_town
from tests.operations.orders import an_instant, at_once, check, checked_order, held_slots, kinds, order, state


def checked_car(town: str) -> Car:
    vehicle = car(town)
    check(vehicle)
    return vehicle


@pytest.mark.parametrize("town", ["nunoa", "valdivia"])
def test_of_two_orders_for_one_slot_at_the_same_moment_one_is_made(town: str) -> None:
    vehicle = checked_car(town)

    results = at_once(*[lambda: order(vehicle).order.number] * 2)

    assert kinds(results) == ["SlotTaken", "str"], "two orders hold one slot"
    made = next(number for number in results if isinstance(number, str))
    assert held_slots(vehicle) == [(1, made), (2, made)]


def test_a_single_payment_and_a_first_instalment_are_never_both_open() -> None:
    for _ in range(3):
        vehicle = checked_car("nunoa")

        results = at_once(
            lambda vehicle=vehicle: order(vehicle).order.total,  # type: ignore[misc]  # bound default
            lambda vehicle=vehicle: order(vehicle, option="first").order.total,  # type: ignore[misc]  # bound default
        )

        assert kinds(results) == ["SlotTaken", "int"], "two orders hold one slot"
        total = next(result for result in results if isinstance(result, int))
        assert len(held_slots(vehicle)) == {ANNUAL: 2, FIRST: 1}[total]


def test_many_at_once_are_one() -> None:
    vehicle = checked_car("valdivia")

    results = at_once(*[lambda: order(vehicle, option="first")] * 6)

    assert kinds(results) == ["OpenedOrder"] + ["SlotTaken"] * 5
    assert len(held_slots(vehicle)) == 1


def test_orders_of_two_debts_in_opposite_order_do_not_lock_each_other_out() -> None:
    one, other = checked_car("nunoa"), checked_car("nunoa")

    results = at_once(lambda: order(one, other), lambda: order(other, one))

    assert kinds(results) == ["OpenedOrder", "SlotTaken"]


def test_an_expired_order_makes_room_for_another_at_the_instant_when_it_ends() -> None:
    vehicle, now = car("nunoa"), an_instant()
    stale = checked_order(vehicle, option="first", now=now)

    with pytest.raises(SlotTaken):
        order(vehicle, now=now + timedelta(minutes=29, seconds=59))
    fresh = order(vehicle, now=now + timedelta(minutes=30))

    assert (state(vehicle, stale), state(vehicle, fresh)) == ("EXPIRED", "CREATED")
    assert held_slots(vehicle) == [(1, fresh.order.number), (2, fresh.order.number)]


def test_the_same_plate_in_two_municipalities_is_two_debts() -> None:
    from backend.billing.models import Obligation
    from backend.billing.rolls.loading import load_roll
    from tests.operations.debts import YEAR, as_csv, unused_row

    row = unused_row()
    cars = []
    for town in ("nunoa", "valdivia"):
        with in_town(town):
            load_roll(service="circulation_permit", year=YEAR, filename="nomina.csv", data=as_csv([row]))
            found = Obligation.objects.get(object_key=str(row["Patente"]))
        cars.append(Car(town, found.object_key, "", str(row["Rut"]), found.id))

    orders = [checked_order(each) for each in cars]

    assert [len(held_slots(each)) for each in cars] == [2, 2]
    assert {opened.order.number[:5] for opened in orders} == {"13120", "14101"}
