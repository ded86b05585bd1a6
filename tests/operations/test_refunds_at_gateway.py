"""Refunds that the gateway makes itself: asked once, found again after a lost answer, refused for good, in turn."""

import time
from datetime import timedelta

import pytest
from django.db import connection

from backend.billing import refund_attempts, refund_execution, refund_gateway, refunds
from backend.billing.gateways.base import GatewayUnavailable
from backend.billing.models import LedgerEntry, Refund, RefundAttempt
from backend.shared import clock
from tests.operations.debts import ANNUAL, Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.orders import at_once, held_slots, state
from tests.operations.platform import run_python
from tests.operations.refunding import (
    CLERK,
    DIRECTOR,
    WITH_WEBPAY,
    approved,
    item_of,
    money_of,
    paid,
    paid_with_webpay,
    refund,
    request,
    transfer,
)
from tests.operations.world import World


def execute(refund_id: int) -> None:
    with in_town(WITH_WEBPAY):
        refund_gateway.execute_at_gateway(refund_id=refund_id)


def outcomes(refund_id: int) -> list[str]:
    with in_town(WITH_WEBPAY):
        rows = RefundAttempt.objects.filter(refund_id=refund_id).order_by("id")
        return list(rows.values_list("outcome", flat=True))


def let_the_lease_pass(refund_id: int) -> None:
    with in_town(WITH_WEBPAY):
        RefundAttempt.objects.filter(refund_id=refund_id).update(lease_until=clock.now() - timedelta(seconds=1))


def test_an_approved_refund_is_made_by_the_gateway_that_captured_the_money(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)
    before = money_of(WITH_WEBPAY)
    refund_id = approved(vehicle, opened)

    done = [run_deliveries(WITH_WEBPAY, refund_id=refund_id)[0] for _ in range(2)]

    row, after = refund(WITH_WEBPAY, refund_id), money_of(WITH_WEBPAY)
    assert done == [("execute_refund", "DONE")] * 2
    assert (row.state, row.method, row.last_error) == ("EXECUTED", "GATEWAY", "")
    assert world.webpay_refunds(opened.order.number) == [ANNUAL]
    assert (state(vehicle, opened), held_slots(vehicle), outcomes(refund_id)) == ("REFUNDED", [], ["DONE"])
    assert (after.captured, (after.refunded - before.refunded).pesos) == (before.captured, ANNUAL)


def test_a_refund_of_tgr_s_is_a_transfer_and_its_gateway_is_not_asked() -> None:
    vehicle = car("nunoa")
    refund_id = approved(vehicle, paid(vehicle))

    assert ("execute_refund", "DONE") in run_deliveries("nunoa", refund_id=refund_id)

    assert (refund("nunoa", refund_id).state, refund("nunoa", refund_id).method) == ("APPROVED", "TRANSFER")
    with in_town("nunoa"):
        assert not RefundAttempt.objects.filter(refund_id=refund_id).exists()


def test_a_lost_answer_is_found_and_the_money_given_back_once(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)
    refund_id = approved(vehicle, opened)
    world.fault("webpay", "timeout", match=f"refund {opened.order.number}", seconds=0, times=1)

    with pytest.raises(GatewayUnavailable):
        execute(refund_id)
    in_between = refund(WITH_WEBPAY, refund_id)
    execute(refund_id)

    assert (in_between.state, "no respondió" in in_between.last_error) == ("APPROVED", True)
    assert world.webpay_refunds(opened.order.number) == [ANNUAL], "the money was given back twice"
    assert (refund(WITH_WEBPAY, refund_id).state, outcomes(refund_id)) == ("EXECUTED", ["UNKNOWN", "DONE"])


def test_while_the_outcome_is_unknown_nobody_denies_or_transfers(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)
    refund_id = approved(vehicle, opened)
    world.fault("webpay", "timeout", match=f"refund {opened.order.number}", seconds=0, times=1)
    with pytest.raises(GatewayUnavailable):
        execute(refund_id)

    with in_town(WITH_WEBPAY):
        with pytest.raises(refund_attempts.RefundOutcomeUnknown):
            refunds.deny_refund(refund_id=refund_id, reason="Ya no", actor=DIRECTOR)
        with pytest.raises(refund_attempts.RefundOutcomeUnknown):
            refund_execution.change_to_transfer(refund_id=refund_id, actor=DIRECTOR)
    with pytest.raises(refund_execution.GatewayGivesBack):
        transfer(WITH_WEBPAY, refund_id)

    execute(refund_id)
    assert world.webpay_refunds(opened.order.number) == [ANNUAL], "the money was given back twice"


def test_a_process_that_dies_after_the_gateway_s_answer_leaves_a_lease_and_no_second_refund(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)
    refund_id = approved(vehicle, opened)

    died = run_python("-m", "tests.controls.killed_refund", WITH_WEBPAY, str(refund_id))
    given, known = world.webpay_refunds(opened.order.number), refund(WITH_WEBPAY, refund_id).state
    with pytest.raises(refund_attempts.RefundRunning):
        execute(refund_id)
    let_the_lease_pass(refund_id)
    execute(refund_id)

    assert (died.returncode, died.stdout) == (-9, "the gateway gave back and nobody wrote it down\n"), died.stderr
    assert (given, known) == ([ANNUAL], "APPROVED")
    assert world.webpay_refunds(opened.order.number) == [ANNUAL], "the money was given back twice"
    assert (refund(WITH_WEBPAY, refund_id).state, outcomes(refund_id)) == ("EXECUTED", ["UNKNOWN", "DONE"])
    with in_town(WITH_WEBPAY):
        assert LedgerEntry.objects.filter(cause=f"refund:{refund_id}", line=1).count() == 1


def test_two_workers_at_once_give_back_once(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)
    refund_id = approved(vehicle, opened)
    world.fault("webpay", "slow", match=f"refund {opened.order.number}", seconds=1.0)

    at_once(*[lambda: execute(refund_id)] * 4)

    assert world.webpay_refunds(opened.order.number) == [ANNUAL], "the money was given back twice"
    assert refund(WITH_WEBPAY, refund_id).state == "EXECUTED"


def test_refunds_of_one_operation_wait_for_each_other(world: World) -> None:
    one, other = car(WITH_WEBPAY), car(WITH_WEBPAY)
    opened = paid_with_webpay(world, one, other)
    first, second = approved(one, opened), approved(other, opened)
    world.fault("webpay", "timeout", match=f"refund {opened.order.number}", seconds=0, times=1)
    with pytest.raises(GatewayUnavailable):
        execute(first)

    with pytest.raises(refund_attempts.RefundRunning):
        execute(second)
    execute(first)
    half = state(one, opened), world.webpay_refunds(opened.order.number)
    execute(second)

    assert half == ("PAID", [ANNUAL])
    assert (state(one, opened), world.webpay_refunds(opened.order.number)) == ("REFUNDED", [ANNUAL, ANNUAL])


def refused(world: World) -> tuple[Car, int]:
    """A refund that Webpay refuses for good: of a part, paid with a debit card."""
    one, other = car(WITH_WEBPAY), car(WITH_WEBPAY)
    opened = paid_with_webpay(world, one, other, means="VD")
    refund_id = approved(one, opened)
    for _ in range(2):
        execute(refund_id)
    assert world.webpay_refunds(opened.order.number) == []
    return one, refund_id


def test_what_the_gateway_refuses_waits_for_a_person_who_has_it_transferred(world: World) -> None:
    _vehicle, refund_id = refused(world)
    waiting = refund(WITH_WEBPAY, refund_id)
    with pytest.raises(refund_execution.GatewayGivesBack):
        transfer(WITH_WEBPAY, refund_id)

    with in_town(WITH_WEBPAY):
        for _ in range(2):
            refund_execution.change_to_transfer(refund_id=refund_id, actor=DIRECTOR)
    execute(refund_id)
    transfer(WITH_WEBPAY, refund_id)

    assert (waiting.state, waiting.method, "no acepta" in waiting.last_error) == ("APPROVED", "GATEWAY", True)
    assert outcomes(refund_id) == ["REFUSED"]
    row = refund(WITH_WEBPAY, refund_id)
    assert (row.state, row.method, row.last_error) == ("EXECUTED", "TRANSFER", "")


def test_what_the_gateway_refuses_can_be_denied(world: World) -> None:
    vehicle, refund_id = refused(world)

    with in_town(WITH_WEBPAY):
        refunds.deny_refund(refund_id=refund_id, reason="Se paga en caja", actor=DIRECTOR)

    execute(refund_id)
    assert (refund(WITH_WEBPAY, refund_id).state, len(held_slots(vehicle))) == ("DENIED", 2)


def test_nothing_is_held_while_the_gateway_is_asked(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)
    refund_id = approved(vehicle, opened)
    world.fault("webpay", "slow", match=f"refund {opened.order.number}", seconds=2.0)

    def look() -> list[str]:
        """What other sessions hold while the call lasts, asked in the middle of it."""
        time.sleep(1)
        with in_town(WITH_WEBPAY), connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
            try:
                cursor.execute("SELECT id FROM billing_refund WHERE id = %s FOR UPDATE", [refund_id])
                cursor.execute("SELECT id FROM billing_order WHERE id = %s FOR UPDATE", [opened.order.id])
            finally:
                cursor.execute("SET lock_timeout = 0")
        return outcomes(refund_id)

    asked, seen = at_once(lambda: execute(refund_id), look)

    assert (asked, seen) == (None, [""])
    assert refund(WITH_WEBPAY, refund_id).state == "EXECUTED"


def test_a_request_says_who_will_give_back(world: World) -> None:
    vehicle = car(WITH_WEBPAY)
    opened = paid_with_webpay(world, vehicle)

    refund_id = request(vehicle, opened, actor=CLERK)

    with in_town(WITH_WEBPAY):
        row = Refund.objects.get(id=refund_id)
        assert (row.method, row.gateway, row.item_id) == ("GATEWAY", "webpay", item_of(vehicle, opened).id)
        assert row.operation_id.startswith(opened.order.number)
