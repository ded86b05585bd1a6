"""Guards of refunds, each with the test that fails without it."""

import threading
from contextlib import suppress
from typing import Any

from tests.controls.control import Control


def _fines_without_a_mark(order_id: int) -> list[Any]:
    from backend.billing.models import FineClaim

    return list(FineClaim.objects.filter(order_id=order_id).select_related("item__obligation"))


def _every_document() -> Any:
    from backend.receipts.models import Document

    return Document.objects.all()


_both_are_here = threading.Barrier(2, timeout=10)


def _count_together(gateway: str, operation_id: str) -> None:
    """Lock nothing, and go on when the other one is here too."""
    with suppress(threading.BrokenBarrierError):
        _both_are_here.wait()


REFUNDS = (
    Control(
        "an operation gives back no more than it captured",
        "backend.billing.capture.require_left",
        lambda amount, *, gateway, operation_id: None,
        "operations/test_refunds_at_once.py::test_one_peso_more_than_was_captured_is_refused",
        "more is promised than was captured",
    ),
    Control(
        "what is promised of an operation is counted under its lock",
        "backend.billing.capture.lock_operation",
        _count_together,
        "operations/test_refunds_at_once.py::test_two_decisions_at_once_never_promise_more_than_an_operation_captured",
        "more is promised than was captured",
    ),
    Control(
        "a second person approves",
        "backend.billing.refunds._require_second_person",
        lambda refund, actor: None,
        "operations/test_refunds.py::test_who_requested_does_not_approve",
        "a_second_person_approves",
    ),
    Control(
        "refunds of one operation wait for each other",
        "backend.billing.refund_attempts._require_alone",
        lambda refund, now: None,
        "operations/test_refunds_at_gateway.py::test_refunds_of_one_operation_wait_for_each_other",
        "DID NOT RAISE",
    ),
    Control(
        "while the gateway may have given back nobody else does",
        "backend.billing.refund_execution.is_unresolved",
        lambda refund: False,
        "operations/test_refunds_at_gateway.py::test_while_the_outcome_is_unknown_nobody_denies_or_transfers",
        "DID NOT RAISE",
    ),
    Control(
        "fines that may have been reported are not given back",
        "backend.billing.fines._begin",
        _fines_without_a_mark,
        "operations/test_refunds_of_fines.py::test_what_it_may_have_been_told_of_neither",
        "DID NOT RAISE",
    ),
    Control(
        "an annulled document is told as annulled",
        "backend.receipts.verification.annulled_at",
        lambda document: None,
        "operations/test_annulments.py::test_verification_says_annulled_from_the_refund_on",
        "an annulled document is told as one that holds",
    ),
    Control(
        "an annulled document is not mailed",
        "backend.receipts.documents_mail.documents_that_hold",
        _every_document,
        "operations/test_annulments.py::test_an_annulled_document_is_not_mailed",
        "an annulled document was mailed",
    ),
)
