"""Rolls of licences and waste fees, made for tests and the demo; the documents that describe their columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from backend.cli.paths import ROOT
from backend.services import get_service
from backend.services.base import RollEntry
from sandbox import rolls_licences, rolls_waste
from sandbox.identifiers import rut_check_digit
from sandbox.rolls import roll_vehicles
from tests.rules import licences, properties

COMMUNES = ("13120", "14101", "01101", "11101")


def entries_of(path: Path, service: str) -> Iterator[RollEntry]:
    """Read a workbook as the platform does; every row must be a good one."""
    header, *rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    assert header == get_service(service).roll_columns
    for number, row in enumerate(rows, start=2):
        cells = {str(name): cell for name, cell in zip(header, row, strict=True)}
        entry = get_service(service).read_roll_row(number, cells, year=2025)
        assert isinstance(entry, RollEntry), entry
        yield entry


@pytest.mark.parametrize("code", COMMUNES)
def test_every_licence_is_read_and_payable_as_the_roll_says(tmp_path: Path, code: str) -> None:
    path = tmp_path / "licences.xlsx"
    written = rolls_licences.write_licence_roll(path, commune_code=code, first=1, count=60, year=2025)

    entries = list(entries_of(path, "business_licence"))

    assert [entry.object_key for entry in entries] == [licence.role for licence in written]
    for entry, licence in zip(entries, written, strict=True):
        options = get_service("business_licence").options(
            entry.subject, period="2025", rates=licences.TOWN, today=date(2025, 7, 20)
        )
        assert any(option.available for option in options) is licence.payable, licence
    assert set(Counter(licence.kind for licence in written)) == set(rolls_licences.KINDS)


@pytest.mark.parametrize("code", COMMUNES)
def test_every_property_is_read_and_payable_as_the_roll_says(tmp_path: Path, code: str) -> None:
    path = tmp_path / "waste.xlsx"
    written = rolls_waste.write_waste_roll(path, commune_code=code, first=1, count=60, year=2025)

    entries = list(entries_of(path, "waste_fee"))

    for entry, place in zip(entries, written, strict=True):
        options = get_service("waste_fee").options(
            entry.subject, period="2025", rates=properties.TOWN, today=date(2025, 4, 20)
        )
        assert get_service("waste_fee").normalise_lookup({"role": place.role, "rut": place.rut}) == (
            entry.object_key,
            entry.holder_rut,
        )
        assert any(option.available for option in options) is (place.case == rolls_waste.PAID_HERE), place
    assert {place.case for place in written} >= {rolls_waste.PAID_HERE, rolls_waste.LOW_VALUATION, rolls_waste.TREASURY}
    assert any(place.benefit for place in written)


def test_a_citizen_finds_debts_of_several_services() -> None:
    vehicles = roll_vehicles(commune_code="13120", first=1, count=24, year=2025)
    places = rolls_waste.roll_properties(commune_code="13120", first=1, count=24, year=2025)
    trades = rolls_licences.roll_licences(commune_code="13120", first=1, count=24, year=2025)

    assert [place.rut for place in places] == [vehicle.rut for vehicle in vehicles]
    shared = {vehicle.rut for vehicle in vehicles} & {trade.rut for trade in trades}
    assert len(shared) == 4


def test_ruts_are_of_nobody_and_no_two_businesses_share_one() -> None:
    ruts = [
        licence.rut
        for code in (*COMMUNES, "16305")
        for licence in rolls_licences.roll_licences(commune_code=code, first=1, count=300, year=2025)
        if licence.holder.startswith("Comercio de prueba")
    ]

    for rut in ruts:
        number, digit = rut.split("-")
        assert 45_000_000 < int(number) < 49_900_000
        assert digit == rut_check_digit(int(number))
    assert len(ruts) == len(set(ruts))


def test_the_same_roll_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        rolls_licences.write_licence_roll(tmp_path / f"l{name}", commune_code="14101", first=5, count=3, year=2025)
        rolls_waste.write_waste_roll(tmp_path / f"w{name}", commune_code="14101", first=5, count=3, year=2025)

    assert (tmp_path / "lone").read_bytes() == (tmp_path / "ltwo").read_bytes()
    assert (tmp_path / "wone").read_bytes() == (tmp_path / "wtwo").read_bytes()


def test_the_commands_write_files_and_refuse_what_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out.xlsx")

    assert rolls_licences.main(["--code", "13120", "--count", "2", "--year", "2025", out]) == 0
    assert rolls_waste.main(["--code", "13120", "--count", "2", "--year", "2025", out]) == 0
    assert capsys.readouterr().out == f"{out}: 2 licences\n{out}: 2 properties\n"
    for main in (rolls_licences.main, rolls_waste.main):
        with pytest.raises(SystemExit):
            main(["--code", "13120", "--first", "0", "--year", "2025", out])


@pytest.mark.parametrize(
    ("service", "columns"),
    [("business_licence", rolls_licences.COLUMNS), ("waste_fee", rolls_waste.COLUMNS)],
)
def test_the_document_describes_exactly_the_columns_that_are_read(service: str, columns: tuple[str, ...]) -> None:
    text = (ROOT / "docs" / "rolls" / f"{service}.md").read_text("utf-8")

    described = re.findall(r"^\| `(\w+)` \|", text, re.M)

    assert tuple(described) == get_service(service).roll_columns == columns
