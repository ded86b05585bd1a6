"""What staff decide about money without a home: applied, given back, claimed; the books add up after each."""

from datetime import timedelta

import pytest

from backend.audit.models import AuditEntry
from backend.billing import homeless
from backend.billing.capture import MoreThanCaptured
from backend.billing.homeless import DebtOfAnotherTaxpayer, NotEnoughOpen, NothingOpen, OpenAmountChanged
from backend.billing.models import HomelessDecision, HomelessMoney, LedgerEntry, Obligation, Order, Taxpayer
from backend.billing.order_input import EmailNotUsable
from backend.billing.queries import DebtNotFound
from backend.billing.quoting import ChecksMissing
from backend.billing.slots import SlotTaken
from backend.outbox.models import Event
from backend.receipts.models import IssuedFile
from backend.shared import clock
from backend.shared.money import Money
from tests.operations.debts import ANNUAL, FIRST, Car, car, in_town
from tests.operations.deliveries import run_deliveries
from tests.operations.gateway import hear, notice
from tests.operations.homeless import (
    CLERK,
    Kept,
    another_car_of,
    apply,
    assert_books_balance,
    claim,
    decided,
    homeless_id_of,
    nothing_happened,
    paid_twice,
    paid_twice_with_another_debt,
    refund,
)
from tests.operations.orders import EMAIL, check, held_slots, order
from tests.operations.world import World


def paying_order(kept: Kept, decision_id: int) -> Order:
    with in_town(kept.town):
        found = HomelessDecision.objects.select_related("order").get(id=decision_id).order
    assert found is not None
    return found


def test_money_pays_another_debt_of_the_same_person_and_its_document_follows(world: World) -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    decision = apply(kept, other, note="Pidió usarlo en su otro auto")

    paid = paying_order(kept, decision)
    assert decided(kept) == ("CLOSED", 0, [("APPLY", ANNUAL)])
    assert (paid.state, paid.total, paid.email) == ("PAID", ANNUAL, EMAIL)
    assert (paid.gateway, paid.operation_id) == ("tgr", kept.sent.operation_id)
    assert held_slots(other) == [(1, paid.number), (2, paid.number)]
    run_deliveries("nunoa", order_id=paid.id)
    with in_town("nunoa"):
        assert IssuedFile.objects.filter(document__order=paid).count() == 1
        posted = LedgerEntry.objects.filter(cause=f"decision:{decision}")
        assert {entry.debit for entry in posted} == {"homeless"}
        assert sum(entry.amount for entry in posted) == ANNUAL
        assert Event.objects.filter(name="HomelessDecided", payload={"decision_id": decision}).count() == 1
    assert_books_balance("nunoa")


def test_what_an_application_leaves_stays_open() -> None:
    kept, other = paid_twice_with_another_debt("valdivia")

    apply(kept, other, option="first")

    assert decided(kept) == ("OPEN", ANNUAL - FIRST, [("APPLY", FIRST)])
    assert len(held_slots(other)) == 1
    assert_books_balance("valdivia")


def test_a_decision_and_who_took_it_are_in_the_log() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    apply(kept, other)

    with in_town("nunoa"):
        entry = AuditEntry.objects.get(act="homeless.applied", object_key=str(kept.homeless_id))
        row = HomelessDecision.objects.get(homeless_id=kept.homeless_id)
    assert (entry.account_name, entry.changes) == (
        CLERK.name,
        {"open_amount": [ANNUAL, 0], "state": ["OPEN", "CLOSED"]},
    )
    assert (row.account_name, row.account_id) == (CLERK.name, None)


@pytest.mark.parametrize("stated", [0, ANNUAL - 1, ANNUAL + 1])
def test_who_believes_that_another_amount_is_open_decides_nothing_and_is_told_the_real_one(stated: int) -> None:
    kept, other = paid_twice_with_another_debt("nunoa")

    with pytest.raises(OpenAmountChanged) as refused:
        apply(kept, other, stated=Money(stated))
    with pytest.raises(OpenAmountChanged):
        refund(kept, 1, stated=Money(stated))
    with pytest.raises(OpenAmountChanged):
        claim(kept, stated=Money(stated))

    assert "$59.543" in refused.value.message.es
    nothing_happened(kept, other)


def test_what_was_decided_is_not_decided_again() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")
    apply(kept, other)

    with pytest.raises(NothingOpen):
        refund(kept, 1, stated=Money(ANNUAL))

    assert decided(kept) == ("CLOSED", 0, [("APPLY", ANNUAL)])


def test_the_debt_of_somebody_else_is_not_paid() -> None:
    kept, stranger = paid_twice(car("nunoa")), car("nunoa")
    check(stranger)

    with pytest.raises(DebtOfAnotherTaxpayer):
        apply(kept, stranger)
    with in_town("nunoa"), pytest.raises(DebtOfAnotherTaxpayer):
        homeless.check_debt(
            homeless_id=kept.homeless_id, obligation_id=stranger.obligation_id, actor=CLERK, now=clock.now()
        )

    nothing_happened(kept, stranger)


def test_a_dearer_debt_is_not_paid_in_part() -> None:
    kept, dear = paid_twice_with_another_debt("nunoa", Tasacion=9_000_000)

    with pytest.raises(NotEnoughOpen):
        apply(kept, dear)

    nothing_happened(kept, dear)


def test_traffic_fines_are_paid_with_the_debt_and_go_to_third_parties(world: World) -> None:
    kept = paid_twice(car("nunoa", valuation=30_000_000))
    fined = another_car_of(kept.car)
    world.vehicle(fined.plate, fines=[20_000])
    with in_town("nunoa"):
        answers = homeless.check_debt(
            homeless_id=kept.homeless_id, obligation_id=fined.obligation_id, actor=CLERK, now=clock.now()
        )
    assert answers["fines"].outcome.value == "NOT_OK"

    with pytest.raises(ChecksMissing):
        apply(kept, fined)
    decision = apply(kept, fined, with_fines=True)

    paid = paying_order(kept, decision)
    assert paid.total == ANNUAL + 20_000 + 1_850
    with in_town("nunoa"):
        credits = LedgerEntry.objects.filter(cause=f"decision:{decision}", credit__startswith="third_party.")
        assert sorted(credits.values_list("amount", flat=True)) == [1_850, 20_000]
        assert Event.objects.filter(name="FinesPaid", payload={"order_id": paid.id}).count() == 1
    assert_books_balance("nunoa")


def test_a_row_that_says_too_much_is_not_believed() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")
    refund(kept, 40_000)
    with in_town("nunoa"):
        HomelessMoney.objects.filter(id=kept.homeless_id).update(open_amount=ANNUAL)

    with pytest.raises(MoreThanCaptured):
        apply(kept, other)

    assert held_slots(other) == []
    with in_town("nunoa"):
        HomelessMoney.objects.filter(id=kept.homeless_id).update(open_amount=ANNUAL - 40_000)
    assert_books_balance("nunoa")


def test_a_debt_without_checks_of_today_is_not_paid_until_staff_have_them_made(world: World) -> None:
    kept = paid_twice(car("nunoa"))
    other = another_car_of(kept.car)

    with pytest.raises(ChecksMissing):
        apply(kept, other)
    nothing_happened(kept, other)
    for _ in range(2):
        with in_town("nunoa"):
            answers = homeless.check_debt(
                homeless_id=kept.homeless_id, obligation_id=other.obligation_id, actor=CLERK, now=clock.now()
            )
        assert {answer.outcome.value for answer in answers.values()} == {"OK"}
    apply(kept, other)

    assert decided(kept) == ("CLOSED", 0, [("APPLY", ANNUAL)])


def test_a_debt_that_somebody_is_paying_is_left_to_her() -> None:
    kept, other = paid_twice_with_another_debt("valdivia")
    opened = order(other)

    with pytest.raises(SlotTaken):
        apply(kept, other)

    assert decided(kept) == ("OPEN", ANNUAL, [])
    assert {number for _slot, number in held_slots(other)} == {opened.order.number}


def test_a_debt_that_is_withdrawn_or_of_another_municipality_is_not_found() -> None:
    kept, elsewhere = paid_twice(car("nunoa")), car("valdivia")
    with in_town("nunoa"), pytest.raises(DebtNotFound):
        homeless.apply_to_debt(
            homeless_id=kept.homeless_id,
            obligation_id=elsewhere.obligation_id + 10_000_000,
            option="single",
            stated_open=Money(ANNUAL),
            actor=CLERK,
            now=clock.now(),
        )

    nothing_happened(kept)


def test_the_application_counts_as_of_the_day_it_is_decided() -> None:
    kept, other = paid_twice_with_another_debt("nunoa")
    later = clock.now() + timedelta(seconds=5)

    decision = apply(kept, other, now=later)

    assert paying_order(kept, decision).paid_at == later


def test_money_of_nobody_s_order_pays_a_debt_of_the_payer_and_needs_an_address() -> None:
    sent = notice("nunoa", "1312077777777ABCD", ANNUAL)
    hear("nunoa", sent)
    vehicle = car("nunoa")
    kept = Kept("nunoa", homeless_id_of("nunoa", sent), vehicle, sent)
    mine = another_car_of(_owned_by(kept, vehicle))

    check(mine)
    with pytest.raises(EmailNotUsable):
        apply(kept, mine)
    decision = apply(kept, mine, email="otra@correo.example")

    assert paying_order(kept, decision).email == "otra@correo.example"
    assert decided(kept) == ("CLOSED", 0, [("APPLY", ANNUAL)])
    assert_books_balance("nunoa")


def _owned_by(kept: Kept, vehicle: Car) -> Car:
    """Let the vehicle's owner be whom the gateway named as the payer."""
    with in_town(vehicle.town):
        payer, _created = Taxpayer.objects.get_or_create(rut=kept.row.payer_rut, defaults={"name": "Persona 1"})
        Obligation.objects.filter(id=vehicle.obligation_id).update(taxpayer=payer)
    return vehicle
