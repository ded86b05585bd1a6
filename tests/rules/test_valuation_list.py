"""The SII's list of vehicle valuations, and files that are none."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from backend.reference.valuation_list import Valuation, ValuationListUnreadable, read_valuation_list

LIGHT = (
    "Código SII", "Año", "Tipo", "Marca", "Modelo", "Versión", "Puertas", "Cilindrada", "Potencia", "Combustible",
    "Transmisión", "Marchas", "Tracción", "País", "Equipamiento", "Tasación 2025", "Permiso 2025", "Observación",
)  # fmt: skip


def workbook(*rows: tuple[object, ...]) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def row(code: object = "AU0110001", year: object = 2018, pesos: object = 9_990_000) -> tuple[object, ...]:
    values = {"Código SII": code, "Año": year, "Tasación 2025": pesos, "Permiso 2025": 1}
    return tuple(values.get(name, "x") for name in LIGHT)


def why_not(data: bytes) -> str:
    with pytest.raises(ValuationListUnreadable) as refused:
        read_valuation_list(data, year=2025)
    return refused.value.message.es


def test_a_list_is_read_by_the_names_of_its_columns_wherever_they_stand() -> None:
    title = ("Servicio de Impuestos Internos", None)

    read = read_valuation_list(
        workbook(title, LIGHT, row(), row("cb0110001", "2017", "12.345.678"), (None,) * len(LIGHT), row()), year=2025
    )

    assert read == [Valuation("AU0110001", 2018, 9_990_000), Valuation("CB0110001", 2017, 12_345_678)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((), "falta la columna CODIGO SII"),
        ((("a", "b"),), "falta la columna CODIGO SII"),
        ((LIGHT[:-3], row()), "falta la columna TASACION 2025"),
        ((LIGHT,), "no tiene filas"),
        ((LIGHT, row("A0110001")), "fila 2: A0110001 no es un código"),
        ((LIGHT, row(), row(year=18)), "fila 3: el año o la tasación de AU0110001"),
        ((LIGHT, row(pesos=0)), "fila 2"),
        ((LIGHT, row(pesos=-5)), "fila 2"),
        ((LIGHT, row(pesos=1.5)), "fila 2"),
        ((LIGHT, row(pesos="mucho")), "fila 2"),
        ((LIGHT, row(), row(pesos=1)), "fila 3: AU0110001 2018 tiene dos tasaciones"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_its_row(rows: tuple[tuple[object, ...], ...], said: str) -> None:
    assert said in why_not(workbook(*rows))


@pytest.mark.parametrize("data", [b"", b"a;b;c\n", b"PK\x03\x04 no workbook"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert "no es un libro XLSX" in why_not(data)


def test_the_list_of_another_year_is_refused() -> None:
    with pytest.raises(ValuationListUnreadable):
        read_valuation_list(workbook(LIGHT, row()), year=2026)
