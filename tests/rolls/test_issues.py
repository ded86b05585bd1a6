"""What is wrong, and what is strange: by row and column, as a table and as a file to correct and upload again."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from backend.billing.rolls.queries import CorrectionsNotReady, corrections_file, get_issues
from backend.billing.rolls.rules import Severity
from backend.reference.models import VehicleValuation
from tests.operations.debts import as_csv, as_xlsx, in_town
from tests.rolls.batches import fresh, new_year, preview_counts, row, upload, uploaded_and_read, work_off

NOT_APPLIED = 2028


def found(batch: int, severity: Severity | None = None) -> list[tuple[int, str, str]]:
    with in_town("nunoa"):
        return [(each.row, each.column, each.message_es) for each in _issues(batch, severity)]


def _issues(batch: int, severity: Severity | None) -> list[Any]:
    return list(get_issues(batch_id=batch, first=100, severity=severity).rows)


def corrected(batch: int) -> bytes:
    with in_town("nunoa"):
        return corrections_file(batch).data


def as_table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_wrong_rows_are_told_by_row_and_column_and_the_batch_is_rejected() -> None:
    year = NOT_APPLIED
    rows = [row(year), row(year, Rut="44000001-1"), row(year, Patente="ZZZZZZZ", Tasacion="mucho")]

    batch = uploaded_and_read(rows, year=year)

    assert (batch.state, batch.error_count) == ("REJECTED", 3)
    assert batch.refusal_es.startswith("El archivo tiene 3 errores")
    assert sorted(place[:2] for place in found(batch.id)) == [(3, "Rut"), (4, "Patente"), (4, "Tasacion")]
    assert "RUT no es válido" in found(batch.id)[0][2]


def test_findings_come_in_pages() -> None:
    year = NOT_APPLIED
    batch = uploaded_and_read([row(year, Rut="1-1") for _ in range(3)], year=year)

    with in_town("nunoa"):
        page = get_issues(batch_id=batch.id, first=2)
        rest = get_issues(batch_id=batch.id, first=2, after=page.cursors[-1])
        none = get_issues(batch_id=batch.id, first=2, severity=Severity.WARNING)

    assert [each.row for each in (*page.rows, *rest.rows)] == [2, 3, 4]
    assert (page.has_next, rest.has_next, none.rows) == (True, False, ())


def test_an_object_that_stands_twice_names_the_first_row() -> None:
    year = NOT_APPLIED
    once, other = row(year), row(year)

    batch = uploaded_and_read([once, other, {**once, "Tasacion": 1}], year=year)

    assert found(batch.id) == [(4, "Rut", f"{once['Patente']} ya está en la fila 2.")]


def test_a_csv_comes_back_with_its_errors_and_can_be_uploaded_when_corrected() -> None:
    year = NOT_APPLIED
    good, bad = (
        row(year, Nombre_propietario='Contribuyente; de "prueba" 1'),
        row(year, Rut="44000001-1", Sello_verde=""),
    )
    batch = uploaded_and_read([good, bad], year=year)

    header, *rows = as_table(corrected(batch.id))

    assert header[-1] == "Errores"
    assert [line[-1] for line in rows] == [
        "",
        "Rut: El RUT no es válido. Revise el número y el dígito verificador. · Sello_verde: Debe ser Si o No.",
    ]
    assert rows[0][header.index("Nombre_propietario")] == good["Nombre_propietario"]
    rows[1][header.index("Rut")], rows[1][header.index("Sello_verde")] = str(row(year)["Rut"]), "No"
    again = uploaded_and_read(_written(header, rows), year=year)
    assert (again.state, again.row_count) == ("READY", 2)


def test_a_workbook_comes_back_as_a_workbook() -> None:
    year = NOT_APPLIED
    bad = row(year, Rut="44000001-1", Fecha_vencimiento=date(year, 3, 31))
    batch = uploaded_and_read(as_xlsx([bad, row(year)]), year=year, filename="Nómina.XLSX")
    with in_town("nunoa"):
        file = corrections_file(batch.id)

    sheet = load_workbook(io.BytesIO(file.data)).worksheets[0]
    header, first, second = ([cell.value for cell in line] for line in sheet.iter_rows())

    assert file.filename == "Nómina - errores.XLSX"
    assert header[-1] == "Errores"
    assert str(first[-1]).startswith("Rut: El RUT no es válido")
    assert (second[-1], first[header.index("Fecha_vencimiento")]) == (None, f"31/03/{year}")
    assert first[header.index("Tasacion")] == 5_000_000


def test_a_file_that_was_corrected_half_is_told_what_is_left() -> None:
    year = NOT_APPLIED
    batch = uploaded_and_read([row(year, Rut="1-1", Sello_verde="")], year=year)
    header, line = as_table(corrected(batch.id))
    line[header.index("Sello_verde")] = "Si"

    again = uploaded_and_read(_written(header, [line]), year=year)

    header, line = as_table(corrected(again.id))
    assert header.count("Errores") == 1
    assert line[-1].startswith("Rut:")
    assert "Sello_verde" not in line[-1]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t"])
def test_what_a_spreadsheet_would_run_is_text_in_what_we_write(sign: str) -> None:
    year = NOT_APPLIED
    hostile = f"{sign}HYPERLINK(1)"
    bad = row(year, Rut="1-1", Domicilio_propietario=hostile)

    as_csv_file = corrected(uploaded_and_read([bad], year=year).id)
    header, line = as_table(as_csv_file)
    assert line[header.index("Domicilio_propietario")] == f"'{hostile}"
    if sign == "=":
        return  # as a workbook it would be a formula, which is refused
    as_workbook = corrected(uploaded_and_read(as_xlsx([bad]), year=year, filename="n.xlsx").id)
    cell = load_workbook(io.BytesIO(as_workbook)).worksheets[0].cell(2, header.index("Domicilio_propietario") + 1)
    assert (str(cell.value).strip(), cell.data_type, cell.quotePrefix) == (hostile.strip(), "s", True)


def test_what_we_wrote_as_text_is_read_as_it_was() -> None:
    year = NOT_APPLIED
    bad = row(year, Rut="1-1", Equipamiento="-", Transmision="+ automática")
    batch = uploaded_and_read([bad], year=year)
    header, line = as_table(corrected(batch.id))
    line[header.index("Rut")] = str(row(year)["Rut"])

    again = uploaded_and_read(_written(header, [line]), year=year)

    assert "'-" in line
    with in_town("nunoa"):
        subject = fresh(again.id).staged.get().subject
    assert (subject["equipment"], subject["transmission"]) == ("-", "+ automática")


def test_a_cell_of_a_csv_that_begins_with_the_sign_of_formulas_is_an_error() -> None:
    year = NOT_APPLIED

    batch = uploaded_and_read([row(year, Modelo="=1+1")], year=year)

    assert [place[:2] for place in found(batch.id)] == [(2, "Modelo")]


def test_a_batch_without_errors_has_nothing_to_correct() -> None:
    year = NOT_APPLIED
    batch = uploaded_and_read([row(year)], year=year)

    with in_town("nunoa"), pytest.raises(CorrectionsNotReady):
        corrections_file(batch.id)


def test_the_corrections_are_written_by_a_worker() -> None:
    year = NOT_APPLIED
    batch = upload([row(year, Rut="1-1")], year=year)

    done = work_off(batch)
    rest = work_off(batch)

    assert ("read_roll", "DONE") in done
    assert ("write_corrections", "DONE") in rest


@pytest.mark.parametrize(
    ("written", "near"), [("Nunoa", None), ("Nuñoha", "Ñuñoa"), ("Las Condez", "Las Condes"), ("Xyz", ""), ("", None)]
)
def test_a_commune_that_does_not_exist_is_a_warning(written: str, near: str | None) -> None:
    year = NOT_APPLIED

    batch = uploaded_and_read([row(year, Comuna_propietario=written)], year=year)

    warnings = found(batch.id, Severity.WARNING)
    assert batch.state == "READY"
    assert [place[:2] for place in warnings] == ([] if near is None else [(2, "Comuna_propietario")])
    assert batch.warning_count == len(warnings)
    if near:
        assert f"¿quiso decir {near}?" in warnings[0][2]


def test_a_valuation_that_is_not_the_sii_s_is_a_warning() -> None:
    year = new_year()
    other, same = row(year, Codigo_sii="ZZ0000009"), row(year, Codigo_sii="ZZ0000009", Tasacion=7_000_000)
    by_load = row(year, Codigo_sii="ZZ0000009", Tipo_vehiculo="Camión", Tonelaje=5)
    with in_town("public"):
        VehicleValuation.objects.create(list_year=year, sii_code="ZZ0000009", model_year=2019, pesos=7_000_000)

    batch = uploaded_and_read([same, by_load, other], year=year)

    assert found(batch.id) == [
        (4, "Tasacion", "La tasación del SII es $7.000.000, no $5.000.000: se cobra por la del SII.")
    ]
    assert sum(preview_counts(batch.id).values()) == 3


def test_columns_of_others_are_passed_over_and_blank_rows_are_no_rows() -> None:
    year = NOT_APPLIED
    book = Workbook()
    sheet = book.active
    given = row(year)
    sheet.append([])
    sheet.append(["Observación", *(name.upper() for name in given), "Errores"])
    sheet.append([])
    sheet.append(["nada", *given.values(), "antiguo"])
    out = io.BytesIO()
    book.save(out)

    batch = uploaded_and_read(out.getvalue(), year=year, filename="nomina.xlsx")

    assert (batch.state, batch.row_count) == ("READY", 1)
    with in_town("nunoa"):
        assert fresh(batch.id).staged.get().number == 4


def _written(header: list[str], rows: list[list[str]]) -> bytes:
    return as_csv([dict(zip(header, line, strict=True)) for line in rows], columns=header)
