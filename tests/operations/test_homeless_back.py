"""Money without a home given back or claimed at the gateway; a request under a key is one decision."""

import pytest

from backend.billing import homeless
from backend.billing.homeless import NoteMissing, NotEnoughOpen
from backend.billing.homeless_queries import HomelessNotFound
from backend.billing.models import Refund
from backend.billing.order_input import EmailNotUsable
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, FIRST, car, in_town
from tests.operations.homeless import (
    CLERK,
    apply,
    assert_books_balance,
    claim,
    decided,
    nothing_happened,
    paid_twice,
    paid_twice_with_another_debt,
    refund,
)
from tests.operations.orders import EMAIL


def test_a_refund_of_a_part_is_requested_and_the_rest_stays_open() -> None:
    kept = paid_twice(car("valdivia"))

    decision = refund(kept, 20_000)

    assert decided(kept) == ("OPEN", ANNUAL - 20_000, [("REFUND", 20_000)])
    with in_town("valdivia"):
        asked = Refund.objects.get(decision_id=decision)
    assert (asked.state, asked.amount, asked.email, asked.operation_id) == (
        "REQUESTED",
        20_000,
        EMAIL,
        kept.sent.operation_id,
    )
    assert_books_balance("valdivia")


@pytest.mark.parametrize("amount", [ANNUAL + 1, 2 * ANNUAL])
def test_no_more_is_given_back_than_is_open(amount: int) -> None:
    kept = paid_twice(car("nunoa"))

    with pytest.raises(NotEnoughOpen):
        refund(kept, amount)

    nothing_happened(kept)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_takes_an_amount(amount: int) -> None:
    kept = paid_twice(car("nunoa"))

    with pytest.raises(homeless.AmountNotUsable):
        refund(kept, amount)

    nothing_happened(kept)


def test_a_refund_says_why_and_to_whom_it_is_told() -> None:
    kept = paid_twice(car("nunoa"))

    with pytest.raises(NoteMissing):
        refund(kept, ANNUAL, reason="  ")
    with pytest.raises(EmailNotUsable):
        refund(kept, ANNUAL, email="no es un correo")

    nothing_happened(kept)


def test_a_claim_takes_nothing_can_be_repeated_and_is_followed_by_a_decision() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    claim(kept)
    claim(kept, note="Oficio 13 a TGR, reiterado")
    assert decided(kept) == ("CLAIMED", ANNUAL, [("CLAIM", 0), ("CLAIM", 0)])
    apply(kept, other, option="first")
    assert kept.row.state == "CLAIMED"
    refund(kept, ANNUAL - FIRST)

    assert decided(kept)[:2] == ("CLOSED", 0)
    assert_books_balance("nunoa")


def test_a_claim_says_why() -> None:
    kept = paid_twice(car("nunoa"))

    with pytest.raises(NoteMissing):
        claim(kept, note=" ")

    nothing_happened(kept)


def test_the_same_request_again_is_one_decision() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")
    key = f"clave-{kept.homeless_id:08d}"

    decisions = {apply(kept, other, stated=Money(ANNUAL), request_key=key) for _ in range(2)}

    assert len(decisions) == 1
    assert decided(kept) == ("CLOSED", 0, [("APPLY", ANNUAL)])


def test_money_of_one_municipality_is_unknown_in_another() -> None:
    kept = paid_twice(car("nunoa"))

    with in_town("valdivia"), pytest.raises(HomelessNotFound):
        homeless.claim_at_gateway(
            homeless_id=kept.homeless_id + 10_000_000, stated_open=Money(ANNUAL), note="Nada", actor=CLERK
        )

    nothing_happened(kept)
