"""Refunds of money without a home: it leaves the account when it is given back, and is open again when denied."""

from backend.billing import refunds
from backend.billing.models import Order
from tests.operations.debts import ANNUAL, in_town
from tests.operations.refunding import DIRECTOR, Kept, events, money_of, paid_twice, transfer


def test_homeless_money_is_given_back_by_a_decision_and_leaves_the_account() -> None:
    kept = paid_twice("nunoa")
    before = money_of("nunoa")
    refund_id = kept.take(ANNUAL)

    with in_town("nunoa"):
        refunds.approve_refund(refund_id=refund_id, actor=DIRECTOR)
    transfer("nunoa", refund_id)

    after = money_of("nunoa")
    assert (after.homeless - before.homeless).pesos == -ANNUAL
    assert (after.refunded - before.refunded).pesos == ANNUAL
    assert (after.captured, after.settled) == (before.captured, before.settled)
    assert order_of(kept).state == "PAID"


def order_of(kept: Kept) -> Order:
    with in_town(kept.town):
        found = kept.money().order
        assert found is not None
        return Order.objects.get(id=found.id)


def test_a_denied_refund_of_homeless_money_opens_it_again() -> None:
    kept = paid_twice("nunoa")
    refund_id = kept.take(ANNUAL)
    closed = kept.money()

    with in_town("nunoa"):
        refunds.deny_refund(refund_id=refund_id, reason="El pago es de otra persona", actor=DIRECTOR)

    money = kept.money()
    assert (closed.state, closed.open_amount) == ("CLOSED", 0)
    assert (money.state, money.open_amount) == ("OPEN", ANNUAL)
    assert events("nunoa", refund_id) == ["RefundDenied"]


def test_a_denied_part_is_added_to_what_is_open() -> None:
    kept = paid_twice("nunoa")
    refund_id = kept.take(10_000)

    with in_town("nunoa"):
        refunds.deny_refund(refund_id=refund_id, reason="Falta el decreto", actor=DIRECTOR)

    assert (kept.money().state, kept.money().open_amount) == ("OPEN", ANNUAL)
