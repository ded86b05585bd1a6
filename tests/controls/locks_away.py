"""Locks taken away from the tests of what happens at the same moment: on real connections, as everything there."""

import time
from typing import Any

from tests.controls.control import Control

_LOCKS = "django.db.models.query.QuerySet.select_for_update"
_WAIT_SECONDS = 0.2


def _unlocked(rows: Any, *_: object, **__: object) -> Any:
    """The same rows, locked for nobody."""
    return rows._chain()


def _unlocked_and_slow(rows: Any, *_: object, **__: object) -> Any:
    """The same rows, locked for nobody; whoever has looked dawdles, so that the others look meanwhile."""

    def fetch_all(self: Any) -> None:
        is_new = self._result_cache is None
        super(slow, self)._fetch_all()
        if is_new:
            time.sleep(_WAIT_SECONDS)

    slow: Any = type("Slow", (type(rows),), {"_fetch_all": fetch_all})
    found = rows._chain()
    found.__class__ = slow
    return found


def _locked_as_they_come(wanted: Any) -> list[Any]:
    from backend.billing.models import Obligation

    found = []
    for debt in wanted:
        found.append(Obligation.objects.select_for_update(no_key=True).get(id=debt))
        time.sleep(_WAIT_SECONDS)
    return found


def _account_as_it_was(account_id: int) -> Any:
    """Unlocked, and whatever else the transaction reads is as of this moment: what the other has not committed yet."""
    from django.db import connection

    from backend.people.models import StaffAccount

    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    account = StaffAccount.objects.get(id=account_id)
    time.sleep(_WAIT_SECONDS)
    return account


def _never_the_first(notice: Any, outcome: str, report: Any = None, **known: Any) -> Any:
    from backend.billing.notices import _record

    return _record(notice, outcome, report, **{**known, "is_first": False})


LOCKS_AWAY = (
    Control(
        "a payment and a cancellation come one after the other",
        _LOCKS,
        _unlocked,
        "operations/test_in_turn.py::"
        "test_an_order_that_is_paid_and_cancelled_at_the_same_moment_is_paid[pay-OrderNotOpen]",
        "a payment was cancelled away",
    ),
    Control(
        "a payment and a withdrawal come one after the other",
        _LOCKS,
        _unlocked,
        "operations/test_in_turn.py::"
        "test_a_debt_that_is_paid_and_withdrawn_at_the_same_moment_is_one_of_the_two[pay-False]",
        "a debt is both paid and withdrawn",
    ),
    Control(
        "two payments come one after the other",
        _LOCKS,
        _unlocked,
        "operations/test_in_turn.py::test_two_payments_of_one_order_at_the_same_moment_settle_it_once",
        "one order was settled twice",
    ),
    Control(
        "an operation is read first once",
        "backend.billing.notices._record",
        _never_the_first,
        "operations/test_notices.py::test_copies_of_one_notice_read_at_the_same_moment_settle_it_once",
        "one operation was news more than once",
    ),
    Control(
        "a late payment takes its slots back",
        "backend.billing.slots.reclaim",
        lambda order: True,
        "operations/test_slots.py::test_two_late_payments_of_one_debt_at_the_same_moment_settle_one",
        "['PAID', 'PAID']",
    ),
    Control(
        "debts are locked in one order",
        "backend.billing.operations._locked",
        _locked_as_they_come,
        "operations/test_slots.py::test_orders_of_two_debts_in_opposite_order_do_not_lock_each_other_out",
        "OperationalError",
    ),
    Control(
        "a request that is repeated waits for the first",
        _LOCKS,
        _unlocked_and_slow,
        "operations/test_orders_again.py::test_the_same_request_twice_at_the_same_moment_is_one_order",
        "a request that was repeated got another answer",
    ),
    Control(
        "an event is expanded by one relay",
        _LOCKS,
        _unlocked_and_slow,
        "operations/test_outbox.py::test_relays_that_expand_at_the_same_moment_make_one_delivery",
        "an event was expanded twice",
    ),
    Control(
        "a delivery is taken by one relay",
        _LOCKS,
        _unlocked_and_slow,
        "operations/test_outbox.py::test_relays_that_take_at_the_same_moment_take_each_delivery_once",
        "a delivery was taken twice",
    ),
    Control(
        "a document is issued by one worker",
        _LOCKS,
        _unlocked_and_slow,
        "operations/test_receipts.py::test_two_workers_at_once_make_one_file",
        "a document was issued twice",
    ),
    Control(
        "the last administrator is counted under a lock",
        "backend.people.operations._locked",
        _account_as_it_was,
        "staff/test_accounts.py::test_two_administrators_who_demote_each_other_at_once_leave_one",
        "nobody is left who may make accounts",
    ),
)
