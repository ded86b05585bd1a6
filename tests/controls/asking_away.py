"""Asking gateways and giving back through them without their guards (see guards_away.py)."""

from typing import Any

from tests.controls.control import Control


def _send_due_asks_without_a_lock(*, now: Any) -> int:
    import time

    from django.db import transaction

    from backend.billing import events
    from backend.billing.models import Order
    from backend.outbox import operations

    ids = list(Order.objects.filter(ask_due_at__lte=now).values_list("id", flat=True))
    time.sleep(0.2)  # the others read meanwhile
    with transaction.atomic():
        Order.objects.filter(id__in=ids).update(ask_due_at=None)
        for order_id in ids:
            operations.publish(events.AskFellDue(order_id=order_id))
    return len(ids)


def _nothing_was_given_back(known: object, operation: object) -> object:
    from backend.shared.money import Money

    return Money(0)


def _expire_whatever_was_open(*, now: Any) -> int:
    """As the clock's job, without looking at the state again under the row's lock."""
    import time

    from backend.billing import slots
    from backend.billing.models import Order

    open_orders = list(Order.objects.filter(state__in=["CREATED", "SENT"], valid_until__lte=now))
    time.sleep(0.5)  # a payment is settled meanwhile
    for order in open_orders:
        order.state = "EXPIRED"
        order.save(update_fields=["state"])
        slots.release(order)
    return len(open_orders)


ASKING = (
    Control(
        "what calls itself Webpay is not believed",
        "backend.billing.gateways.webpay.Webpay.is_authentic",
        lambda self, raw, headers, key: True,
        "operations/test_asking.py::test_what_calls_itself_webpay_is_kept_and_not_believed",
        "assert 200 == 401",
    ),
    Control(
        "what was captured is not asked again",
        "backend.billing.asking._was_captured",
        lambda order: False,
        "operations/test_asking.py::test_what_was_heard_as_captured_is_not_asked_again[True]",
        "it was asked again",
    ),
    Control(
        "an order is sent to be asked by one clock",
        "backend.billing.asking.send_due_asks",
        _send_due_asks_without_a_lock,
        "operations/test_asking_again.py::test_two_clocks_at_once_send_an_order_once",
        "an order was sent twice",
    ),
    Control(
        "an order is expired under its row's lock",
        "backend.billing.operations.expire_overdue_orders",
        _expire_whatever_was_open,
        "operations/test_expiry_of_orders.py::test_a_payment_at_the_moment_of_the_end_is_settled_once[True]",
        "a paid order was ended",
    ),
    Control(
        "a refund looks at what was given back before",
        "backend.billing.gateways.webpay._given_back",
        _nothing_was_given_back,
        "contracts/test_webpay_refunds.py::test_a_part_whose_answer_was_lost_is_given_back_once",
        "money was given back twice",
    ),
)
