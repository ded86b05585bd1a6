"""Two clerks at the same moment, on connections of their own: one decides, the other is told what is open now."""

from functools import partial

from backend.billing import debts
from backend.billing.homeless import NothingOpen, OpenAmountChanged
from backend.billing.slots import SlotTaken
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, FIRST, car, in_town
from tests.operations.homeless import (
    CLERK,
    OTHER_CLERK,
    Kept,
    another_car_of,
    apply,
    assert_books_balance,
    decided,
    paid_twice,
    paid_twice_with_another_debt,
    refund,
)
from tests.operations.orders import at_once, check, held_slots, kinds, order


def refund_20_000(kept: Kept, **more: object) -> int:
    return refund(kept, 20_000, stated=Money(ANNUAL), **more)


def test_of_two_clerks_who_give_back_a_part_at_the_same_moment_one_does() -> None:
    kept = paid_twice(car("nunoa"))

    results = at_once(
        partial(refund_20_000, kept, actor=CLERK),
        partial(refund_20_000, kept, actor=OTHER_CLERK),
    )

    assert kinds(results) == ["OpenAmountChanged", "int"], "one open amount was decided twice"
    refused = next(result for result in results if isinstance(result, OpenAmountChanged))
    assert "$39.543" in refused.message.es
    assert decided(kept) == ("OPEN", ANNUAL - 20_000, [("REFUND", 20_000)])
    assert_books_balance("nunoa")


def test_of_two_debts_that_one_sum_could_pay_one_is_paid() -> None:
    kept, one = paid_twice_with_another_debt("valdivia")
    other = another_car_of(kept.car)
    check(other)

    results = at_once(
        partial(apply, kept, one, stated=Money(ANNUAL)),
        partial(apply, kept, other, stated=Money(ANNUAL)),
    )

    assert kinds(results) == ["NothingOpen", "int"], "one sum paid two debts"
    assert sorted(len(held_slots(each)) for each in (one, other)) == [0, 2]
    assert decided(kept) == ("CLOSED", 0, [("APPLY", ANNUAL)])
    assert_books_balance("valdivia")


def test_of_a_refund_and_an_application_at_the_same_moment_one_is_decided() -> None:
    for _ in range(2):
        kept, other = paid_twice_with_another_debt("nunoa")

        results = at_once(
            partial(apply, kept, other, stated=Money(ANNUAL)),
            partial(refund, kept, ANNUAL, stated=Money(ANNUAL)),
        )

        assert kinds(results) == ["NothingOpen", "int"], "one sum was spent twice"
        assert isinstance(next(result for result in results if not isinstance(result, int)), NothingOpen)
        assert kept.row.state == "CLOSED"
        assert_books_balance("nunoa")


def test_many_who_press_the_same_button_are_one_decision() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    results = at_once(*[partial(apply, kept, other, stated=Money(ANNUAL), option="first")] * 4)

    assert kinds(results) == ["OpenAmountChanged"] * 3 + ["int"]
    assert decided(kept) == ("OPEN", ANNUAL - FIRST, [("APPLY", FIRST)])
    assert len(held_slots(other)) == 1


def test_a_citizen_who_orders_the_debt_at_the_same_moment_and_the_clerk_never_both_hold_it() -> None:
    for _ in range(3):
        kept, other = paid_twice_with_another_debt("nunoa")

        results = at_once(partial(apply, kept, other), partial(order, other))

        assert kinds(results) in (["OpenedOrder", "SlotTaken"], ["SlotTaken", "int"]), results
        assert any(isinstance(result, SlotTaken) for result in results)
        assert len({number for _slot, number in held_slots(other)}) == 1
        assert_books_balance("nunoa")


def test_a_debt_that_is_withdrawn_at_the_same_moment_is_paid_or_withdrawn_and_not_both() -> None:
    def withdraw(obligation_id: int) -> str:
        with in_town("valdivia"):
            debts.withdraw_debt(obligation_id=obligation_id, reason="Caja 3, folio 12", actor=CLERK)
        return "withdrawn"

    for _ in range(3):
        kept, other = paid_twice_with_another_debt("valdivia")

        results = at_once(partial(apply, kept, other), partial(withdraw, other.obligation_id))

        assert kinds(results) in (["DebtIsPaid", "int"], ["DebtNotFound", "str"]), results
        assert len(held_slots(other)) == (2 if "int" in kinds(results) else 0)
        assert_books_balance("valdivia")
