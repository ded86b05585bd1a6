"""A permit that paid fines is given back only while Registro Civil cannot know of them."""

import uuid

import pytest

from backend.billing import evidence, fines, operations, refunds
from backend.billing.books import read_books
from backend.billing.models import FineClaim, LedgerEntry
from backend.billing.operations import OpenedOrder
from backend.billing.order_input import WantedItem
from backend.checks.fines import ReportNotAcknowledged
from backend.shared import clock
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import EMAIL
from tests.operations.refunding import DIRECTOR, given_back, request
from tests.operations.world import World

FINE, FEE = 60_000, 1_850
TOTAL = ANNUAL + FINE + FEE


def paid_with_fine(world: World) -> tuple[Car, OpenedOrder]:
    vehicle = car("nunoa")
    world.vehicle(vehicle.plate, fines=[FINE])
    with in_town("nunoa"):
        evidence.run_checks(debt=vehicle.debt, today=clock.today())
        opened = operations.create_order(
            items=[WantedItem(debt=vehicle.debt, option="single", with_fines=True)],
            email=EMAIL,
            key=uuid.uuid4().hex,
            return_url=None,
            language="es",
            now=clock.now(),
        )
    hear("nunoa", notice_of(vehicle, opened))
    return vehicle, opened


def report(opened: OpenedOrder) -> None:
    with in_town("nunoa"):
        fines.report_fines(order_id=opened.order.id)


def test_what_registro_civil_was_told_of_is_not_given_back(world: World) -> None:
    vehicle, opened = paid_with_fine(world)
    report(opened)

    with pytest.raises(refunds.FinesReported):
        request(vehicle, opened, amount=TOTAL)


def test_what_it_may_have_been_told_of_neither(world: World) -> None:
    vehicle, opened = paid_with_fine(world)
    world.fault("fines", "timeout", match=vehicle.plate, seconds=0)
    with pytest.raises(ReportNotAcknowledged):
        report(opened)

    with pytest.raises(refunds.FinesReported):
        request(vehicle, opened, amount=TOTAL)


def test_while_a_refund_is_asked_for_its_fines_are_not_reported(world: World) -> None:
    vehicle, opened = paid_with_fine(world)
    refund_id = request(vehicle, opened, amount=TOTAL)

    with pytest.raises(fines.FinesWaitForRefund):
        report(opened)
    still_owed = len(world.fines(vehicle.plate))
    with in_town("nunoa"):
        refunds.deny_refund(refund_id=refund_id, reason="No corresponde", actor=DIRECTOR)
    report(opened)

    assert (still_owed, world.fines(vehicle.plate)) == (1, [])


def test_a_permit_that_is_given_back_frees_its_fines_and_reverses_the_courts_money(world: World) -> None:
    vehicle, opened = paid_with_fine(world)
    with in_town("nunoa"):
        before = read_books()
    refund_id = given_back(vehicle, opened, amount=TOTAL)

    report(opened)

    with in_town("nunoa"):
        assert not FineClaim.objects.filter(order=opened.order, released_at=None).exists()
        reversed_ = LedgerEntry.objects.filter(cause=f"refund:{refund_id}")
        assert sum(reversed_.values_list("amount", flat=True)) == TOTAL
        assert reversed_.filter(debit__startswith="third_party.fine.", amount=FINE).exists()
        assert (before.settled - read_books().settled).pesos == TOTAL
    assert len(world.fines(vehicle.plate)) == 1
