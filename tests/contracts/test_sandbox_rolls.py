"""Rolls as municipalities send them, made for tests."""

import re
from itertools import zip_longest
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sandbox.identifiers import plate_check_digit, rut_check_digit
from sandbox.rolls import COLUMNS, main, roll_vehicles, write_roll


def rows_of(path: Path) -> list[dict[str, object]]:
    workbook = load_workbook(path, read_only=True)
    (sheet,) = workbook.worksheets
    assert sheet.title == "Nomina de pago 1"
    header, *lines = list(sheet.iter_rows(values_only=True))
    workbook.close()
    assert header == COLUMNS
    return [dict(zip_longest(COLUMNS, line)) for line in lines]  # blank cells at the end are not stored


def test_a_roll_has_the_32_columns_and_valid_vehicles(tmp_path: Path) -> None:
    path = tmp_path / "nunoa.xlsx"
    vehicles = write_roll(path, commune="Ñuñoa", commune_code="13120", first=1, count=300, year=2025)
    rows = rows_of(path)

    assert len(COLUMNS) == 32
    assert len(rows) == len(vehicles) == 300
    for row, vehicle in zip(rows, vehicles, strict=True):
        plate, number, digit = str(row["Patente"]), *str(row["Rut"]).split("-")
        assert re.fullmatch("ZZ[BCDFGHJKLPRSTVWXYZ]{2}[0-9]{2}", plate)
        assert row["Digito_verificador_patente"] == vehicle.check_digit == plate_check_digit(plate)
        assert digit == rut_check_digit(int(number))
        assert 44_000_001 <= int(number) <= 49_999_999
        assert re.fullmatch("[A-Z]{2}[0-9]{7}", str(row["Codigo_sii"]))
        assert 800_000 <= int(str(row["Tasacion"])) <= 40_000_000
        assert 2005 <= int(str(row["Ano"])) <= 2025
        assert row["Nombre_propietario"] == f"Contribuyente de prueba {vehicle.ordinal}"
        assert row["Comuna_propietario"] == "Ñuñoa"
        assert row["Fecha_vencimiento"] == "31/03/2025"
        assert (plate, row["Rut"], row["Tasacion"]) == (vehicle.plate, vehicle.rut, vehicle.valuation)
        assert (row["Marca"], row["Modelo"], row["Color"]) == (vehicle.make, vehicle.model, vehicle.colour)
    kinds = {row["Tipo_vehiculo"] for row in rows}
    assert kinds == {"Automovil", "Station wagon", "Camioneta", "Furgon", "Motocicleta"}


def test_the_same_roll_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_roll(tmp_path / name, commune="Valdivia", commune_code="14101", first=5, count=3, year=2025)

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_later_ordinals_go_on_where_a_roll_ended() -> None:
    whole = roll_vehicles(commune_code="14101", first=1, count=20, year=2025)
    rest = roll_vehicles(commune_code="14101", first=11, count=10, year=2025)

    assert whole[10:] == rest


def test_municipalities_share_neither_plates_nor_owners() -> None:
    codes = ("13120", "14101", "10101", "13101", "13119", "01101", "99999")
    vehicles = [
        vehicle
        for code in codes
        for vehicle in roll_vehicles(commune_code=code, first=1, count=9_000 if code[:2] == "14" else 900, year=2025)
    ]

    assert len({vehicle.plate for vehicle in vehicles}) == len(vehicles)
    assert len({vehicle.rut for vehicle in vehicles}) == len(vehicles)


def test_a_commune_has_only_so_many_plates() -> None:
    with pytest.raises(ValueError, match="9000"):
        roll_vehicles(commune_code="13120", first=9_000, count=2, year=2025)


def test_the_command_writes_a_roll(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.xlsx"
    code = main(["--commune", "Ñuñoa", "--code", "13120", "--count", "7", "--year", "2025", str(path)])

    assert code == 0
    assert len(rows_of(path)) == 7
    assert "7 vehicles" in capsys.readouterr().out
