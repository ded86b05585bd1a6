"""Requests under a key without their guards (see guards_away.py)."""

from collections.abc import Callable
from typing import Any

from tests.controls.control import Control


def _answer_whatever_the_key(asked: Any, act: Callable[[], object], *_: Any) -> object:
    from django.db import transaction

    with transaction.atomic(durable=True):
        return act()


def _take_whoever_holds_it(asked: Any, *, now: Any) -> Any:
    return _take_at(asked, hours=1)


def _take_a_lock_that_stays(asked: Any, *, now: Any) -> Any:
    return _take_at(asked, hours=-1)


def _take_at(asked: Any, *, hours: int) -> Any:
    """As `requests.take`, by a clock that is wrong by so many hours where it looks at somebody's lease."""
    from datetime import timedelta

    from backend.outbox.models import Request
    from backend.outbox.requests import Lease, RequestRunning
    from backend.shared import clock

    now = clock.now()
    row, is_new = Request.objects.get_or_create(
        key=asked.key,
        defaults={
            "operation": asked.operation,
            "fingerprint": asked.fingerprint,
            "taken_at": now,
            "lease_until": now + timedelta(seconds=30),
        },
    )
    if row.outcome is not None:
        return row.outcome
    if not is_new and row.lease_until > now + timedelta(hours=hours):
        raise RequestRunning
    row.attempt += 1
    row.save(update_fields=["attempt"])
    return Lease(row.id, row.attempt)


def _finish_whoever_holds_it(lease: Any, outcome: Any) -> None:
    from backend.outbox.models import Request
    from backend.shared import clock

    Request.objects.filter(id=lease.request_id).update(outcome=outcome, finished_at=clock.now())


REQUESTS = (
    Control(
        "a repeat is recognised by its key",
        "backend.outbox.requests._answer",
        _answer_whatever_the_key,
        "staff/test_idempotency.py::test_the_same_request_again_gives_the_same_and_does_nothing[rateSet]",
        "a repeat was done again",
    ),
    Control(
        "a repeat at the same moment is recognised by its key",
        "backend.outbox.requests._answer",
        _answer_whatever_the_key,
        "staff/test_idempotency.py::test_the_same_request_at_the_same_moment_is_done_once[rateSet]",
        "a request was done twice",
    ),
    Control(
        "what was committed and not answered is known by its key",
        "backend.outbox.requests._answer",
        _answer_whatever_the_key,
        "operations/test_requests_killed.py::test_who_is_killed_before_it_answers_is_answered_for_at_once",
        "DebtAlreadyKnown",
    ),
    Control(
        "other data under a key are told by their fingerprint",
        "backend.outbox.requests.fingerprint_of",
        lambda value: "the same",
        "staff/test_idempotency.py::test_other_data_under_the_same_key_are_refused[rateSet]",
        "other data were answered as if they were the same",
    ),
    Control(
        "a lease is one's own while it lasts",
        "backend.outbox.requests.take",
        _take_whoever_holds_it,
        "operations/test_requests_at_once.py"
        "::test_while_a_request_is_running_its_repeat_is_told_so_and_waits_for_no_lock",
        "a repeat was done while the first was running",
    ),
    Control(
        "a lease ends",
        "backend.outbox.requests.take",
        _take_a_lock_that_stays,
        "operations/test_requests_killed.py"
        "::test_who_is_killed_before_its_effect_is_committed_is_followed_when_its_lease_ends"
        "[inside-the effect is written and not committed]",
        "RequestRunning",
    ),
    Control(
        "who lost the lease undoes itself",
        "backend.outbox.requests.finish",
        _finish_whoever_holds_it,
        "operations/test_requests_at_once.py::test_who_lost_the_lease_undoes_what_it_did",
        "DID NOT RAISE",
    ),
)
