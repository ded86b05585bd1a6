"""Undoing: exactly what was there before, as long as nothing of the batch is paid."""

import pytest

from backend.audit.models import AuditEntry
from backend.billing import debts
from backend.billing.models import CheckEvidence, Obligation, RollChange, RollRename, Taxpayer
from backend.billing.rolls.undoing import RollNotApplied, RollNotLast, RollPartlyPaid
from tests.operations.debts import YEAR, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import checked_order, state
from tests.rolls.batches import (
    CLERK,
    applied,
    apply,
    as_owed,
    car_of,
    fresh,
    new_year,
    owed,
    row,
    undo,
    uploaded_and_read,
)


def everything(town: str = "nunoa") -> tuple[list[object], list[object]]:
    """All debts and taxpayers, as rows."""
    with in_town(town):
        return (
            list(Obligation.objects.order_by("id").values_list()),
            list(Taxpayer.objects.order_by("id").values_list()),
        )


def test_undoing_restores_exactly_what_was_there() -> None:
    year = new_year()
    same, changed, sold, renamed, gone = (row(year) for _ in range(5))
    applied([same, changed, sold, renamed, gone], year=year)
    before = everything()
    batch = applied(
        [
            same,
            {**changed, "Tasacion": 6_000_000},
            {**sold, "Rut": row(year)["Rut"], "Nombre_propietario": "Contribuyente de prueba 0"},
            {**renamed, "Nombre_propietario": "Otro nombre"},
            row(year),
        ],
        year=year,
        is_complete=True,
    )
    between = everything()

    undone = undo(batch)

    assert between != before
    assert everything() == before
    assert undone.state == "UNDONE"
    with in_town("nunoa"):
        assert not RollChange.objects.filter(batch_id=batch).exists()
        assert not RollRename.objects.filter(batch_id=batch).exists()


def test_undoing_twice_undoes_once_and_is_in_the_log_once() -> None:
    year = new_year()
    batch = applied([row(year)], year=year)

    undo(batch)
    before = everything()
    undo(batch)

    assert everything() == before
    with in_town("nunoa"):
        assert AuditEntry.objects.filter(act="roll.undone", object_key=str(batch)).count() == 1


def test_what_is_paid_keeps_its_batch_from_being_undone_and_is_named() -> None:
    paid_row, other = row(YEAR), row(YEAR)
    batch = applied([paid_row, other], year=YEAR)
    paid = car_of(paid_row)
    hear("nunoa", notice_of(paid, checked_order(paid)))

    with pytest.raises(RollPartlyPaid) as refused:
        undo(batch)

    assert refused.value.keys == (paid.plate,)
    assert paid.plate in refused.value.message.es
    assert owed([paid_row, other]) == {str(each["Patente"]): as_owed(each) for each in (paid_row, other)}
    assert fresh(batch).state == "APPLIED"


def test_a_debt_that_a_batch_let_be_may_be_paid_when_it_is_undone() -> None:
    paid_row, other = row(YEAR), row(YEAR)
    applied([paid_row], year=YEAR)
    paid = car_of(paid_row)
    hear("nunoa", notice_of(paid, checked_order(paid)))
    before = everything()
    batch = applied([{**paid_row, "Tasacion": 6_000_000}, other], year=YEAR)

    undo(batch)

    assert everything() == before


def test_an_open_order_on_an_undone_debt_is_cancelled_and_the_debt_stays_as_withdrawn() -> None:
    given = row(YEAR)
    batch = applied([given], year=YEAR)
    vehicle = car_of(given)
    opened = checked_order(vehicle)

    undo(batch)

    assert state(vehicle, opened) == "CANCELLED"
    assert owed([given]) == {vehicle.plate: as_owed(given, withdrawn=True)}
    with in_town("nunoa"):
        assert CheckEvidence.objects.filter(obligation_id=vehicle.obligation_id).exists()


def test_what_was_undone_and_left_traces_comes_back_with_the_next_roll() -> None:
    given = row(YEAR)
    batch = applied([given], year=YEAR)
    checked_order(car_of(given))
    undo(batch)

    again = applied([given], year=YEAR)

    assert owed([given]) == {str(given["Patente"]): as_owed(given)}
    undo(again)
    assert owed([given]) == {str(given["Patente"]): as_owed(given, withdrawn=True)}


def test_batches_are_undone_from_the_last_one_on() -> None:
    year = new_year()
    given = row(year)
    start = everything()
    first = applied([given], year=year)
    between = everything()
    second = applied([{**given, "Tasacion": 6_000_000, "Nombre_propietario": "Otro nombre"}], year=year)

    with pytest.raises(RollNotLast) as refused:
        undo(first)
    assert f"lote {second}" in refused.value.message.es
    undo(second)
    assert everything() == between
    undo(first)

    assert everything() == start


def test_rolls_of_other_years_do_not_stand_in_the_way_and_names_are_handed_on() -> None:
    one, other = new_year(), new_year()
    given = row(one, Nombre_propietario="Primer nombre")
    applied([given], year=one)
    renamed = applied([{**given, "Nombre_propietario": "Segundo nombre"}], year=one)
    later = row(other, Rut=given["Rut"], Nombre_propietario="Tercer nombre")
    last = applied([later], year=other)

    undo(renamed)
    in_between = owed([given])
    undo(last)

    assert in_between == {str(given["Patente"]): (given["Rut"], "Tercer nombre", 5_000_000, False)}
    assert owed([given]) == {str(given["Patente"]): (given["Rut"], "Primer nombre", 5_000_000, False)}


def test_what_staff_withdrew_meanwhile_stays_withdrawn() -> None:
    year = new_year()
    given, new = row(year), row(year)
    applied([given], year=year)
    batch = applied([{**given, "Tasacion": 6_000_000}, new], year=year)
    with in_town("nunoa"):
        for each in (given, new):
            found = Obligation.objects.get(object_key=each["Patente"])
            debts.withdraw_debt(obligation_id=found.id, reason="Comprobante de caja 18", actor=CLERK)

    undo(batch)

    assert owed([given, new]) == {str(each["Patente"]): as_owed(each, withdrawn=True) for each in (given, new)}
    with in_town("nunoa"):
        reasons = Obligation.objects.filter(object_key__in=[given["Patente"], new["Patente"]])
        assert set(reasons.values_list("withdrawn_because", flat=True)) == {"Comprobante de caja 18"}


def test_only_what_was_applied_is_undone() -> None:
    year = new_year()
    ready = uploaded_and_read([row(year)], year=year).id

    with pytest.raises(RollNotApplied):
        undo(ready)

    apply(ready)
    assert undo(ready).state == "UNDONE"


def test_the_application_s_role_cannot_delete_a_batch() -> None:
    """A debt names its batch without a constraint; this is what guards it."""
    from django.db import ProgrammingError, transaction

    from backend.billing.models import RollBatch

    year = new_year()
    batch = uploaded_and_read([row(year)], year=year)

    with in_town("nunoa"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RollBatch.objects.filter(id=batch.id)._raw_delete(using="default")
