"""Rolls as municipalities send them: whole or not at all, and never against a debt that is paid or being paid."""

import pytest

from backend.billing import queries
from backend.billing.models import Obligation, RollBatch, Taxpayer
from backend.billing.rolls.applying import RollResult
from backend.billing.rolls.loading import RollRejected, load_roll
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.rules import BatchState
from backend.shared import clock
from sandbox.rolls import COLUMNS
from tests.operations.debts import ANNUAL, YEAR, Car, as_csv, as_xlsx, in_town, unused_row
from tests.operations.gateway import hear, notice_of
from tests.operations.orders import at_once, check, checked_order, order

Row = dict[str, object]


def load(town: str, data: bytes, filename: str = "nomina.xlsx") -> RollResult:
    with in_town(town):
        return load_roll(service="circulation_permit", year=YEAR, filename=filename, data=data)


def applied() -> int:
    return RollBatch.objects.filter(state=BatchState.APPLIED).count()


def obligations(town: str, *rows: Row) -> list[Obligation]:
    with in_town(town):
        plates = [str(row["Patente"]) for row in rows]
        return list(Obligation.objects.filter(object_key__in=plates).select_related("taxpayer").order_by("id"))


def car_of(town: str, row: Row) -> Car:
    found = obligations(town, row)[0]
    return Car(town, found.object_key, str(row["Digito_verificador_patente"]), str(row["Rut"]), found.id)


def total(vehicle: Car) -> int:
    with in_town(vehicle.town):
        debts = queries.find_debts(
            service="circulation_permit", fields={"plate": vehicle.plate, "rut": vehicle.rut}, today=clock.today()
        )
    return debts[0].options[0].total.pesos


def test_a_workbook_and_a_csv_say_the_same() -> None:
    rows = [unused_row(), unused_row()]

    first = load("nunoa", as_xlsx(rows))
    again = load("nunoa", as_csv(rows), "nomina.csv")
    comma = load("nunoa", as_csv(rows, delimiter=","), "NOMINA.CSV")

    assert (first.rows, first.created) == (2, 2)
    assert [(each.created, each.updated, each.unchanged) for each in (again, comma)] == [(0, 0, 2)] * 2


def test_the_same_file_twice_changes_nothing() -> None:
    data = as_xlsx([unused_row()])

    first, second = load("valdivia", data), load("valdivia", data)

    assert (first.created, second.created, second.updated, second.unchanged) == (1, 0, 0, 1)
    assert first.batch == second.batch


def test_the_same_file_twice_at_the_same_moment_is_loaded_once() -> None:
    row = unused_row()
    data = as_csv([row])

    results = at_once(*[lambda: load("nunoa", data, "nomina.csv").created] * 3)

    assert sum(result for result in results if isinstance(result, int)) == 1
    assert len(obligations("nunoa", row)) == 1


def test_columns_may_stand_in_another_order() -> None:
    row = unused_row()

    result = load("nunoa", as_csv([row], columns=tuple(reversed(COLUMNS))), "nomina.csv")

    assert result.created == 1


def test_wrong_rows_are_listed_and_nothing_is_loaded() -> None:
    good, bad_rut, bad_plate = unused_row(), unused_row(Rut="44000001-1"), unused_row(Patente="ZZZZZZZ")
    bad_value = unused_row(Tasacion="mucho")
    with in_town("nunoa"):
        before = applied(), Taxpayer.objects.count()

    for _ in range(2):
        with pytest.raises(RollRejected) as rejected:
            load("nunoa", as_csv([good, bad_rut, bad_plate, bad_value]), "nomina.csv")

    errors = {(error.row, error.column) for error in rejected.value.errors}
    assert {(3, "Rut"), (4, "Patente"), (5, "Tasacion")} <= errors
    assert {row for row, _column in errors} == {3, 4, 5}
    assert obligations("nunoa", good, bad_value) == []
    with in_town("nunoa"):
        assert (applied(), Taxpayer.objects.count()) == before


def test_an_object_that_stands_twice_in_the_file_is_an_error() -> None:
    row = unused_row()

    with pytest.raises(RollRejected) as rejected:
        load("nunoa", as_csv([row, unused_row(), {**row, "Tasacion": 1}]), "nomina.csv")

    assert [(error.row, str(row["Patente"]) in error.message.es) for error in rejected.value.errors] == [(4, True)]
    assert obligations("nunoa", row) == []


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "nomina.xlsx"),
        (b"this is no workbook", "nomina.xlsx"),
        (b"PK\x03\x04 broken", "nomina.xlsx"),
        (b"", "nomina.csv"),
        (b"Rut;Patente\n1-9;ZZBB10\n", "nomina.csv"),
        ("Rut;Patente\nÑ".encode("latin-1"), "nomina.csv"),
    ],
)
def test_what_is_no_roll_is_refused(data: bytes, filename: str) -> None:
    with in_town("valdivia"):
        before = applied()

    with pytest.raises(RollFileUnreadable):
        load("valdivia", data, filename)

    with in_town("valdivia"):
        assert applied() == before


def test_a_new_roll_corrects_a_debt_that_nobody_pays() -> None:
    row = unused_row()
    load("nunoa", as_csv([row]), "nomina.csv")

    result = load("nunoa", as_csv([{**row, "Tasacion": 6_000_000}]), "nomina.csv")

    assert (result.updated, result.kept) == (1, ())
    assert total(car_of("nunoa", row)) == 40_457 + 39_086  # 60 UTM × 1 % + 1.954.260 × 2 %, half up


def test_a_new_roll_does_not_change_a_debt_that_is_paid_or_being_paid() -> None:
    paid_row, open_row = unused_row(), unused_row()
    load("nunoa", as_csv([paid_row, open_row]), "nomina.csv")
    paid, under_way = car_of("nunoa", paid_row), car_of("nunoa", open_row)
    opened = checked_order(paid)
    hear("nunoa", notice_of(paid, opened))
    checked_order(under_way)

    changed = [{**row, "Tasacion": 9_000_000} for row in (paid_row, open_row)]
    result = load("nunoa", as_csv(changed), "nomina.csv")

    assert set(result.kept) == {paid.plate, under_way.plate}
    assert (result.updated, result.created) == (0, 0)
    assert {row.subject["valuation"] for row in obligations("nunoa", paid_row, open_row)} == {5_000_000}


def test_an_amount_is_never_taken_from_the_file() -> None:
    row = unused_row(Valor_neto_factura="", Tara="")
    load("valdivia", as_csv([row]), "nomina.csv")
    vehicle = car_of("valdivia", row)
    check(vehicle)

    assert order(vehicle).order.total == ANNUAL


def test_another_owner_in_a_new_roll_is_the_one_who_finds_the_debt() -> None:
    row, other = unused_row(), unused_row()
    load("nunoa", as_csv([row]), "nomina.csv")
    before = car_of("nunoa", row)

    load("nunoa", as_csv([{**row, "Rut": other["Rut"], "Nombre_propietario": "Contribuyente de prueba 0"}]), "n.csv")

    assert total(Car("nunoa", before.plate, "", str(other["Rut"]), before.obligation_id)) == ANNUAL
    with in_town("nunoa"), pytest.raises(queries.DebtNotFound):
        queries.find_debts(
            service="circulation_permit", fields={"plate": before.plate, "rut": before.rut}, today=clock.today()
        )


def test_where_the_owner_lives_is_kept_nowhere() -> None:
    row = unused_row(Domicilio_propietario="Calle de prueba 123", Telefono_propietario="999888777")
    load("nunoa", as_csv([row]), "nomina.csv")

    stored = str(obligations("nunoa", row)[0].subject)

    assert "Calle de prueba" not in stored
    assert "999888777" not in stored
