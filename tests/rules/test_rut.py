from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.shared.rut import HIGHEST, InvalidRut, Rut, parse_rut
from tests.rules.vectors import vectors

ruts = st.integers(min_value=1, max_value=HIGHEST).map(Rut)


@pytest.mark.parametrize("vector", vectors("rut_dv"), ids=lambda vector: str(vector["input"]))
def test_published_check_digits_are_reproduced(vector: dict[str, Any]) -> None:
    assert Rut(int(vector["input"])).check_digit == vector["expected"]


@pytest.mark.parametrize("written", ["12345678-5", "12.345.678-5", "123456785", " 12.345.678‑5 ", "0012345678-5"])
def test_a_rut_is_read_however_people_write_it(written: str) -> None:
    assert parse_rut(written) == Rut(12_345_678)


def test_a_small_k_is_a_k() -> None:
    assert parse_rut("44000007-k").check_digit == "K"


@given(ruts)
def test_what_is_written_is_read_again(rut: Rut) -> None:
    assert parse_rut(str(rut)) == parse_rut(rut.dotted) == rut


@given(ruts, st.integers(0, 7), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(rut: Rut, place: int, digit: str) -> None:
    body = str(rut.number)
    place %= len(body)
    wrong = body[:place] + digit + body[place + 1 :]

    if wrong == body:
        assert parse_rut(f"{wrong}-{rut.check_digit}") == rut
    else:
        with pytest.raises(InvalidRut):
            parse_rut(f"{wrong}-{rut.check_digit}")


@pytest.mark.parametrize("wrong", ["", "-", "5", "12345678", "12345678-4", "0-0", "123456789-2", "abc", "١٢٣٤٥٦٧٨-5"])
def test_what_is_no_rut_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidRut) as refused:
        parse_rut(wrong)

    assert refused.value.code == "rut.invalid"


@pytest.mark.parametrize("number", [0, -1, HIGHEST + 1])
def test_a_number_out_of_range_is_no_rut(number: int) -> None:
    with pytest.raises(InvalidRut):
        Rut(number)
