"""TGR's collection files and deposit advices, as the sandbox writes them from its own book."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest

from sandbox.tgr.files import banking_day_after
from tests.contracts.sandbox_process import Sandbox
from tests.contracts.tgr_partner import KEY, act, captured, local_now, place

TODAY = local_now().date().isoformat()
TOMORROW = (local_now().date() + timedelta(days=1)).isoformat()
_forms = count(7_001)


@pytest.fixture
def form(sandbox: Sandbox) -> Iterator[int]:
    """The number of an agreement that nobody used before."""
    number = next(_forms)
    sandbox.control("agreements", formulario=number, municipality="Prueba", key=KEY, notice_url="http://127.0.0.1:9/")
    sandbox.fault("tgr", "no_notice")
    yield number
    sandbox.http.delete("/_control/faults").raise_for_status()


def pay(sandbox: Sandbox, form: int) -> tuple[str, int]:
    """Pay an order and give IDEXT and IDOPERACION."""
    idext, reference = place(sandbox, FORMULARIO=form)
    assert act(sandbox, reference).status_code == 303
    (line,) = captured(sandbox, idext)
    operation = line["idoperacion"]
    assert isinstance(operation, int)
    return idext, operation


def file(sandbox: Sandbox, form: int, day: str = TODAY) -> list[list[str]]:
    answer = sandbox.http.get(f"/tgr/files/{form}/{day}").raise_for_status()
    return [row.split(";") for row in answer.text.splitlines()]


def deposit(sandbox: Sandbox, form: int, day: str = TODAY) -> list[list[str]]:
    answer = sandbox.http.get(f"/tgr/deposits/{form}/{day}").raise_for_status()
    return [row.split(";") for row in answer.text.splitlines()]


def test_a_file_has_every_operation_of_the_agreement_and_day(sandbox: Sandbox, form: int) -> None:
    first, second = pay(sandbox, form), pay(sandbox, form)

    head, *lines, trailer = file(sandbox, form)

    assert head == ["E", "RECAUDACION", "1", str(form), TODAY]
    assert [(line[2], int(line[1])) for line in lines] == [first, second]
    assert lines[0][3:7] == ["44000001-0", "5", "70000", "D"]
    assert lines[0][7].startswith(TODAY)
    assert lines[0][8] == TODAY
    assert trailer == ["T", "2", "140000"]
    assert file(sandbox, form, TOMORROW) == [["E", "RECAUDACION", "1", str(form), TOMORROW], ["T", "0", "0"]]
    assert f"/tgr/files/{form}/{TODAY}" in sandbox.http.get("/tgr/").text


def test_a_deposit_pays_for_the_operations_of_one_file(sandbox: Sandbox, form: int) -> None:
    _idext, operation = pay(sandbox, form)

    head, line, trailer = deposit(sandbox, form)

    assert head[:4] == ["E", "DEPOSITO", "1", str(form)]
    assert head[5:] == [banking_day_after(date.fromisoformat(TODAY)).isoformat(), "70000"]
    assert line == ["D", str(operation), "70000"]
    assert trailer == ["T", "1", "70000", "0"]
    assert sandbox.http.get(f"/tgr/deposits/{form}/{TOMORROW}").status_code == 404


def test_deposits_come_on_weekdays() -> None:
    assert banking_day_after(date(2025, 3, 20)) == date(2025, 3, 21)
    assert banking_day_after(date(2025, 3, 21)) == date(2025, 3, 24)


@pytest.mark.parametrize("path", ["files/1/2025-03-20", "files/{form}/2025-02-30", "deposits/{form}/x"])
def test_there_is_no_file_of_nobody_or_no_day(sandbox: Sandbox, form: int, path: str) -> None:
    assert sandbox.http.get(f"/tgr/{path.format(form=form)}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("file_missing_lines", []),
        ("file_late_lines", []),
        ("file_repeated_lines", ["70000", "70000"]),
        ("file_extra_lines", ["70000", "70000"]),
        ("file_foreign_lines", ["70000", "70000"]),
        ("file_wrong_amount", ["69000"]),
        ("file_dirty_rows", ["70.000"]),
    ],
)
def test_a_faulty_file_is_faulty_every_time_until_the_fault_ends(
    sandbox: Sandbox, form: int, kind: str, expected: list[str]
) -> None:
    idext, _operation = pay(sandbox, form)
    fault = sandbox.fault("tgr", kind, match=idext, amount=69_000, times=1)

    for _ in range(2):
        assert [line[5] for line in file(sandbox, form)[1:-1]] == expected
    assert len(file(sandbox, form, TOMORROW)) == (3 if kind == "file_late_lines" else 2)

    sandbox.http.delete(f"/_control/faults/{fault}").raise_for_status()
    assert [line[5] for line in file(sandbox, form)[1:-1]] == ["70000"]


def test_lines_that_never_were_are_of_other_operations(sandbox: Sandbox, form: int) -> None:
    idext, operation = pay(sandbox, form)
    sandbox.fault("tgr", "file_extra_lines", match=idext)
    sandbox.fault("tgr", "file_foreign_lines", match=idext)

    _head, _real, extra, foreign, _trailer = file(sandbox, form)

    assert (extra[2], foreign[2]) == ("13120-NUNCA", "00000-AJENA")
    assert len({str(operation), extra[1], foreign[1]}) == 3


def test_a_file_that_is_cut_off_has_no_trailer(sandbox: Sandbox, form: int) -> None:
    pay(sandbox, form)
    sandbox.fault("tgr", "file_cut_off", match=str(form))

    assert [row[0] for row in file(sandbox, form)] == ["E", "D"]


def test_a_deposit_withholds_or_leaves_an_operation_for_the_next_day(sandbox: Sandbox, form: int) -> None:
    (idext, operation), (_other, left) = pay(sandbox, form), pay(sandbox, form)
    sandbox.fault("tgr", "deposit_withholds", match=idext, amount=500)
    sandbox.fault("tgr", "deposit_leaves_out", match=_other)

    head, line, withheld, trailer = deposit(sandbox, form)

    assert head[-1] == "69500"
    assert line == ["D", str(operation), "70000"]
    assert withheld == ["R", "500", "Retención simulada 1"]
    assert trailer == ["T", "1", "70000", "500"]
    assert deposit(sandbox, form, TOMORROW)[1] == ["D", str(left), "70000"]
