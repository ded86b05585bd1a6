"""When a gateway is asked: by the clock, ever later, until it is given up and a person sees it."""

from datetime import timedelta

import pytest

from backend.billing import asking, notices
from backend.billing.books import read_books
from backend.billing.models import Notice, Order
from backend.billing.stuck import waiting_money
from backend.shared import clock
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.orders import at_once, checked_order, start
from tests.operations.webpay import COMMERCE, TOWN, due_only, later, sent
from tests.operations.world import World


def test_an_order_at_a_gateway_that_calls_us_is_never_due_to_be_asked() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    start(vehicle, opened)
    with in_town("nunoa"):
        asking.ask_order(order_id=opened.order.id, now=clock.now())
        told = Order.objects.get(id=opened.order.id)

    assert (told.state, told.ask_due_at, told.ask_attempts) == ("SENT", None, 0)


def test_an_order_is_due_five_seconds_after_the_payer_was_sent() -> None:
    now = clock.now()

    payment = sent(now=now)

    assert payment.order().ask_due_at == now + timedelta(seconds=5)


def test_a_payer_who_has_not_paid_yet_is_asked_about_again_and_ever_later() -> None:
    now = clock.now()
    payment = sent(now=now)
    waits = []
    for _ in range(4):
        assert payment.ask(now=now) == []
        asked = payment.order()
        waits.append((asked.ask_attempts, asked.ask_due_at - now if asked.ask_due_at else None))

    assert waits == [(n, timedelta(seconds=wait)) for n, wait in ((1, 10), (2, 20), (3, 40), (4, 80))]
    assert payment.order().state == "SENT"


@pytest.mark.parametrize("call", ["status", "commit"])
@pytest.mark.parametrize("kind", ["error_500", "garbage", "refuse"])
def test_a_gateway_out_of_order_is_asked_again(world: World, call: str, kind: str) -> None:
    payment = sent()
    world.webpay("pay", payment.token)
    world.fault("webpay", kind, match=f"{call} {payment.opened.order.number}", times=1)

    first, still = payment.ask(), payment.order()
    second = payment.ask()

    assert (first, still.state, still.ask_due_at is not None) == ([], "SENT", True)
    assert (second, payment.order().state) == (["APPLIED"], "PAID")


def test_after_seven_days_it_is_given_up_and_listed() -> None:
    long_ago = clock.now() - timedelta(days=7)
    payment = sent()
    with in_town(TOWN):
        Order.objects.filter(id=payment.order_id).update(created_at=long_ago, ask_attempts=7)

    assert payment.ask() == []

    given_up = payment.order()
    assert (given_up.ask_attempts, given_up.ask_due_at) == (7, None)
    assert (f"order {given_up.number}", "webpay: asked 7×") in unanswered()


def test_what_webpay_will_not_tell_any_more_is_listed_too(world: World) -> None:
    payment = sent()
    later(world, payment, 7 * 24 * 3600 + 60)
    with in_town(TOWN):
        Order.objects.filter(id=payment.order_id).update(created_at=clock.now() - timedelta(days=6))

    assert payment.ask() == []

    assert payment.order().ask_due_at is None
    assert (f"order {payment.opened.order.number}", "webpay: asked 1×") in unanswered()


def test_what_was_answered_or_is_young_is_not_listed(world: World) -> None:
    answered, young = sent(), sent()
    world.webpay("reject", answered.token)
    answered.ask()
    young.ask()
    with in_town(TOWN):
        Order.objects.filter(id=answered.order_id).update(created_at=clock.now() - timedelta(days=1))

    listed = {subject for subject, _detail in unanswered()}

    assert not {f"order {payment.opened.order.number}" for payment in (answered, young)} & listed


def unanswered() -> set[tuple[str, str]]:
    with in_town(TOWN):
        return {(row.subject, row.detail) for row in waiting_money() if row.kind == "payment-unanswered"}


def test_the_clock_sends_each_due_order_to_a_worker_once() -> None:
    now = clock.now()
    due, waiting = sent(), sent()
    with due_only(due, now=now):
        Order.objects.filter(id=waiting.order_id).update(ask_due_at=now + timedelta(seconds=1))

        sent_now = [asking.send_due_asks(now=now), asking.send_due_asks(now=now)]

    assert sent_now == [1, 0]
    assert (due.events("AskFellDue"), waiting.events("AskFellDue")) == (1, 0)
    assert due.order().ask_due_at == now + timedelta(minutes=10)


def test_two_clocks_at_once_send_an_order_once() -> None:
    now = clock.now()
    due = [sent() for _ in range(3)]
    with due_only(*due, now=now):
        counts = at_once(*[lambda: send_in_town()] * 4)

    assert [payment.events("AskFellDue") for payment in due] == [1, 1, 1], "an order was sent twice"
    assert sum(count for count in counts if isinstance(count, int)) == 3, counts


def send_in_town() -> int:
    with in_town(TOWN):
        return asking.send_due_asks(now=clock.now())


def test_what_the_clock_sent_is_asked_by_the_worker(world: World) -> None:
    payment = sent()
    world.webpay("pay_and_leave", payment.token)
    with due_only(payment, now=clock.now()):
        asking.send_due_asks(now=clock.now())

    assert run_deliveries(TOWN, order_id=payment.order_id) == [("ask_order", "DONE")]
    with in_town(TOWN):
        run_deliveries(TOWN, notice_id=Notice.objects.latest("id").id)
    assert payment.order().state == "PAID"


def test_webpay_s_own_book_is_what_our_books_say_once_everybody_was_asked(world: World) -> None:
    for action in ("pay", "pay_and_leave", "reject", "leave_unpaid"):
        world.webpay(action, sent().token)
    with in_town(TOWN):
        for order_id in Order.objects.exclude(gateway_reference="").order_by("id").values_list("id", flat=True):
            asking.ask_order(order_id=order_id, now=clock.now())
        for notice in Notice.objects.filter(is_authentic=True, noticereading=None).order_by("id"):
            notices.read_notice(notice_id=notice.id)
        books = read_books()

    assert books.captured.pesos == world.webpay_captured_by(COMMERCE) >= 2 * ANNUAL
