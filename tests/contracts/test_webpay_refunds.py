"""The adapter of Webpay gives money back once, whatever answers were lost."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from backend.billing.gateways.base import (
    GatewayUnavailable,
    RefundRefused,
)
from backend.billing.gateways.webpay import GATEWAY
from backend.shared.money import Money
from tests.contracts.sandbox_process import Sandbox
from tests.contracts.webpay_partner import later
from tests.contracts.webpay_payments import TOTAL, Payment, paid


def test_money_is_given_back_once_however_often_it_is_asked_for(pay: Callable[[], Payment]) -> None:
    payment, operation = paid(pay)

    first = GATEWAY.refund(operation, TOTAL, Money(0), payment.access)
    again = GATEWAY.refund(operation, TOTAL, Money(0), payment.access)

    assert (first.was_done_before, again.was_done_before) == (False, True)
    assert payment.refunded() == [TOTAL.pesos]


def test_a_part_whose_answer_was_lost_is_given_back_once(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment, operation = paid(pay)
    sandbox.fault("webpay", "timeout", match=f"refund {payment.number}", seconds=0, times=1)

    for _ in range(2):
        with suppress(GatewayUnavailable):
            GATEWAY.refund(operation, Money(20_000), Money(0), payment.access)

    assert payment.refunded() == [20_000], "money was given back twice"


def test_a_refund_whose_answer_was_lost_is_found_and_not_done_again(
    sandbox: Sandbox, pay: Callable[[], Payment]
) -> None:
    payment, operation = paid(pay)
    sandbox.fault("webpay", "timeout", match=f"refund {payment.number}", seconds=0, times=1)

    with pytest.raises(GatewayUnavailable):
        GATEWAY.refund(operation, Money(20_000), Money(0), payment.access)
    again = GATEWAY.refund(operation, Money(20_000), Money(0), payment.access)
    rest = GATEWAY.refund(operation, Money(39_543), Money(20_000), payment.access)

    assert (again.was_done_before, rest.was_done_before) == (True, False)
    assert rest.reference
    assert payment.refunded() == [20_000, 39_543]


@pytest.mark.parametrize(("amount", "already"), [(59_544, 0), (1, 59_543), (10_000, 5_000)])
def test_more_than_there_is_or_other_than_we_know_is_not_given_back(
    pay: Callable[[], Payment], amount: int, already: int
) -> None:
    payment, operation = paid(pay)

    with pytest.raises(RefundRefused):
        GATEWAY.refund(operation, Money(amount), Money(already), payment.access)

    assert payment.refunded() == []


@pytest.mark.parametrize("means", ["VD", "VC"])
def test_a_card_that_gives_back_no_part_refuses(pay: Callable[[], Payment], means: str) -> None:
    payment, operation = paid(pay, means=means)

    with pytest.raises(RefundRefused):
        GATEWAY.refund(operation, Money(1), Money(0), payment.access)

    assert payment.refunded() == []


def test_nothing_is_given_back_where_it_cannot_be_looked_at_first(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment, operation = paid(pay)
    later(sandbox, payment.token, 8 * 24 * 3600)

    with pytest.raises(RefundRefused):
        GATEWAY.refund(operation, TOTAL, Money(0), payment.access)

    assert payment.refunded() == []


def test_nothing_is_given_back_of_another_operation(pay: Callable[[], Payment]) -> None:
    payment, operation = paid(pay)
    other = replace(operation, operation_id=f"{payment.number}-FFFFF")

    with pytest.raises(RefundRefused):
        GATEWAY.refund(other, TOTAL, Money(0), payment.access)
