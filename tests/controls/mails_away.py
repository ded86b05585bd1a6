"""Guards of mails, links and copies, to be taken away one by one."""

from datetime import timedelta
from typing import Any

from tests.controls.control import Control


def _given_up_at_once(error: Exception | None, *, attempts: int, waited: timedelta) -> Any:
    from backend.messaging.rules import MessageState

    return MessageState.SENT if error is None else MessageState.FAILED


def _nothing_taken_out(secrets: Any, body: str) -> str:
    return body


MAILS = (
    Control(
        "a server that is away makes no mail fail before its time",
        "backend.messaging.operations.state_after",
        _given_up_at_once,
        "operations/test_mail.py::test_a_server_that_is_away_makes_no_mail_fail_before_48_hours",
        "DID NOT RAISE",
    ),
    Control(
        "a copy goes to who knows the order's address",
        "backend.receipts.copies.address_hash",
        lambda address: "the same",
        "operations/test_copies.py::test_another_address_gets_nothing_and_neither_does_the_payer",
        "a request with another address was granted",
    ),
    Control(
        "copies of a day are few",
        "backend.receipts.copies._sent_on",
        lambda order, day: 0,
        "operations/test_copies.py::test_three_copies_a_day_and_the_next_day_another_one",
        "a_copy_of_a_day_is_sent_once",
    ),
    Control(
        "a link ends",
        "backend.receipts.retrieval._has_expired",
        lambda link, now: False,
        "api/test_documents_pages.py::test_a_link_that_expired_says_so_and_how_to_ask_again",
        "200",
    ),
    Control(
        "callers who ask for copies are counted",
        "backend.receipts.retrieval_views.are_over",
        lambda uses: False,
        "api/test_documents_pages.py::test_requests_are_counted_by_network",
        "requests of one network were not counted",
    ),
    Control(
        "a link is forgotten once it is sent",
        "backend.messaging.operations._without",
        _nothing_taken_out,
        "operations/test_copies.py::test_the_mail_carries_a_link_that_its_row_forgets_once_it_is_sent",
        "the link is in the row still",
    ),
)
