"""Refunds: one person requests, another approves, the bank's transfer is recorded; books, slots and states follow."""

from datetime import timedelta

import pytest

from backend.audit.actors import Actor
from backend.audit.models import AuditEntry
from backend.billing import operations, queries, refund_execution, refunds
from backend.billing.models import LedgerEntry, Refund
from backend.shared import clock
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.gateway import hear, homeless, notice_of
from tests.operations.orders import check, held_slots, order, state
from tests.operations.refunding import (
    CLERK,
    DECREE,
    DIRECTOR,
    REFERENCE,
    WHY,
    approved,
    events,
    given_back,
    money_of,
    paid,
    refund,
    request,
    transfer,
)


def acts(town: str, refund_id: int) -> list[str]:
    with in_town(town):
        rows = AuditEntry.objects.filter(object_kind="Refund", object_key=str(refund_id)).order_by("id")
        return list(rows.values_list("act", flat=True))


def test_a_refund_goes_from_request_to_transfer_and_everything_follows() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    before = money_of("nunoa")

    refund_id = given_back(vehicle, opened)

    row, after = refund("nunoa", refund_id), money_of("nunoa")
    assert (row.state, row.method, row.amount) == ("EXECUTED", "TRANSFER", ANNUAL)
    assert (row.decree, row.bank_reference, row.email) == (DECREE, REFERENCE, opened.order.email)
    assert (row.requested_by_name, row.approved_by_name) == (CLERK.name, DIRECTOR.name)
    assert state(vehicle, opened) == "REFUNDED"
    assert held_slots(vehicle) == []
    assert after.captured == before.captured
    assert (after.settled - before.settled).pesos == -ANNUAL
    assert (after.refunded - before.refunded).pesos == ANNUAL
    assert events("nunoa", refund_id) == ["RefundApproved", "RefundExecuted"]
    assert acts("nunoa", refund_id) == ["refund.requested", "refund.approved", "refund.executed"]


def test_the_ledger_reverses_account_by_account() -> None:
    vehicle = car("valdivia")
    opened = paid(vehicle)
    with in_town("valdivia"):
        earned = LedgerEntry.objects.filter(order=opened.order).order_by("line").values_list("credit", "amount")
        wanted = [(account, "refunded.transfer", amount) for account, amount in earned]

    refund_id = given_back(vehicle, opened)

    with in_town("valdivia"):
        reversed_ = LedgerEntry.objects.filter(cause=f"refund:{refund_id}").order_by("line")
        assert list(reversed_.values_list("debit", "credit", "amount")) == wanted


def test_what_was_given_back_is_owed_again_and_can_be_paid() -> None:
    vehicle = car("nunoa")
    given_back(vehicle, paid(vehicle))
    check(vehicle)

    again = paid(vehicle)

    with in_town("nunoa"):
        assert queries.paid_slots(vehicle.obligation_id) == {1, 2}
    assert state(vehicle, again) == "PAID"


def test_of_an_order_of_two_debts_one_is_given_back_and_the_order_stays_paid() -> None:
    kept, returned = car("nunoa"), car("nunoa")
    opened = paid(kept, returned)

    given_back(returned, opened)
    in_between = state(kept, opened), len(held_slots(kept)), len(held_slots(returned))
    given_back(kept, opened)

    assert in_between == ("PAID", 2, 0)
    assert (state(kept, opened), held_slots(kept)) == ("REFUNDED", [])


def test_a_payment_that_arrives_for_a_refunded_order_is_kept_as_homeless() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    given_back(vehicle, opened)
    late = notice_of(vehicle, opened)

    assert hear("nunoa", late) == "APPLIED"

    assert homeless("nunoa", late) == [(ANNUAL, "double", "refund")]


def test_who_requested_does_not_approve() -> None:
    vehicle = car("nunoa")
    refund_id = request(vehicle, paid(vehicle))
    renamed = Actor(account_id=CLERK.account_id, name="otro.nombre@prueba.example")
    namesake = Actor(account_id=None, name=CLERK.name)

    for same in (CLERK, renamed, namesake):
        with in_town("nunoa"), pytest.raises(refunds.SecondPersonNeeded):
            refunds.approve_refund(refund_id=refund_id, actor=same)

    assert (refund("nunoa", refund_id).state, events("nunoa", refund_id)) == ("REQUESTED", [])


def test_at_the_terminal_two_people_are_needed_too() -> None:
    vehicle = car("nunoa")
    one, other = (Actor(account_id=None, name=f"terminal: {user}") for user in ("una", "otra"))
    refund_id = request(vehicle, paid(vehicle), actor=one)

    with in_town("nunoa"):
        with pytest.raises(refunds.SecondPersonNeeded):
            refunds.approve_refund(refund_id=refund_id, actor=one)
        refunds.approve_refund(refund_id=refund_id, actor=other)

    assert refund("nunoa", refund_id).state == "APPROVED"


def test_a_second_approval_changes_nothing() -> None:
    vehicle = car("nunoa")
    refund_id = approved(vehicle, paid(vehicle))
    third = Actor(account_id=903, name="tesorera@prueba.example")

    with in_town("nunoa"):
        refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
        with pytest.raises(refunds.RefundNotOpen):
            refunds.approve_refund(refund_id=refund_id, actor=third)

    assert events("nunoa", refund_id) == ["RefundApproved"]


@pytest.mark.parametrize("amount", [ANNUAL - 1, ANNUAL + 1, 0, -ANNUAL])
def test_another_amount_than_was_paid_is_refused(amount: int) -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)

    with pytest.raises(refunds.RefundAmountDiffers) as refusal:
        request(vehicle, opened, amount=amount)

    assert "$59.543" in refusal.value.message.es
    with in_town("nunoa"):
        assert not Refund.objects.filter(order=opened.order).exists()


def test_an_item_is_given_back_once() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    refund_id = request(vehicle, opened)

    with pytest.raises(refunds.RefundAlreadyRequested):
        request(vehicle, opened)
    with in_town("nunoa"):
        refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
    transfer("nunoa", refund_id)
    with pytest.raises(refunds.NotPaid):
        request(vehicle, opened)


def test_what_is_not_paid_is_not_given_back() -> None:
    vehicle = car("nunoa")
    check(vehicle)
    opened = order(vehicle)

    with pytest.raises(refunds.NotPaid):
        request(vehicle, opened)


def test_a_denied_refund_leaves_the_payment_and_can_be_requested_again() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    refund_id = request(vehicle, opened)

    with in_town("nunoa"):
        for _ in range(2):
            refunds.deny_refund(refund_id=refund_id, reason="No corresponde", actor=DIRECTOR)
        with pytest.raises(refunds.RefundNotOpen):
            refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
    again = request(vehicle, opened)

    assert (refund("nunoa", refund_id).state, refund("nunoa", again).state) == ("DENIED", "REQUESTED")
    assert events("nunoa", refund_id) == ["RefundDenied"]
    assert (state(vehicle, opened), len(held_slots(vehicle))) == ("PAID", 2)


def test_without_a_reason_nothing_is_requested_or_denied() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    refund_id = request(vehicle, opened)
    with in_town("nunoa"):
        item = opened.order.items.get()
        with pytest.raises(refunds.RefundReasonMissing):
            refunds.deny_refund(refund_id=refund_id, reason=" ", actor=DIRECTOR)
        refunds.deny_refund(refund_id=refund_id, reason=WHY, actor=DIRECTOR)
        with pytest.raises(refunds.RefundReasonMissing):
            refunds.request_refund(item_id=item.id, stated_amount=Money(ANNUAL), reason="", actor=CLERK)


def test_a_transfer_needs_approval_decree_reference_and_a_possible_day() -> None:
    vehicle = car("nunoa")
    refund_id = request(vehicle, paid(vehicle))

    def attempt(*, decree: str = DECREE, reference: str = REFERENCE, days: int = 0) -> int:
        with in_town("nunoa"):
            return refund_execution.record_transfer(
                refund_id=refund_id,
                decree=decree,
                bank_reference=reference,
                transferred_on=clock.today() + timedelta(days=days),
                actor=DIRECTOR,
            )

    with pytest.raises(refunds.RefundNotOpen):
        attempt()
    with in_town("nunoa"):
        refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
    for wrong in ({"decree": " "}, {"reference": ""}, {"reference": "9" * 61}):
        with pytest.raises(refund_execution.TransferIncomplete):
            attempt(**wrong)  # type: ignore[arg-type] # each is a name of a text
    for days in (-1, 1):
        with pytest.raises(refund_execution.TransferDateNotPossible):
            attempt(days=days)
    assert refund("nunoa", refund_id).state == "APPROVED"

    assert attempt() == attempt() == refund_id
    with pytest.raises(refunds.RefundNotOpen):
        attempt(reference="TEF 999")

    with in_town("nunoa"):
        assert LedgerEntry.objects.filter(cause=f"refund:{refund_id}", line=1).count() == 1


def test_an_order_that_was_given_back_is_not_cancelled_or_paid_by_its_bearer() -> None:
    vehicle = car("nunoa")
    opened = paid(vehicle)
    given_back(vehicle, opened)

    with in_town("nunoa"), pytest.raises(operations.OrderNotOpen):
        operations.cancel_order(token=opened.token)
