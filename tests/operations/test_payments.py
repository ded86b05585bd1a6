"""What becomes of a payment: settled once, or money without a home; nothing is overwritten and nothing dropped."""

from datetime import timedelta

import pytest

from backend.billing import operations, queries
from backend.billing.books import read_books
from backend.billing.models import HomelessDecision, HomelessMoney, LedgerEntry, Order
from backend.billing.slots import SlotTaken
from backend.outbox.models import Event
from backend.shared import clock
from tests.operations.debts import ANNUAL, FIRST, Car, car, in_town
from tests.operations.gateway import hear, homeless, new_operation, notice_of, postings
from tests.operations.orders import an_instant, check, checked_order, held_slots, order, start, state


def cancel(vehicle: Car, token: str) -> None:
    with in_town(vehicle.town):
        operations.cancel_order(token=token)


def settled_events(vehicle: Car, order_id: int) -> int:
    with in_town(vehicle.town):
        return Event.objects.filter(name="PaymentSettled", payload={"order_id": order_id}).count()


def test_an_order_left_at_tgr_is_continued_at_the_same_place() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    portal = start(vehicle, opened)

    with in_town("nunoa"):
        again = operations.resume_order(debt=vehicle.debt, now=clock.now())

    assert start(vehicle, again) == portal
    assert hear("nunoa", notice_of(vehicle, again)) == "APPLIED"
    assert (state(vehicle, opened), settled_events(vehicle, opened.order.id)) == ("PAID", 1)


def test_an_order_started_again_and_then_paid_twice_leaves_the_second_payment_homeless() -> None:
    vehicle = car("nunoa")
    left = checked_order(vehicle)
    start(vehicle, left)
    cancel(vehicle, left.token)
    again = order(vehicle)
    start(vehicle, again)

    first, second = notice_of(vehicle, again), notice_of(vehicle, left)
    outcomes = [hear("nunoa", first), hear("nunoa", second)]

    assert outcomes == ["APPLIED", "APPLIED"]
    assert (state(vehicle, again), state(vehicle, left)) == ("PAID", "CANCELLED")
    assert homeless("nunoa", first) == []
    assert homeless("nunoa", second) == [(ANNUAL, "late", "refund")]
    assert postings("nunoa", second) == [("gateway.tgr.receivable", "homeless", ANNUAL)]
    assert held_slots(vehicle) == [(1, again.order.number), (2, again.order.number)]


def test_the_cancelled_order_that_is_paid_while_the_other_is_open_is_homeless() -> None:
    vehicle = car("valdivia")
    left = checked_order(vehicle)
    cancel(vehicle, left.token)
    again = order(vehicle)
    early = notice_of(vehicle, left)

    hear("valdivia", early)

    assert homeless("valdivia", early) == [(ANNUAL, "late", "refund")]
    assert (state(vehicle, left), state(vehicle, again)) == ("CANCELLED", "CREATED")
    assert hear("valdivia", notice_of(vehicle, again)) == "APPLIED"
    assert state(vehicle, again) == "PAID"


def test_a_cancelled_order_that_is_paid_after_all_is_settled_while_its_slots_are_free() -> None:
    vehicle = car("nunoa")
    left = checked_order(vehicle)
    cancel(vehicle, left.token)
    sent = notice_of(vehicle, left)

    hear("nunoa", sent)

    assert (state(vehicle, left), homeless("nunoa", sent)) == ("PAID", [])
    assert held_slots(vehicle) == [(1, left.order.number), (2, left.order.number)]
    with pytest.raises(SlotTaken):
        order(vehicle)


def test_an_expired_order_that_is_paid_late_has_lost_its_slot_to_another() -> None:
    vehicle, now = car("nunoa"), an_instant()
    stale = checked_order(vehicle, option="first", now=now)
    fresh = order(vehicle, now=now + timedelta(minutes=31))
    late = notice_of(vehicle, stale, paid_at=now + timedelta(minutes=32))

    hear("nunoa", late)

    assert homeless("nunoa", late) == [(FIRST, "late", "refund")]
    assert (state(vehicle, stale), state(vehicle, fresh)) == ("EXPIRED", "CREATED")


def test_an_expired_order_that_is_paid_late_is_settled_where_the_slot_is_free() -> None:
    vehicle, now = car("valdivia"), an_instant()
    stale = checked_order(vehicle, now=now)
    other = order(vehicle, now=now + timedelta(minutes=31))
    cancel(vehicle, other.token)
    late = notice_of(vehicle, stale, paid_at=now + timedelta(minutes=40))

    hear("valdivia", late)

    assert (state(vehicle, stale), homeless("valdivia", late)) == ("PAID", [])
    assert postings("valdivia", late)[0][2] + postings("valdivia", late)[1][2] == ANNUAL


def test_the_slot_of_an_order_that_ended_before_the_payment_is_free() -> None:
    vehicle, now = car("nunoa"), an_instant()
    first = checked_order(vehicle, now=now)
    cancel(vehicle, first.token)
    forgotten = order(vehicle, now=now)
    late = notice_of(vehicle, first, paid_at=now + timedelta(minutes=31))

    hear("nunoa", late)

    assert (state(vehicle, first), state(vehicle, forgotten)) == ("PAID", "EXPIRED")
    assert homeless("nunoa", late) == []


def test_a_notice_that_arrives_late_about_a_payment_in_time_is_settled() -> None:
    vehicle, now = car("nunoa"), an_instant() - timedelta(hours=5)
    opened = checked_order(vehicle, now=now)

    hear("nunoa", notice_of(vehicle, opened, paid_at=now + timedelta(minutes=10)))

    assert state(vehicle, opened) == "PAID"
    with in_town("nunoa"):
        assert Order.objects.get(id=opened.order.id).paid_at == now + timedelta(minutes=10)


def test_a_payment_that_failed_and_then_succeeded_is_paid() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    start(vehicle, opened)

    failed = hear("nunoa", notice_of(vehicle, opened, status="NOK"))
    rejected, free = state(vehicle, opened), held_slots(vehicle)
    paid = hear("nunoa", notice_of(vehicle, opened))

    assert (failed, rejected, free) == ("APPLIED", "REJECTED", [])
    assert (paid, state(vehicle, opened), len(held_slots(vehicle))) == ("APPLIED", "PAID", 2)


def test_a_payment_that_failed_after_success_changes_nothing() -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    sent = notice_of(vehicle, opened)
    hear("valdivia", sent)

    hear("valdivia", notice_of(vehicle, opened, status="NOK"))

    assert (state(vehicle, opened), len(postings("valdivia", sent))) == ("PAID", 2)
    assert settled_events(vehicle, opened.order.id) == 1


def test_one_order_paid_twice_is_settled_once() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    first, second = notice_of(vehicle, opened), notice_of(vehicle, opened)

    hear("nunoa", first)
    hear("nunoa", second)

    assert homeless("nunoa", second) == [(ANNUAL, "double", "refund")]
    assert postings("nunoa", second) == [("gateway.tgr.receivable", "homeless", ANNUAL)]
    assert settled_events(vehicle, opened.order.id) == 1
    with in_town("nunoa"):
        assert Order.objects.get(id=opened.order.id).operation_id == first.operation_id


@pytest.mark.parametrize("amount", [ANNUAL - 1, ANNUAL + 1, 1])
def test_another_amount_than_the_order_s_settles_nothing(amount: int) -> None:
    vehicle = car("valdivia")
    opened = checked_order(vehicle)
    start(vehicle, opened)
    sent = notice_of(vehicle, opened, amount=amount)

    hear("valdivia", sent)

    assert homeless("valdivia", sent) == [(amount, "other_amount", "claim_at_gateway")]
    assert (state(vehicle, opened), len(held_slots(vehicle))) == ("SENT", 2)
    assert settled_events(vehicle, opened.order.id) == 0


def test_the_first_instalment_is_posted_and_the_rest_stays_owed() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle, option="first")
    sent = notice_of(vehicle, opened)

    hear("nunoa", sent)

    assert postings("nunoa", sent) == [
        ("gateway.tgr.receivable", "115.03.02.001.002", 18_608),
        ("gateway.tgr.receivable", "115.03.02.001.001", 11_164),
    ]
    with in_town("nunoa"):
        debt = queries.find_debts(
            service="circulation_permit",
            fields={"plate": vehicle.plate, "rut": vehicle.rut},
            today=clock.today(),
        )[0]
    assert ([option.code for option in debt.options], debt.is_paid) == (["second"], False)


def test_a_paid_debt_is_shown_as_paid_and_cannot_be_ordered() -> None:
    vehicle = car("nunoa")
    opened = checked_order(vehicle)
    hear("nunoa", notice_of(vehicle, opened))
    check(vehicle)

    with pytest.raises(SlotTaken):
        order(vehicle, option="first")
    with in_town("nunoa"):
        debt = queries.find_debts(
            service="circulation_permit", fields={"plate": vehicle.plate, "rut": vehicle.rut}, today=clock.today()
        )[0]

    assert (debt.is_paid, debt.options, debt.open_order) == (True, [], None)


@pytest.mark.parametrize("town", ["nunoa", "valdivia"])
def test_captured_is_settled_and_homeless(town: str) -> None:
    vehicle = car(town)
    opened = checked_order(vehicle)
    for operation in (new_operation(), new_operation()):
        hear(town, notice_of(vehicle, opened, operation=operation))

    with in_town(town):
        rows = list(LedgerEntry.objects.values_list("debit", "credit", "amount"))
        open_amounts = sum(HomelessMoney.objects.values_list("open_amount", flat=True))
        decided = HomelessDecision.objects.filter(action="REFUND", refund__state__in=["REQUESTED", "APPROVED"])
        to_be_given_back = sum(decided.values_list("amount", flat=True))
        books = read_books()
    reported = sum(amount for debit, _credit, amount in rows if debit == "gateway.tgr.receivable")

    assert reported == (books.captured + books.disputed).pesos
    assert books.homeless.pesos == open_amounts + to_be_given_back
    assert open_amounts >= ANNUAL
