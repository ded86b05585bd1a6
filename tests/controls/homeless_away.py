"""Decisions about money without a home, and notices at the wrong door, without their guards (see guards_away.py)."""

from typing import Any

from tests.controls.control import Control


def _read_without_a_lock(homeless_id: int, stated_open: Any) -> Any:
    import time

    from backend.billing.homeless import _require_stated
    from backend.billing.models import HomelessMoney

    row = HomelessMoney.objects.select_related("reading", "order").get(id=homeless_id)
    _require_stated(row, stated_open)
    time.sleep(0.3)  # the others read meanwhile
    return row


def _put_into_inbox_without_a_key(row: Any, raw: bytes, actor: Any) -> int:
    import time

    from django.db import transaction

    from backend.billing.models import Notice

    time.sleep(0.3)  # the others find it undelivered meanwhile
    with transaction.atomic(durable=True):
        notice = Notice.objects.create(gateway=row.gateway, raw=raw, is_authentic=True, received_at=row.received_at)
        return int(notice.id)


def _mail_whatever_was_told(*, cause: str, letter: Any) -> int:
    import secrets

    from backend.messaging.operations import queue_message

    return queue_message(cause=f"{cause}:{secrets.token_hex(4)}", letter=letter)


HOMELESS = (
    Control(
        "money without a home is decided under its lock",
        "backend.billing.homeless._locked",
        _read_without_a_lock,
        "operations/test_homeless_at_once.py::test_of_two_clerks_who_give_back_a_part_at_the_same_moment_one_does",
        "one open amount was decided twice",
    ),
    Control(
        "who decides states what is open",
        "backend.billing.homeless._require_stated",
        lambda row, stated_open: None,
        "operations/test_homeless.py::test_who_believes_that_another_amount_is_open_decides_nothing_and_is_told_the_real_one[0]",
        "DID NOT RAISE",
    ),
    Control(
        "money pays debts of who paid it",
        "backend.billing.homeless._require_same_taxpayer",
        lambda row, obligation: None,
        "operations/test_homeless.py::test_the_debt_of_somebody_else_is_not_paid",
        "DID NOT RAISE",
    ),
    Control(
        "no more is promised of an operation than it captured",
        "backend.billing.homeless._require_captured",
        lambda row, total: None,
        "operations/test_homeless.py::test_a_row_that_says_too_much_is_not_believed",
        "DID NOT RAISE",
    ),
    Control(
        "a decision is told once",
        "backend.receipts.homeless_mail.queue_message",
        _mail_whatever_was_told,
        "operations/test_homeless_mail.py::test_a_refund_is_told_to_the_address_that_the_clerk_gave",
        "too many values to unpack",
    ),
    Control(
        "a notice is delivered once",
        "backend.billing.delivering._put_into_inbox",
        _put_into_inbox_without_a_key,
        "operations/test_unrouted.py::test_two_operators_at_once_deliver_it_once",
        "a notice was delivered twice",
    ),
    Control(
        "a notice is delivered where its key signed it",
        "backend.billing.routing.is_authentic_here",
        lambda gateway, raw, headers: True,
        "operations/test_unrouted.py::test_what_the_key_of_the_one_named_did_not_sign_is_not_delivered",
        "DID NOT RAISE",
    ),
    Control(
        "one municipality's key pays no other's debts",
        "backend.billing.routing.is_authentic_here",
        lambda gateway, raw, headers: True,
        "operations/test_unrouted.py::test_one_municipality_s_key_does_not_pay_another_s_debts",
        "another municipality's key was believed",
    ),
    Control(
        "a table's texts are texts",
        "backend.billing.rolls.sheets.escaped",
        lambda cell: cell,
        "operations/test_homeless_commands.py::test_what_a_spreadsheet_would_run_is_a_text",
        "'=1+1'",
    ),
)
