"""Two things happen to one order at the same moment, in either order: paid and cancelled or withdrawn, paid twice."""

from functools import partial

import pytest

from backend.audit.actors import Actor
from backend.billing import debts
from backend.billing.models import LedgerEntry, Notice, Obligation
from backend.billing.notices import read_notice
from backend.billing.operations import OpenedOrder, cancel_order
from backend.outbox.models import Event
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.gateway import SignedNotice, homeless, notice_of, post
from tests.operations.in_turn import in_turn
from tests.operations.orders import checked_order, held_slots, start, state

TOWN = "nunoa"
CLERK = Actor(account_id=None, name="prueba")


def a_car_and_its_order() -> tuple[Car, OpenedOrder]:
    vehicle = car(TOWN)
    opened = checked_order(vehicle)
    start(vehicle, opened)
    return vehicle, opened


def paying(vehicle: Car, opened: OpenedOrder) -> tuple[SignedNotice, partial[str]]:
    """A notice that has been stored, and a worker's reading of it."""
    sent = notice_of(vehicle, opened)
    assert post(TOWN, sent).status_code == 200
    with in_town(TOWN):
        rows = Notice.objects.filter(is_authentic=True).order_by("-id")[:10]
        stored = next(row.id for row in rows if bytes(row.raw) == sent.raw)
    return sent, partial(_read, stored)


def _read(notice_id: int) -> str:
    with in_town(TOWN):
        return read_notice(notice_id=notice_id)


def cancel(opened: OpenedOrder) -> str:
    with in_town(TOWN):
        return str(cancel_order(token=opened.token).state)


def withdraw(vehicle: Car) -> str:
    with in_town(TOWN):
        debts.withdraw_debt(obligation_id=vehicle.obligation_id, reason="Caja 3, folio 12", actor=CLERK)
    return "withdrawn"


def said(result: object) -> object:
    return type(result).__name__ if isinstance(result, Exception) else result


def is_withdrawn(vehicle: Car) -> bool:
    with in_town(TOWN):
        return Obligation.objects.get(id=vehicle.obligation_id).withdrawn_at is not None


@pytest.mark.parametrize(("first", "answer"), [("pay", "OrderNotOpen"), ("cancel", "CANCELLED")])
def test_an_order_that_is_paid_and_cancelled_at_the_same_moment_is_paid(first: str, answer: str) -> None:
    vehicle, opened = a_car_and_its_order()
    sent, pay = paying(vehicle, opened)
    calls = [pay, partial(cancel, opened)]

    results = in_turn(TOWN, opened.order.id, *(calls if first == "pay" else calls[::-1]))

    heard, cancelled = results if first == "pay" else results[::-1]
    assert state(vehicle, opened) == "PAID", "a payment was cancelled away"
    assert (heard, said(cancelled)) == ("APPLIED", answer)
    assert held_slots(vehicle) == [(1, opened.order.number), (2, opened.order.number)]
    assert homeless(TOWN, sent) == []


@pytest.mark.parametrize("was_cancelled", [False, True])
@pytest.mark.parametrize("first", ["pay", "withdraw"])
def test_a_debt_that_is_paid_and_withdrawn_at_the_same_moment_is_one_of_the_two(
    first: str, was_cancelled: bool
) -> None:
    vehicle, opened = a_car_and_its_order()
    if was_cancelled:
        cancel(opened)
    sent, pay = paying(vehicle, opened)
    calls = [pay, partial(withdraw, vehicle)]

    results = in_turn(TOWN, opened.order.id, *(calls if first == "pay" else calls[::-1]))

    heard, answer = results if first == "pay" else results[::-1]
    became = (state(vehicle, opened), is_withdrawn(vehicle), said(answer), homeless(TOWN, sent))
    paid: tuple[object, ...] = ("PAID", False, "DebtIsPaid", [])
    withdrawn: tuple[object, ...] = ("CANCELLED", True, "withdrawn", [(ANNUAL, "withdrawn", "refund")])
    assert heard == "APPLIED"
    assert became == (paid if first == "pay" else withdrawn), "a debt is both paid and withdrawn"


def test_two_payments_of_one_order_at_the_same_moment_settle_it_once() -> None:
    vehicle, opened = a_car_and_its_order()
    one, pay_one = paying(vehicle, opened)
    other, pay_other = paying(vehicle, opened)

    results = in_turn(TOWN, opened.order.id, pay_one, pay_other)

    with in_town(TOWN):
        settled = Event.objects.filter(name="PaymentSettled", payload={"order_id": opened.order.id}).count()
        earned = LedgerEntry.objects.filter(order=opened.order).exclude(credit="homeless").count()
    assert (settled, earned) == (1, 2), "one order was settled twice"
    assert list(map(said, results)) == ["APPLIED", "APPLIED"]
    assert (homeless(TOWN, one), homeless(TOWN, other)) == ([], [(ANNUAL, "double", "refund")])
