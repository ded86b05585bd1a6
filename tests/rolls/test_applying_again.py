"""Applying twice, at the same moment, after a crash, in the wrong municipality."""

from functools import partial

import pytest

from backend.audit.models import AuditEntry
from backend.billing.models import Obligation, RollBatch, StagedRow, Taxpayer
from backend.billing.operations import OpenedOrder
from backend.billing.rolls.applying import RollResult, StagedRowsLost
from backend.billing.rolls.preview import RollNotReady, preview_roll
from backend.billing.rolls.queries import RollNotFound
from tests.operations.debts import YEAR, in_town
from tests.operations.orders import at_once, checked_order
from tests.rolls.batches import (
    applied,
    apply,
    car_of,
    counts,
    new_year,
    owed,
    row,
    upload,
    uploaded_and_read,
    work_off,
)


def test_applying_twice_applies_once_and_is_in_the_log_once() -> None:
    year = new_year()
    batch = uploaded_and_read([row(year)], year=year).id

    first, second = apply(batch), apply(batch)

    assert (counts(first), counts(second)) == ((1, 0, 0, 0, 0), (1, 0, 0, 0, 0))
    assert (first.is_repeat, second.is_repeat) == (False, True)
    with in_town("nunoa"):
        assert AuditEntry.objects.filter(act="roll.applied", object_key=str(batch)).count() == 1
        assert not StagedRow.objects.filter(batch_id=batch).exists()


def test_two_batches_applied_at_the_same_moment_come_one_after_the_other() -> None:
    year = new_year()
    given = row(year)
    batches = [
        uploaded_and_read([{**given, "Tasacion": value}, row(year)], year=year).id for value in (6_000_000, 7_000_000)
    ]

    results = at_once(*[partial(apply, number) for number in batches])

    assert sorted(counts(each)[:2] for each in results if isinstance(each, RollResult)) == [(1, 1), (2, 0)]


def test_a_citizen_who_orders_while_a_roll_is_applied_pays_one_or_the_other_amount_and_never_a_mixture() -> None:
    given = row(YEAR)
    applied([given], year=YEAR)
    vehicle = car_of(given)
    batch = uploaded_and_read([{**given, "Tasacion": 9_000_000}], year=YEAR).id

    ordered, result = at_once(partial(checked_order, vehicle), partial(apply, batch))

    assert isinstance(result, RollResult)
    value = owed([given])[vehicle.plate][2]
    if not isinstance(ordered, OpenedOrder):
        assert value == 9_000_000
    else:
        assert (value, ordered.order.total) == (
            (5_000_000, 59_543) if result.kept else (9_000_000, ordered.order.total)
        )


def test_rows_that_the_database_lost_are_read_again() -> None:
    """The staging table is not logged: a crash empties it."""
    year = new_year()
    rows = [row(year)]
    batch = uploaded_and_read(rows, year=year).id
    with in_town("nunoa"):
        StagedRow.objects.filter(batch_id=batch).delete()

    with pytest.raises(StagedRowsLost):
        apply(batch)
    before = owed(rows)
    work_off(batch)
    result = apply(batch)

    assert before == {}
    assert counts(result) == (1, 0, 0, 0, 0)


def test_what_was_not_read_or_is_another_municipality_s_is_not_applied() -> None:
    year = new_year()
    unread, wrong = upload([row(year)], year=year), uploaded_and_read([row(year, Rut="1-1")], year=year).id

    for batch in (unread, wrong):
        with pytest.raises(RollNotReady):
            apply(batch)
    with pytest.raises(RollNotFound):
        apply(unread + 1_000_000, town="valdivia")
    with in_town("nunoa"), pytest.raises(RollNotReady):
        preview_roll(batch_id=unread)


def test_a_roll_of_one_municipality_leaves_the_others_alone() -> None:
    year = new_year()
    rows = [row(year)]
    with in_town("valdivia"):
        before = RollBatch.objects.count(), Obligation.objects.count(), Taxpayer.objects.count()

    applied(rows, year=year)

    assert owed(rows, town="valdivia") == {}
    with in_town("valdivia"):
        assert (RollBatch.objects.count(), Obligation.objects.count(), Taxpayer.objects.count()) == before
