"""Several people at the same moment, on real connections: never more is given back than was captured, never twice."""

from functools import partial

from django.db import transaction

from backend.billing import capture, ledger, refunds
from backend.billing.models import HomelessDecision, LedgerEntry, Order, Refund
from backend.outbox.models import Event
from backend.shared import clock
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.orders import at_once, held_slots, kinds, state
from tests.operations.refunding import (
    CLERK,
    DIRECTOR,
    WHY,
    approved,
    item_of,
    money_of,
    paid,
    paid_twice,
    refund,
    request,
    transfer,
)


def test_of_two_requests_for_one_item_one_is_made() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)

    results = at_once(*[lambda: request(vehicle, opened)] * 4)

    assert kinds(results) == ["RefundAlreadyRequested"] * 3 + ["int"]


def test_two_decisions_at_once_never_promise_more_than_an_operation_captured() -> None:
    kept = paid_twice("nunoa")

    results = at_once(*[lambda: kept.refund(40_000)] * 2)

    assert kinds(results) == ["MoreThanCaptured", "int"], "more is promised than was captured"
    assert kept.refund(ANNUAL - 40_000)


def test_one_peso_more_than_was_captured_is_refused() -> None:
    kept = paid_twice("valdivia")

    results = at_once(lambda: kept.refund(ANNUAL + 1))

    assert kinds(results) == ["MoreThanCaptured"], "more is promised than was captured"
    assert "$59.543" in str(results[0])
    with in_town("valdivia"):
        assert not HomelessDecision.objects.filter(homeless_id=kept.homeless_id).exists()


def test_what_the_gateway_s_own_book_does_not_show_is_not_given_back() -> None:
    kept = paid_twice("valdivia")
    money = kept.money()
    with in_town("valdivia"), transaction.atomic():
        cause = f"tgr:{money.reading.operation_id}:file"
        ledger.post_dispute(money.order, Money(9_543), gateway="tgr", cause=cause)

    results = at_once(lambda: kept.refund(50_001))

    assert kinds(results) == ["MoreThanCaptured"], "more is promised than was captured"
    assert kept.refund(50_000)


def test_a_denied_refund_promises_nothing() -> None:
    kept = paid_twice("valdivia")
    refund_id = kept.take(ANNUAL)

    with in_town("valdivia"):
        refunds.deny_refund(refund_id=refund_id, reason="No corresponde", actor=DIRECTOR)

    assert kept.take(ANNUAL) > refund_id


def test_of_approving_and_denying_at_once_both_are_told_in_order() -> None:
    for _ in range(3):
        vehicle = car("nunoa")
        refund_id = request(vehicle, paid(vehicle))

        at_once(
            partial(decide, refund_id, is_approved=True),
            partial(decide, refund_id, is_approved=False),
        )

        with in_town("nunoa"):
            told = list(Event.objects.filter(payload={"refund_id": refund_id}).order_by("id").values_list("name"))
        assert refund("nunoa", refund_id).state == "DENIED"
        assert told in ([("RefundDenied",)], [("RefundApproved",), ("RefundDenied",)])
        assert len(held_slots(vehicle)) == 2


def decide(refund_id: int, *, is_approved: bool) -> int:
    with in_town("nunoa"):
        if is_approved:
            return refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
        return refunds.deny_refund(refund_id=refund_id, reason=WHY, actor=DIRECTOR)


def test_a_transfer_that_two_people_record_is_posted_once() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    refund_id = approved(vehicle, opened)
    before = money_of("nunoa")

    results = at_once(*[lambda: transfer("nunoa", refund_id)] * 3)

    assert results == [refund_id] * 3
    assert (money_of("nunoa").refunded - before.refunded).pesos == ANNUAL
    assert state(vehicle, opened) == "REFUNDED"


def test_both_items_of_an_order_at_once_make_it_refunded() -> None:
    one, other = car("nunoa"), car("nunoa")
    opened = paid(one, other)
    first, second = approved(one, opened), approved(other, opened)

    results = at_once(partial(transfer, "nunoa", first), partial(transfer, "nunoa", second))

    assert results == [first, second]
    assert state(one, opened) == "REFUNDED"
    with in_town("nunoa"):
        assert LedgerEntry.objects.filter(cause__in=[f"refund:{first}", f"refund:{second}"], line=1).count() == 2


def test_money_that_was_applied_and_is_given_back_then_counts_once() -> None:
    kept, vehicle = paid_twice("nunoa"), car("nunoa")
    opened = paid(vehicle)
    money = kept.money()
    with in_town("nunoa"), transaction.atomic():
        HomelessDecision.objects.create(
            homeless=money,
            action=HomelessDecision.Action.APPLY,
            amount=ANNUAL,
            note=WHY,
            order=Order.objects.get(id=opened.order.id),
            account_name=CLERK.name,
            decided_at=clock.now(),
        )

    assert kinds(at_once(lambda: kept.refund(1))) == ["MoreThanCaptured"]
    refund_id = request(vehicle, opened)

    with in_town("nunoa"):
        row = Refund.objects.get(id=refund_id)
        operation = row.gateway, row.operation_id
        assert operation == (money.reading.gateway, money.reading.operation_id)
        assert capture.captured_by(*operation) == capture.promised_of(*operation) == Money(ANNUAL)
        assert item_of(vehicle, opened).id == row.item_id
