"""Debts accepted by hand and withdrawn; older periods first."""

from uuid import uuid4

import pytest

from backend.audit.actors import Actor
from backend.audit.models import AuditEntry
from backend.billing import debts, queries
from backend.billing.models import Obligation, Order
from backend.billing.quoting import OlderDebtFirst
from tests.operations.debts import YEAR, Car, car, in_town, unused_row
from tests.operations.gateway import hear, homeless, notice_of
from tests.operations.orders import check, checked_order, held_slots, order, state

CLERK = Actor(account_id=None, name="Prueba", roles=("treasurer",))
SERVICE = "circulation_permit"


def accepted(town: str = "nunoa", *, year: int = YEAR) -> Car:
    row = unused_row(Fecha_vencimiento=f"31/03/{year}")
    with in_town(town):
        number = debts.accept_debt(service=SERVICE, year=year, entry=row, actor=CLERK)
    return Car(town, str(row["Patente"]), str(row["Digito_verificador_patente"]), str(row["Rut"]), number)


def test_an_accepted_vehicle_is_found_and_paid_like_any_other() -> None:
    moved = accepted()

    opened = checked_order(moved)
    hear(moved.town, notice_of(moved, opened))

    assert state(moved, opened) == "PAID"
    with in_town(moved.town):
        entry = AuditEntry.objects.get(act="debt.accepted", object_key=str(moved.obligation_id))
        assert entry.account_name == "Prueba"


def test_what_is_typed_wrong_makes_no_debt() -> None:
    row = unused_row(Rut="44000001-9", Tasacion="mucho")

    with in_town("nunoa"):
        with pytest.raises(debts.EntryRejected) as refused:
            debts.accept_debt(service=SERVICE, year=YEAR, entry=row, actor=CLERK)
        assert {error.column for error in refused.value.errors} == {"Rut", "Tasacion"}
        assert not Obligation.objects.filter(object_key=row["Patente"]).exists()


def test_a_debt_is_accepted_once() -> None:
    moved = accepted()
    row = unused_row() | {"Patente": moved.plate, "Digito_verificador_patente": moved.check_digit}

    with in_town(moved.town), pytest.raises(debts.DebtAlreadyKnown):
        debts.accept_debt(service=SERVICE, year=YEAR, entry=row, actor=CLERK)


def test_a_debt_that_was_known_when_it_was_asked_for_is_not_made_by_a_repeat_that_comes_late() -> None:
    row, key = unused_row(), uuid4().hex

    def accept(request_key: str | None = None) -> int:
        return debts.accept_debt(service=SERVICE, year=YEAR, entry=row, actor=CLERK, request_key=request_key)

    with in_town("nunoa"):
        known = accept()
        with pytest.raises(debts.DebtAlreadyKnown) as refused:
            accept(key)
        Obligation.objects.filter(id=known).delete()

        with pytest.raises(debts.DebtAlreadyKnown) as again:
            accept(key)
        assert not Obligation.objects.filter(object_key=row["Patente"]).exists()
        assert accept(uuid4().hex) > known

    assert again.value.message.es == refused.value.message.es


def test_a_withdrawn_debt_is_not_found_and_its_open_order_is_cancelled() -> None:
    paid_at_the_counter = car("nunoa")
    opened = checked_order(paid_at_the_counter)

    with in_town("nunoa"):
        for _ in range(2):
            debts.withdraw_debt(obligation_id=paid_at_the_counter.obligation_id, reason="Caja 3, folio 12", actor=CLERK)
        assert (
            AuditEntry.objects.filter(act="debt.withdrawn", object_key=str(paid_at_the_counter.obligation_id)).count()
            == 1
        )

    assert state(paid_at_the_counter, opened) == "CANCELLED"
    assert held_slots(paid_at_the_counter) == []
    with pytest.raises(queries.DebtNotFound):
        order(paid_at_the_counter)


def test_money_for_a_withdrawn_debt_is_homeless() -> None:
    paid_at_the_counter = car("nunoa")
    opened = checked_order(paid_at_the_counter)
    with in_town("nunoa"):
        debts.withdraw_debt(obligation_id=paid_at_the_counter.obligation_id, reason="Caja 3, folio 13", actor=CLERK)
    sent = notice_of(paid_at_the_counter, opened)

    hear("nunoa", sent)

    assert homeless("nunoa", sent) == [(opened.order.total, "withdrawn", "refund")]
    assert state(paid_at_the_counter, opened) == "CANCELLED"


def test_a_debt_with_a_payment_is_not_withdrawn_and_a_reason_is_needed() -> None:
    settled = car("nunoa")
    opened = checked_order(settled)
    hear("nunoa", notice_of(settled, opened))

    with in_town("nunoa"):
        with pytest.raises(debts.ReasonMissing):
            debts.withdraw_debt(obligation_id=settled.obligation_id, reason="  ", actor=CLERK)
        with pytest.raises(debts.DebtIsPaid):
            debts.withdraw_debt(obligation_id=settled.obligation_id, reason="Error", actor=CLERK)
        assert Obligation.objects.get(id=settled.obligation_id).withdrawn_at is None


def test_an_older_permit_is_paid_before_a_newer_one_or_with_it() -> None:
    newer = car("nunoa")
    with in_town("nunoa"):
        row = Obligation.objects.get(id=newer.obligation_id)
        older_row = Obligation.objects.create(
            service=row.service,
            object_key=row.object_key,
            period=str(YEAR - 1),
            taxpayer=row.taxpayer,
            batch=row.batch,
            subject=row.subject,
        )
    check(newer)

    with pytest.raises(OlderDebtFirst) as refused:
        order(newer)

    assert str(YEAR - 1) in refused.value.message.es
    with in_town("nunoa"):
        assert not Order.objects.filter(items__obligation_id=newer.obligation_id).exists()
        debts.withdraw_debt(obligation_id=older_row.id, reason="Prescrito", actor=CLERK)
    assert order(newer).order.total > 0
