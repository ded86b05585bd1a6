"""A roll is applied or undone at the moment in which one of its debts is paid, in either order."""

from collections.abc import Callable
from functools import partial

import pytest

from backend.billing.models import Notice, Obligation
from backend.billing.notices import read_notice
from backend.billing.operations import OpenedOrder, cancel_order
from tests.operations.debts import YEAR, Car, in_town
from tests.operations.gateway import homeless, notice_of, post
from tests.operations.in_turn import in_turn
from tests.operations.orders import checked_order, state
from tests.rolls.batches import applied, apply, car_of, fresh, row, undo, uploaded_and_read

TOWN = "nunoa"
FIRSTS = pytest.mark.parametrize("first", ["pay", "roll"])


def a_cancelled_order(of: dict[str, object]) -> tuple[Car, OpenedOrder]:
    vehicle = car_of(of)
    opened = checked_order(vehicle)
    with in_town(TOWN):
        cancel_order(token=opened.token)
    return vehicle, opened


def both(vehicle: Car, opened: OpenedOrder, roll: Callable[[], object], *, first: str) -> tuple[str, bool, int]:
    """Pay and have the roll do its work, in that order or the other; returns state, is withdrawn, homeless rows."""
    sent = notice_of(vehicle, opened)
    assert post(TOWN, sent).status_code == 200
    with in_town(TOWN):
        stored = next(each.id for each in Notice.objects.order_by("-id")[:10] if bytes(each.raw) == sent.raw)

    def pay() -> object:
        with in_town(TOWN):
            return read_notice(notice_id=stored)

    in_turn(TOWN, opened.order.id, *((pay, roll) if first == "pay" else (roll, pay)))

    with in_town(TOWN):
        found = Obligation.objects.filter(id=vehicle.obligation_id).first()
    return state(vehicle, opened), found is None or found.withdrawn_at is not None, len(homeless(TOWN, sent))


@FIRSTS
def test_a_debt_that_is_paid_while_its_roll_is_undone_is_paid_or_withdrawn(first: str) -> None:
    given = row(YEAR)
    batch = applied([given], year=YEAR)
    vehicle, opened = a_cancelled_order(given)

    became = both(vehicle, opened, partial(undo, batch), first=first)

    assert became == (("PAID", False, 0) if first == "pay" else ("CANCELLED", True, 1)), "both paid and withdrawn"
    assert fresh(batch).state == ("APPLIED" if first == "pay" else "UNDONE")


@FIRSTS
def test_a_debt_that_is_paid_while_a_complete_roll_leaves_it_out_is_paid_or_withdrawn(first: str) -> None:
    given = row(YEAR)
    applied([given], year=YEAR)
    vehicle, opened = a_cancelled_order(given)
    batch = uploaded_and_read([row(YEAR)], year=YEAR, is_complete=True).id

    try:
        became = both(vehicle, opened, partial(apply, batch), first=first)
    finally:
        undo(batch)  # the debts of all other tests

    assert became == (("PAID", False, 0) if first == "pay" else ("CANCELLED", True, 1)), "both paid and withdrawn"
