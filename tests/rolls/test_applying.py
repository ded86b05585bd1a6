"""What a batch would do, and does: nothing that is paid, being paid or withdrawn by staff ever changes."""

import pytest

from backend.billing import debts
from backend.billing.models import Obligation
from backend.billing.rolls.preview import Preview, PreviewKind, preview_roll
from tests.operations.debts import YEAR, Car, in_town
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import checked_order, state
from tests.operations.towns import FOR_COMPLETE_ROLLS
from tests.rolls.batches import (
    CLERK,
    PERMIT,
    applied,
    apply,
    as_owed,
    car_of,
    counts,
    fresh,
    new_year,
    owed,
    preview_counts,
    row,
    uploaded_and_read,
)

NEW, CHANGED, UNCHANGED = PreviewKind.NEW, PreviewKind.CHANGED, PreviewKind.UNCHANGED


def seen(batch: int) -> Preview:
    with in_town("nunoa"):
        return preview_roll(batch_id=batch)


def test_a_preview_says_what_applying_does() -> None:
    year = new_year()
    same, changed, sold, gone = row(year), row(year), row(year), row(year)
    applied([same, changed, sold, gone], year=year)
    other = row(year)
    second = [
        same,
        {**changed, "Tasacion": 6_000_000, "Color": "Azul"},
        {**sold, "Rut": row(year)["Rut"], "Nombre_propietario": "Contribuyente de prueba 0"},
        other,
    ]
    batch = uploaded_and_read(second, year=year, is_complete=True).id

    before = seen(batch)
    result = apply(batch)

    assert {group.kind: group.count for group in before.groups} == {
        NEW: 1,
        CHANGED: 1,
        PreviewKind.OTHER_HOLDER: 1,
        PreviewKind.REMOVED: 1,
        UNCHANGED: 1,
    }
    assert counts(result) == (1, 2, 1, 1, 0)
    assert owed([*second, gone]) == {
        **{str(each["Patente"]): as_owed(each) for each in second},
        str(gone["Patente"]): as_owed(gone, withdrawn=True),
    }
    assert fresh(batch).state == "APPLIED"


def test_a_preview_shows_what_would_change() -> None:
    year = new_year()
    given = row(year)
    applied([given], year=year)
    batch = uploaded_and_read([{**given, "Tasacion": 6_000_000, "Color": "Azul"}], year=year).id

    (group,) = seen(batch).groups

    (example,) = group.examples
    assert (example.row, example.object_key, example.period) == (2, given["Patente"], str(year))
    assert {each.field: (each.before, each.after) for each in example.differences} == {
        "valuation": (5_000_000, 6_000_000),
        "colour": ("Gris", "Azul"),
    }


def test_a_preview_changes_nothing_and_gives_ten_examples() -> None:
    year = new_year()
    rows = [row(year) for _ in range(12)]
    batch = uploaded_and_read(rows, year=year).id

    first, second = seen(batch), seen(batch)

    assert first == second
    assert (first.groups[0].count, len(first.groups[0].examples)) == (12, 10)
    assert owed(rows) == {}


def test_what_a_part_leaves_out_stays() -> None:
    year = new_year()
    left, given = row(year), row(year)
    applied([left], year=year)

    batch = uploaded_and_read([given], year=year).id
    assert preview_counts(batch) == {NEW: 1}
    result = apply(batch)

    assert counts(result) == (1, 0, 0, 0, 0)
    assert not owed([left])[str(left["Patente"])][-1]


def test_what_is_paid_or_being_paid_is_kept_and_told() -> None:
    paid_row, open_row, free_row = row(YEAR), row(YEAR), row(YEAR)
    applied([paid_row, open_row, free_row], year=YEAR)
    paid, under_way = car_of(paid_row), car_of(open_row)
    settled = checked_order(paid)
    hear("nunoa", notice_of(paid, settled))
    opened = checked_order(under_way)
    changed = [{**each, "Tasacion": 9_000_000, "Color": "Azul"} for each in (paid_row, open_row, free_row)]

    batch = uploaded_and_read(changed, year=YEAR).id
    before = preview_counts(batch)
    result = apply(batch)

    assert before == {CHANGED: 1, PreviewKind.PAID: 1, PreviewKind.IN_PAYMENT: 1}
    assert (result.updated, result.kept) == (1, (paid.plate, under_way.plate))
    now = owed(changed)
    assert [now[str(each["Patente"])] for each in (paid_row, open_row)] == [as_owed(paid_row), as_owed(open_row)]
    assert now[str(free_row["Patente"])][2] == 9_000_000
    assert (state(paid, settled), state(under_way, opened)) == (
        "PAID",
        "SENT" if opened.order.state == "SENT" else "CREATED",
    )
    assert fresh(batch).result["kept_keys"] == [paid.plate, under_way.plate]


@pytest.mark.parametrize("changes", [{"Color": "Azul"}, {}])
def test_a_payer_s_name_does_not_change_by_a_row_that_is_kept(changes: dict[str, object]) -> None:
    given = row(YEAR)
    applied([given], year=YEAR)
    paid = car_of(given)
    hear("nunoa", notice_of(paid, checked_order(paid)))

    batch = uploaded_and_read([{**given, **changes, "Nombre_propietario": "Otro nombre"}], year=YEAR).id
    before = preview_counts(batch)
    result = apply(batch)

    assert before == {PreviewKind.PAID: 1}
    assert (counts(result), result.kept) == ((0, 0, 0, 0, 1), (paid.plate,))
    assert owed([given]) == {paid.plate: as_owed(given)}


def test_a_name_alone_is_the_person_s_and_leaves_the_debt_as_it_is() -> None:
    year = new_year()
    given = row(year)
    applied([given], year=year)

    batch = uploaded_and_read([{**given, "Nombre_propietario": "Otro nombre"}], year=year).id
    (group,) = seen(batch).groups
    result = apply(batch)

    assert (group.kind, group.examples[0].differences[0].field) == (PreviewKind.RENAMED, "name")
    assert counts(result) == (0, 0, 0, 1, 0)
    assert owed([given])[str(given["Patente"])][1] == "Otro nombre"


def test_a_complete_roll_does_not_remove_what_is_paid_or_was_accepted_by_hand() -> None:
    """In a municipality of its own: all that is not in the roll is withdrawn."""
    year, town = YEAR, FOR_COMPLETE_ROLLS.slug
    paid_row, gone, given = row(year), row(year), row(year)
    by_hand = row(year)
    applied([paid_row, gone], year=year, town=town)
    with in_town(town):
        debts.accept_debt(service=PERMIT, year=year, entry=by_hand, actor=CLERK)
        found = Obligation.objects.get(object_key=paid_row["Patente"], period=str(year))
    paid = Car(town, found.object_key, str(paid_row["Digito_verificador_patente"]), str(paid_row["Rut"]), found.id)
    hear(town, notice_of(paid, checked_order(paid)))

    batch = uploaded_and_read([given], year=year, town=town, is_complete=True).id
    before = preview_counts(batch, town=town)
    result = apply(batch, town=town)

    assert before == {NEW: 1, PreviewKind.REMOVED: 1, PreviewKind.PAID: 1}
    assert (counts(result), result.kept) == ((1, 0, 1, 0, 1), (paid.plate,))
    withdrawn = {plate: about[-1] for plate, about in owed([paid_row, gone, by_hand], town=town).items()}
    assert withdrawn == {paid.plate: False, str(gone["Patente"]): True, str(by_hand["Patente"]): False}


def test_what_a_complete_roll_removed_comes_back_with_a_later_one() -> None:
    year = new_year()
    given, other = row(year), row(year)
    applied([given], year=year)
    applied([other], year=year, is_complete=True)

    batch = uploaded_and_read([given, other], year=year).id
    before = preview_counts(batch)
    result = apply(batch)

    assert before == {PreviewKind.RESTORED: 1, UNCHANGED: 1}
    assert counts(result) == (0, 1, 0, 1, 0)
    assert owed([given]) == {str(given["Patente"]): as_owed(given)}


def test_what_staff_withdrew_stays_withdrawn_whatever_a_roll_says() -> None:
    year = new_year()
    given = row(year)
    applied([given], year=year)
    with in_town("nunoa"):
        found = Obligation.objects.get(object_key=given["Patente"])
        debts.withdraw_debt(obligation_id=found.id, reason="Comprobante de caja 17", actor=CLERK)

    batch = uploaded_and_read([given], year=year, is_complete=True).id
    before = preview_counts(batch)
    result = apply(batch)

    assert before == {PreviewKind.WITHDRAWN: 1}
    assert (counts(result), result.kept) == ((0, 0, 0, 0, 1), (given["Patente"],))
    with in_town("nunoa"):
        assert Obligation.objects.get(id=found.id).withdrawn_because == "Comprobante de caja 17"


def test_the_last_row_of_a_person_gives_the_name() -> None:
    year = new_year()
    first = row(year)
    second = row(year, Rut=first["Rut"], Nombre_propietario="Contribuyente de prueba 99")

    applied([first, second], year=year)

    assert {about[1] for about in owed([first, second]).values()} == {"Contribuyente de prueba 99"}
