"""No two orders, open or paid, ever hold the same part of a debt: on real connections, at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from backend.billing.models import Notice, Obligation
from backend.billing.notices import read_notice
from backend.billing.operations import cancel_order
from backend.billing.rolls.loading import load_roll
from backend.billing.slots import SlotTaken
from tests.operations.debts import ANNUAL, FIRST, YEAR, Car, as_csv, car, in_town, unused_row
from tests.operations.gateway import SignedNotice, homeless, notice_of, post
from tests.operations.orders import an_instant, at_once, check, checked_order, held_slots, kinds, order, state


def checked_car(town: str) -> Car:
    vehicle = car(town)
    check(vehicle)
    return vehicle


def total(vehicle: Car, option: str) -> int:
    return order(vehicle, option=option).order.total


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
            partial(total, vehicle, "single"),
            partial(total, vehicle, "first"),
        )

        assert kinds(results) == ["SlotTaken", "int"], "two orders hold one slot"
        charged = next(result for result in results if isinstance(result, int))
        assert len(held_slots(vehicle)) == {ANNUAL: 2, FIRST: 1}[charged]


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


def test_a_late_payment_and_a_new_order_at_the_same_moment_never_hold_one_slot() -> None:
    for _ in range(3):
        vehicle = checked_car("nunoa")
        left = order(vehicle)
        with in_town("nunoa"):
            cancel_order(token=left.token)
        late = notice_of(vehicle, left)

        heard, made = at_once(
            partial(read, "nunoa", late),
            partial(order, vehicle),
        )

        assert heard == "APPLIED"
        settled = state(vehicle, left) == "PAID"
        holders = {number for _slot, number in held_slots(vehicle)}
        assert kinds([made]) == (["SlotTaken"] if settled else ["OpenedOrder"])
        assert (len(holders), left.order.number in holders) == (1, settled)
        assert len(homeless("nunoa", late)) == (0 if settled else 1)


def test_two_late_payments_of_one_debt_at_the_same_moment_settle_one() -> None:
    vehicle = checked_car("valdivia")
    orders = []
    for _ in range(2):
        orders.append(order(vehicle))
        with in_town("valdivia"):
            cancel_order(token=orders[-1].token)
    notices = [notice_of(vehicle, opened) for opened in orders]

    at_once(*[partial(read, "valdivia", sent) for sent in notices])

    assert sorted(state(vehicle, opened) for opened in orders) == ["CANCELLED", "PAID"]
    assert sorted(len(homeless("valdivia", sent)) for sent in notices) == [0, 1]
    assert len(held_slots(vehicle)) == 2


def read(town: str, sent: SignedNotice) -> str:
    assert post(town, sent).status_code == 200
    with in_town(town):
        rows = Notice.objects.filter(is_authentic=True).order_by("-id")[:10]
        return read_notice(notice_id=next(row.id for row in rows if bytes(row.raw) == sent.raw))


def test_the_same_plate_in_two_municipalities_is_two_debts() -> None:
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
