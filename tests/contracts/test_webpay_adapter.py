"""The adapter of Webpay against the sandbox's Webpay: what it makes of each end that a payment can have."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.billing.gateways.base import (
    GatewayAccess,
    GatewayRefused,
    GatewayUnavailable,
    UnreadableNotice,
)
from backend.billing.gateways.webpay import GATEWAY
from backend.billing.rules import Source
from backend.shared.money import Money
from tests.contracts.sandbox_process import Sandbox
from tests.contracts.webpay_partner import CODE, later
from tests.contracts.webpay_payments import TOTAL, Payment, place
from tests.rules.small_server import Answer, says, serving


def test_the_payer_is_sent_to_the_form_of_her_transaction(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment = pay()

    form = sandbox.http.get(payment.url)

    assert parse_qs(urlsplit(payment.url).query) == {"token_ws": [payment.token]}
    assert "$59.543" in form.text


def test_an_order_that_is_placed_again_is_a_transaction_of_its_own(
    sandbox: Sandbox, pay: Callable[[], Payment]
) -> None:
    first = pay()

    again = place(sandbox, first.number)

    assert first.token != again.token


def test_nothing_is_heard_before_the_payer_did_something(pay: Callable[[], Payment]) -> None:
    payment = pay()

    assert [payment.ask(), payment.ask()] == [None, None]
    payment.act("leave_unpaid")
    assert payment.ask() is None


@pytest.mark.parametrize("action", ["pay", "pay_and_leave"])
def test_asking_captures_what_was_authorised_whether_the_payer_came_back_or_not(
    pay: Callable[[], Payment], action: str
) -> None:
    payment = pay()
    payment.act(action, means="VD")
    before = payment.captured()

    report, again = payment.heard(), payment.heard()

    assert (before, payment.captured()) == ([], [TOTAL.pesos])
    assert (report.order_number, report.operation_id[:-5]) == (payment.number, payment.number)
    assert (report.succeeded, report.amount, report.means.es) == (True, TOTAL, "Tarjeta de débito")
    assert abs(report.paid_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert report == again


@pytest.mark.parametrize("action", ["reject", "cancel", "time_out"])
def test_what_failed_is_heard_as_failed(pay: Callable[[], Payment], action: str) -> None:
    payment = pay()
    payment.act(action)

    report, again = payment.heard(), payment.heard()

    assert (report.succeeded, report.amount, report.order_number) == (False, Money(0), payment.number)
    assert report.content_sha256 == again.content_sha256
    assert payment.captured() == []


def test_an_authorisation_that_nobody_commits_in_time_is_heard_as_failed(
    sandbox: Sandbox, pay: Callable[[], Payment]
) -> None:
    payment = pay()
    payment.act("pay_and_leave")
    later(sandbox, payment.token, 601)

    assert payment.heard().succeeded is False
    assert payment.captured() == []


def test_a_commit_whose_answer_was_lost_is_found_by_the_status(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment = pay()
    payment.act("pay")
    sandbox.fault("webpay", "timeout", match=f"commit {payment.number}", seconds=0, times=1)

    with pytest.raises(GatewayUnavailable):
        payment.ask()

    assert payment.heard().succeeded is True
    assert payment.captured() == [TOTAL.pesos]


def test_a_failure_that_becomes_a_success_is_another_report(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment = pay()
    sandbox.fault("webpay", "fails_first", match=payment.number, times=1)
    payment.act("pay")

    first, second = payment.heard(), payment.heard()

    assert (first.succeeded, second.succeeded) == (False, True)
    assert first.operation_id == second.operation_id


def test_another_amount_is_told_as_it_was_captured(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment = pay()
    sandbox.fault("webpay", "wrong_amount", match=payment.number, amount=59_544, times=1)
    payment.act("pay")

    assert payment.heard().amount == Money(59_544)


def test_after_seven_days_there_is_no_answer(sandbox: Sandbox, pay: Callable[[], Payment]) -> None:
    payment = pay()
    later(sandbox, payment.token, 7 * 24 * 3600 + 60)

    with pytest.raises(GatewayRefused):
        payment.ask()


def test_another_shop_s_key_gets_no_answer(pay: Callable[[], Payment]) -> None:
    payment = pay()

    with pytest.raises(GatewayUnavailable):
        GATEWAY.ask(payment.number, payment.token, replace(payment.access, key=b"otra"))


def answer_of(number: str, state: str, *, minutes: int, response_code: int = 0) -> bytes:
    happened = datetime.now(UTC) - timedelta(minutes=minutes)
    told = {
        "status": state,
        "buy_order": f"{number}-00FF",
        "amount": 59_543,
        "transaction_date": happened.isoformat(),
        "response_code": response_code,
    }
    return json.dumps(told).encode()


def by_call(status: bytes, commit: Answer) -> Answer:
    return lambda handler: commit(handler) if handler.command == "PUT" else says(status)(handler)


NUMBER = "1010599999999ABCD"
NOT_PAID = says(b'{"error_message": "Invalid status \'0\' for transaction while authorizing."}', status=422)
LOCKED = says(b'{"error_message": "Transaction already locked by another process"}', status=422)


@pytest.mark.parametrize(
    ("minutes", "commit", "is_final"), [(59, NOT_PAID, False), (61, NOT_PAID, True), (61, LOCKED, False)]
)
def test_a_transaction_that_nobody_finished_has_failed_after_an_hour(
    minutes: int, commit: Answer, is_final: bool
) -> None:
    with serving(by_call(answer_of(NUMBER, "INITIALIZED", minutes=minutes), commit)) as server:
        raw = GATEWAY.ask(NUMBER, "token", GatewayAccess(server.url, b"k", CODE))

    assert (raw is not None) is is_final
    assert raw is None or GATEWAY.parse_notice(raw, Source.ANSWER).succeeded is False


@pytest.mark.parametrize(
    ("number", "state"), [("1010500000000XXXX", "AUTHORIZED"), (NUMBER, "SOMETHING_NEW"), (NUMBER, "")]
)
def test_an_answer_about_another_order_or_in_an_unknown_state_is_none(number: str, state: str) -> None:
    with (
        serving(says(answer_of(number, state, minutes=1))) as server,
        pytest.raises(GatewayUnavailable),
    ):
        GATEWAY.ask(NUMBER, "token", GatewayAccess(server.url, b"k", CODE))


def test_authorised_with_another_response_code_than_zero_is_not_approved() -> None:
    with serving(says(answer_of(NUMBER, "AUTHORIZED", minutes=1, response_code=-1))) as server:
        raw = GATEWAY.ask(NUMBER, "token", GatewayAccess(server.url, b"k", CODE))

    assert raw is not None
    assert GATEWAY.parse_notice(raw, Source.ANSWER).succeeded is False


@pytest.mark.parametrize("state", ["REVERSED", "NULLIFIED", "PARTIALLY_NULLIFIED", "CAPTURED"])
def test_what_was_given_back_before_it_was_heard_is_for_a_person(state: str) -> None:
    with serving(says(answer_of(NUMBER, state, minutes=1))) as server:
        raw = GATEWAY.ask(NUMBER, "token", GatewayAccess(server.url, b"k", CODE))

    assert raw is not None
    with pytest.raises(UnreadableNotice):
        GATEWAY.parse_notice(raw, Source.ANSWER)
