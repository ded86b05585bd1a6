"""What arrives from TGR: kept byte for byte, believed only when signed, read once."""

import json

import pytest

from backend.billing import notices
from backend.billing.models import LedgerEntry, Notice, NoticeReading, Order
from backend.shared import clock
from tests.operations.debts import ANNUAL, car, in_town
from tests.operations.gateway import (
    SignedNotice,
    hear,
    homeless,
    new_operation,
    notice_of,
    post,
    postings,
    signed,
)
from tests.operations.orders import at_once, checked_order, held_slots, start, state

WHOLE = [
    ("gateway.tgr.receivable", "115.03.02.001.002", 37_214),
    ("gateway.tgr.receivable", "115.03.02.001.001", 22_329),
]


def forged(sent: SignedNotice) -> SignedNotice:
    return SignedNotice(sent.raw, "sha256=" + "0" * 64)


def test_a_notice_settles_the_order_and_posts_it_once() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    start(vehicle, opened)
    sent = notice_of(vehicle, opened)

    outcome = hear("nunoa", sent)

    assert (outcome, state(vehicle, opened)) == ("APPLIED", "PAID")
    assert postings("nunoa", sent) == WHOLE
    assert homeless("nunoa", sent) == []
    with in_town("nunoa"):
        paid = Order.objects.get(id=opened.order.id)
        assert (paid.operation_id, paid.means) == (sent.operation_id, "Tarjeta de débito")


def test_a_notice_that_overtakes_the_answer_of_tgr_settles_an_order_not_yet_sent() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)

    outcome = hear("nunoa", notice_of(vehicle, opened))

    assert (outcome, state(vehicle, opened)) == ("APPLIED", "PAID")


def test_a_repeat_changes_nothing() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    operation, moment = new_operation(), opened.order.created_at
    sent = notice_of(vehicle, opened, operation=operation, paid_at=moment)
    hear("valdivia", sent)

    again = notice_of(vehicle, opened, operation=operation, attempt=2, paid_at=moment)
    outcomes = [hear("valdivia", sent), hear("valdivia", again)]

    assert outcomes == ["REPEATED", "REPEATED"]
    assert postings("valdivia", sent) == WHOLE
    assert homeless("valdivia", sent) == []


def test_a_forged_notice_before_the_genuine_one_spoils_nothing() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    genuine = notice_of(vehicle, opened)
    cheap = json.dumps({**json.loads(genuine.raw), "TOTALPAGO": 1}).encode()

    answers = [
        post("nunoa", forged(genuine)).status_code,
        post("nunoa", SignedNotice(cheap, genuine.signature)).status_code,
        post("nunoa", SignedNotice(genuine.raw, "")).status_code,
    ]
    before = state(vehicle, opened)
    outcome = hear("nunoa", genuine)

    assert answers == [401, 401, 401], "a forged notice was believed"
    assert (before, outcome, state(vehicle, opened)) == ("CREATED", "APPLIED", "PAID")
    assert postings("nunoa", genuine) == WHOLE
    with in_town("nunoa"):
        kept = Notice.objects.filter(is_authentic=False, noticereading=None)
        assert [bytes(row.raw) for row in kept.order_by("-id")[:3]] == [genuine.raw, cheap, genuine.raw]


def test_a_forged_notice_is_never_read() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    post("nunoa", forged(notice_of(vehicle, opened)))

    with in_town("nunoa"):
        row = Notice.objects.filter(is_authentic=False).latest("id")
        with pytest.raises(Notice.DoesNotExist):
            notices.read_notice(notice_id=row.id)

    assert state(vehicle, opened) == "CREATED"


def test_the_key_of_another_municipality_signs_nothing_here() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    raw = notice_of(vehicle, opened).raw

    answer = post("nunoa", signed(raw, town="valdivia"))

    assert (answer.status_code, state(vehicle, opened)) == (401, "CREATED")


def test_the_same_operation_with_another_amount_is_a_contradiction() -> None:
    vehicle, operation = car("valdivia"), new_operation()
    opened = checked_order(vehicle)
    first = notice_of(vehicle, opened, operation=operation)
    hear("valdivia", first)

    outcome = hear("valdivia", notice_of(vehicle, opened, operation=operation, amount=ANNUAL + 1))

    assert (outcome, state(vehicle, opened)) == ("CONTRADICTION", "PAID")
    assert postings("valdivia", first) == WHOLE
    assert homeless("valdivia", first) == []


def test_a_failure_that_contradicts_a_payment_is_kept_and_changes_nothing() -> None:
    vehicle, operation = car("nunoa"), new_operation()
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened, operation=operation)
    hear("nunoa", sent)

    outcome = hear("nunoa", notice_of(vehicle, opened, operation=operation, status="NOK"))

    assert (outcome, state(vehicle, opened), postings("nunoa", sent)) == ("CONTRADICTION", "PAID", WHOLE)


def test_a_success_of_an_operation_that_failed_before_is_paid() -> None:
    vehicle, operation, now = car("nunoa"), new_operation(), clock.now()
    opened = checked_order(vehicle)
    hear("nunoa", notice_of(vehicle, opened, operation=operation, status="NOK"))
    sent = notice_of(vehicle, opened, operation=operation, paid_at=now)

    outcome = hear("nunoa", sent)

    assert (outcome, state(vehicle, opened), postings("nunoa", sent)) == ("APPLIED", "PAID", WHOLE)
    assert hear("nunoa", notice_of(vehicle, opened, operation=operation, paid_at=now, attempt=2)) == "REPEATED"
    assert postings("nunoa", sent) == WHOLE


def test_two_workers_that_read_one_notice_settle_it_once() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)
    post("nunoa", sent)
    with in_town("nunoa"):
        row = Notice.objects.latest("id")

    def read() -> str:
        with in_town("nunoa"):
            return notices.read_notice(notice_id=row.id)

    at_once(*[read] * 4)

    with in_town("nunoa"):
        assert NoticeReading.objects.filter(notice=row).count() == 1
        assert LedgerEntry.objects.filter(order=opened.order).count() == 2
    assert (state(vehicle, opened), postings("nunoa", sent)) == ("PAID", WHOLE)


def test_copies_of_one_notice_read_at_the_same_moment_settle_it_once() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)
    for _ in range(4):
        post("valdivia", sent)
    with in_town("valdivia"):
        rows = list(Notice.objects.order_by("-id")[:4])

    def read(notice_id: int) -> str:
        with in_town("valdivia"):
            return notices.read_notice(notice_id=notice_id)

    outcomes = at_once(*[lambda row=row: read(row.id) for row in rows])

    assert sorted(map(str, outcomes)) == ["APPLIED", "REPEATED", "REPEATED", "REPEATED"], (
        "one operation was news more than once"
    )
    assert postings("valdivia", sent) == WHOLE
    assert len(held_slots(vehicle)) == 2
