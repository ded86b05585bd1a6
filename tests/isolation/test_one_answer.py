"""Unknown plate, wrong RUT and another municipality's plate are one answer, of one shape, by the same work."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.shared.plate import parse_plate
from tests.api.asking import by_id, codes, look_up, post_graphql, search
from tests.operations.debts import car

UNKNOWN = parse_plate("ZZZZ99")


def answer(town: str, plate: str, rut: str) -> tuple[bytes, list[str]]:
    """The bytes of a look-up's answer and the statements that it took, without their values."""
    with CaptureQueriesContext(connection) as captured:
        response = post_graphql(town, by_id("debtSearch", **look_up(plate, rut)))
    assert response.status_code == 200
    return response.content, [query["sql"].split("WHERE")[0] for query in captured.captured_queries]


def test_three_misses_are_one_answer_by_the_same_queries() -> None:
    mine, other, foreign = car("nunoa"), car("nunoa"), car("valdivia")
    search("nunoa", mine.plate, mine.rut)

    unknown_plate = answer("nunoa", f"{UNKNOWN}-{UNKNOWN.check_digit}", mine.rut)
    wrong_rut = answer("nunoa", f"{mine.plate}-{mine.check_digit}", other.rut)
    elsewhere = answer("nunoa", f"{foreign.plate}-{foreign.check_digit}", foreign.rut)

    assert unknown_plate == wrong_rut == elsewhere
    assert b"billing.debt_not_found" in unknown_plate[0]
    assert len([query for query in unknown_plate[1] if query.lstrip().startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    ("plate", "rut", "code", "field"),
    [
        ("ZZZZ99-0", "44000001-1", "plate.invalid", "plate"),
        ("nonsense", "44000001-1", "plate.invalid", "plate"),
        ("", "", "plate.invalid", "plate"),
    ],
)
def test_wrong_check_digits_of_a_plate_are_told(plate: str, rut: str, code: str, field: str) -> None:
    said = search("nunoa", plate, rut)

    assert (codes(said), said["errors"][0]["field"]) == ([code], field)


@pytest.mark.parametrize("rut", ["44000001-1", "44000001", "nobody", "", "44.000.001-K"])
def test_wrong_check_digits_of_a_rut_are_told(rut: str) -> None:
    vehicle = car("nunoa")

    said = search("nunoa", vehicle.plate, rut)

    assert (said["debts"], codes(said), said["errors"][0]["field"]) == ([], ["rut.invalid"], "rut")


def test_plate_and_rut_are_found_however_they_are_typed() -> None:
    vehicle = car("valdivia")
    body, digit = vehicle.rut.split("-")

    answers = [
        search("valdivia", plate, rut)["debts"]
        for plate, rut in (
            (vehicle.plate, vehicle.rut),
            (vehicle.plate.lower(), f"{body}{digit}"),
            (f"{vehicle.plate[:4]}-{vehicle.plate[4:]}", f"{body[:2]}.{body[2:5]}.{body[5:]}-{digit.lower()}"),
            (f" {vehicle.plate}-{vehicle.check_digit} ", f" {vehicle.rut} "),
        )
    ]

    assert [len(debts) for debts in answers] == [1, 1, 1, 1]


def test_a_found_vehicle_shows_only_what_it_takes_to_recognise_it() -> None:
    vehicle = car("nunoa")

    raw = post_graphql("nunoa", by_id("debtSearch", **look_up(vehicle.plate, vehicle.rut))).content.decode()

    assert vehicle.rut.split("-")[0] not in raw
    for hidden in ("Contribuyente", "ZZ00000001", "ZZZPRUEBA", "AU0000001", "5000000", "5.000.000"):
        assert hidden not in raw
