from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.shared.plate import InvalidPlate, Plate, parse_plate
from tests.rules.vectors import vectors

plates = st.one_of(
    st.from_regex(r"[BCDFGHJKLPRSTVWXYZ]{4}[0-9]{2}", fullmatch=True),
    st.from_regex(r"[BCDFGHJKLPRSTVWXYZ]{3}[0-9]{2,3}", fullmatch=True),
    st.from_regex(r"(AA|BB|RP|ZZ)[1-9][0-9]{3}", fullmatch=True),
    st.from_regex(r"(AA|BB|RP|ZZ)0[0-9]{2}[1-9]", fullmatch=True),
).map(Plate)


@pytest.mark.parametrize("vector", vectors("ppu_dv"), ids=lambda vector: str(vector["input"]))
def test_known_check_digits_are_reproduced(vector: dict[str, Any]) -> None:
    assert Plate(vector["input"]).check_digit == vector["expected"]


@pytest.mark.parametrize(
    "written", ["BBBB10", "bbbb10", "BB-BB-10", "BB·BB·10", " bb bb 10 ", "BBBB10-8", "BB.BB-10-8"]
)
def test_a_plate_is_read_however_people_write_it(written: str) -> None:
    assert parse_plate(written) == Plate("BBBB10")


def test_an_old_motorcycle_gets_its_zero() -> None:
    assert parse_plate("AA-999") == parse_plate("AA0999") == Plate("AA0999")


@given(plates)
def test_what_is_written_is_read_again(plate: Plate) -> None:
    assert parse_plate(str(plate)) == plate
    assert parse_plate(f"{plate}-{plate.check_digit}") == plate
    assert parse_plate(str(plate), plate.check_digit.lower()) == plate


@given(plates, st.sampled_from("0123456789K"))
def test_a_wrong_check_digit_is_refused(plate: Plate, digit: str) -> None:
    if digit == plate.check_digit:
        return

    with pytest.raises(InvalidPlate):
        parse_plate(f"{plate}-{digit}")
    with pytest.raises(InvalidPlate):
        parse_plate(str(plate), digit)


@given(plates, st.integers(0, 3), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(plate: Plate, place: int, digit: str) -> None:
    letters = plate.text.rstrip("0123456789")
    digits = plate.text[len(letters) :]
    place %= len(digits)
    wrong = letters + digits[:place] + digit + digits[place + 1 :]
    if wrong == plate.text:
        return

    with pytest.raises(InvalidPlate):
        parse_plate(wrong, plate.check_digit)


@pytest.mark.parametrize(
    "wrong",
    ["", "-", "-8", "BBBB1", "BBBB100", "ABCD12", "BBBM10", "ÑÑÑÑ10", "PR1234", "AA0000", "AA99", "BBBB1١", "QQ1234"],
)
def test_what_is_no_plate_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidPlate) as refused:
        parse_plate(wrong)

    assert refused.value.code == "plate.invalid"


def test_a_plate_that_is_not_in_its_normal_form_cannot_be_made() -> None:
    with pytest.raises(InvalidPlate):
        Plate("bbbb10")
