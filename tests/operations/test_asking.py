"""Where a gateway calls nobody it is asked: no payment is lost because an answer, a browser or a process was."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from backend.billing import asking, operations
from backend.billing.models import Notice, Order
from backend.outbox.models import Event
from backend.profile import operations as profile
from backend.profile.models import GatewayAgreement
from backend.profile.queries import forget_cached_profiles
from backend.shared import clock
from tests.operations.debts import ANNUAL, FIRST, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.orders import an_instant, at_once, checked_order, held_slots, start, state
from tests.operations.platform import run_python
from tests.operations.webpay import TOWN, Sent, handed_over, later, sent
from tests.operations.world import World


def go_back(address: str) -> None:
    """The browser follows the gateway's redirect to our host."""
    parts = urlsplit(address)
    answer = Client().get(parts.path, query_params=dict([parts.query.split("=")]), headers={"host": parts.netloc})
    assert answer.status_code == 303


def cancel(payment: Sent) -> None:
    with in_town(TOWN):
        operations.cancel_order(token=payment.opened.token)


def test_a_municipality_s_orders_go_to_the_gateway_that_it_chose() -> None:
    assert checked_order(car(TOWN)).order.gateway == "webpay"
    assert checked_order(car("nunoa")).order.gateway == "tgr"


def test_orders_that_were_sent_stay_with_their_gateway_when_the_municipality_chooses_another(world: World) -> None:
    payment = sent()
    world.webpay("pay", payment.token)
    with in_town(TOWN):
        profile.agree_with_gateway(gateway="tgr", form_number=90_095)
        profile.choose_gateway(gateway="tgr")
        try:
            after = checked_order(car(TOWN)).order.gateway
            outcomes = payment.ask()
        finally:
            profile.choose_gateway(gateway="webpay")
            GatewayAgreement.objects.filter(gateway="tgr").delete()  # it expects no files of TGR
            forget_cached_profiles()

    assert (after, outcomes, payment.order().state) == ("tgr", ["APPLIED"], "PAID")


def test_a_gateway_without_an_agreement_cannot_be_chosen() -> None:
    with in_town("lebu"), pytest.raises(profile.GatewayNotAgreed):
        profile.choose_gateway(gateway="webpay")

    assert checked_order(car("nunoa")).order.gateway == "tgr"


def test_a_payer_who_never_comes_back_has_paid(world: World) -> None:
    payment = sent()
    world.webpay("pay_and_leave", payment.token)

    outcomes = payment.ask()

    paid = payment.order()
    assert (outcomes, paid.state, paid.means) == (["APPLIED"], "PAID", "Tarjeta de débito")
    assert (paid.ask_due_at, payment.events("PaymentSettled")) == (None, 1)
    assert payment.posted() == [("gateway.webpay.receivable", 37_214), ("gateway.webpay.receivable", 22_329)]
    assert world.webpay_captured(payment.token) == [ANNUAL]


def test_coming_back_pays_nothing_and_has_the_gateway_asked(world: World) -> None:
    payment = sent()

    go_back(world.webpay("pay", payment.token))
    before, captured = payment.order().state, world.webpay_captured(payment.token)
    ran = run_deliveries(TOWN, order_id=payment.order_id)
    with in_town(TOWN):
        notice = Notice.objects.latest("id")
    run_deliveries(TOWN, notice_id=notice.id)

    assert (before, captured) == ("SENT", [])
    assert ran == [("ask_order", "DONE")]
    assert (notice.source, payment.order().state) == ("ANSWER", "PAID")


def test_coming_back_from_a_gateway_that_calls_us_asks_nothing() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    start(vehicle, opened)
    with in_town("nunoa"):
        from backend.billing.payments import return_address

        address = return_address(Order.objects.get(id=opened.order.id))
    parts = urlsplit(address)

    Client().get(parts.path, headers={"host": parts.netloc})

    with in_town("nunoa"):
        assert not Event.objects.filter(name="PayerReturned").exists()


def test_an_answer_that_was_lost_after_the_money_was_captured_is_found(world: World) -> None:
    payment = sent()
    world.webpay("pay", payment.token)
    world.fault("webpay", "timeout", match=f"commit {payment.opened.order.number}", seconds=0, times=1)

    lost = payment.ask()
    captured, before = world.webpay_captured(payment.token), payment.order()
    found = payment.ask()

    assert (lost, captured, before.state) == ([], [ANNUAL], "SENT")
    assert before.ask_due_at is not None
    assert (found, payment.order().state) == (["APPLIED"], "PAID")
    assert world.webpay_captured(payment.token) == [ANNUAL]


@pytest.mark.parametrize("action", ["reject", "cancel", "time_out"])
def test_a_payment_that_failed_frees_its_slots_and_is_asked_about_once_more(world: World, action: str) -> None:
    now = clock.now()
    payment = sent(now=now)
    world.webpay(action, payment.token)

    outcomes = payment.ask()

    failed = payment.order()
    assert (outcomes, failed.state, held_slots(payment.vehicle)) == (["APPLIED"], "REJECTED", [])
    assert failed.ask_due_at == now + timedelta(hours=1)
    assert payment.homeless() == []


def test_the_same_answer_is_kept_once(world: World) -> None:
    payment = sent()
    world.webpay("reject", payment.token)

    assert [payment.ask(), payment.ask(), payment.ask()] == [["APPLIED"], [], []]
    assert payment.readings() == [("APPLIED", False)]


def test_what_failed_first_and_was_paid_after_all_ends_paid(world: World) -> None:
    payment = sent()
    world.fault("webpay", "fails_first", match=payment.opened.order.number, times=1)
    world.webpay("pay", payment.token)

    first, failed = payment.ask(), payment.order().state
    second = payment.ask()

    assert (first, failed) == (["APPLIED"], "REJECTED")
    assert (second, payment.order().state, payment.order().ask_due_at) == (["APPLIED"], "PAID", None)
    assert payment.readings() == [("APPLIED", False), ("APPLIED", True)]
    assert sum(amount for _debit, amount in payment.posted()) == ANNUAL


def test_what_the_payer_authorised_and_nobody_committed_is_not_paid(world: World) -> None:
    payment = sent()
    world.webpay("pay_and_leave", payment.token)
    later(world, payment, 601)

    assert (payment.ask(), payment.order().state) == (["APPLIED"], "REJECTED")
    assert (world.webpay_captured(payment.token), payment.posted()) == ([], [])


def test_a_cancelled_order_that_was_paid_is_settled_while_its_slots_are_free(world: World) -> None:
    payment = sent()
    cancel(payment)
    world.webpay("pay", payment.token)

    assert (payment.ask(), payment.order().state) == (["APPLIED"], "PAID")
    assert len(held_slots(payment.vehicle)) == 2


def test_an_expired_order_that_was_paid_is_settled_while_its_slots_are_free(world: World) -> None:
    now = an_instant()
    payment = sent(now=now)
    with in_town(TOWN):
        operations.expire_overdue_orders(now=now + timedelta(minutes=46))
    expired, free = payment.order().state, held_slots(payment.vehicle)
    world.webpay("pay", payment.token)

    assert (expired, free) == ("EXPIRED", [])
    assert (payment.ask(), payment.order().state, payment.homeless()) == (["APPLIED"], "PAID", [])


def test_an_expired_order_that_was_paid_is_homeless_where_another_took_the_slot(world: World) -> None:
    """The gateway's clock is the machine's: the second order is made now, so that it is open when the first is paid."""
    payment = sent(option="first", now=clock.now() - timedelta(minutes=46))
    other = checked_order(payment.vehicle, now=clock.now())
    world.webpay("pay", payment.token)

    outcomes = payment.ask()

    assert (outcomes, payment.order().state, payment.homeless()) == (["APPLIED"], "EXPIRED", [(FIRST, "late")])
    assert payment.order().ask_due_at is None
    assert state(payment.vehicle, other) == "CREATED"


def test_another_amount_than_the_order_s_is_homeless(world: World) -> None:
    payment = sent()
    world.fault("webpay", "wrong_amount", match=payment.opened.order.number, amount=ANNUAL - 1, times=1)
    world.webpay("pay", payment.token)

    assert (payment.ask(), payment.homeless()) == (["APPLIED"], [(ANNUAL - 1, "other_amount")])
    assert payment.order().state == "SENT"


@pytest.mark.parametrize("action", ["pay", "reject"])
def test_two_workers_that_ask_at_once_settle_once(world: World, action: str) -> None:
    payment = sent()
    world.webpay(action, payment.token)

    at_once(*[lambda: ask_in_town(payment)] * 4)
    payment.ask()

    assert payment.order().state == ("PAID" if action == "pay" else "REJECTED")
    assert sum(amount for _debit, amount in payment.posted()) == (ANNUAL if action == "pay" else 0)
    assert payment.readings().count(("APPLIED", action == "pay")) == 1
    assert {outcome for outcome, _ in payment.readings()} <= {"APPLIED", "REPEATED"}


def ask_in_town(payment: Sent) -> None:
    with in_town(TOWN):
        asking.ask_order(order_id=payment.order_id, now=clock.now())


@pytest.mark.parametrize("is_settled", [True, False])
def test_what_was_heard_as_captured_is_not_asked_again(world: World, is_settled: bool) -> None:
    payment = sent()
    if not is_settled:
        world.fault("webpay", "wrong_amount", match=payment.opened.order.number, times=1)
    world.webpay("pay", payment.token)
    payment.ask()
    attempts = payment.order().ask_attempts

    assert payment.ask() == []
    assert (payment.order().ask_attempts, payment.order().ask_due_at) == (attempts, None), "it was asked again"


def test_what_calls_itself_webpay_is_kept_and_not_believed() -> None:
    payment = sent()

    answer = Client().post(
        "/callbacks/webpay",
        b'{"status": "AUTHORIZED", "response_code": 0}',
        content_type="application/json",
        headers={"host": f"{TOWN}.localhost"},
    )

    assert answer.status_code == 401
    with in_town(TOWN):
        kept = Notice.objects.latest("id")
    assert (kept.gateway, kept.is_authentic, payment.order().state) == ("webpay", False, "SENT")


def test_an_unknown_gateway_is_no_choice() -> None:
    done = run_python("-m", "backend.cli", "municipality", "gateway", TOWN, "flow")

    assert done.returncode == 1
    assert "webpay" in done.stderr + done.stdout
    assert checked_order(car(TOWN)).order.gateway == "webpay"


def test_an_order_that_was_started_twice_goes_to_one_form() -> None:
    vehicle = car(TOWN)
    opened = checked_order(vehicle)

    first, again = handed_over(vehicle, opened), handed_over(vehicle, opened)

    assert first.token == again.token
