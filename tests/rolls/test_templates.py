"""Templates: what a service asks for, in a file that it reads itself."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from backend.billing.rolls.headed import open_headed, places_of
from backend.billing.rolls.kinds import Kind
from backend.billing.rolls.sheets import column_name
from backend.billing.rolls.templates import roll_template
from backend.services import services
from backend.services.base import RollEntry, Service
from tests.operations.debts import in_town
from tests.operations.platform import run_python
from tests.rolls.batches import fresh, row, uploaded_and_read

every_service = pytest.mark.parametrize("service", services().values(), ids=lambda service: str(service.code))


@every_service
@pytest.mark.parametrize("kind", Kind)
def test_a_template_is_a_roll_whose_example_row_is_right(service: Service, kind: Kind, tmp_path: Path) -> None:
    file = roll_template(service=service.code, kind=kind)
    path = tmp_path / file.filename
    path.write_bytes(file.data)

    headed = open_headed(path, filename=file.filename)
    ((number, cells),) = list(headed.rows)

    places_of(headed.headers, service.roll_columns)
    assert (number, headed.header_row) == (2, 1)
    entry = service.read_roll_row(number, dict(zip(headed.headers, cells, strict=False)), year=2025)
    assert isinstance(entry, RollEntry), entry


@every_service
def test_a_template_that_is_uploaded_as_it_is_becomes_a_batch(service: Service) -> None:
    for kind in Kind:
        file = roll_template(service=service.code, kind=kind)

        batch = uploaded_and_read(file.data, year=2025, filename=file.filename, service=service.code)

        assert (batch.state, batch.row_count) == ("READY", 1), batch.refusal_es
        with in_town("nunoa"):
            fresh(batch.id).staged.all().delete()
            type(batch).objects.filter(id=batch.id).update(state="DISCARDED")


def test_the_columns_of_a_template_hold_text_so_that_nothing_is_converted() -> None:
    data = roll_template(service="circulation_permit", kind=Kind.XLSX).data

    sheet = load_workbook(io.BytesIO(data)).worksheets[0]

    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert {cell.number_format for line in sheet.iter_rows() for cell in line if cell.value} == {"@"}


def test_columns_are_named_as_a_spreadsheet_names_them() -> None:
    assert [column_name(place) for place in (0, 25, 26, 51, 52, 701, 702, 16_383)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


def test_the_command_writes_a_template_without_a_server(tmp_path: Path) -> None:
    files = tmp_path / "n.xlsx", tmp_path / "n.csv"

    done = run_python(
        *("-m", "backend.cli", "roll", "template", "waste-fee", f"--xlsx={files[0]}", f"--csv={files[1]}"),
        DATABASE_URL="",
    )

    assert done.returncode == 0, done.stderr
    assert files[0].read_bytes().startswith(b"PK")
    assert files[1].read_text(encoding="utf-8-sig").startswith("Rol;") or "Manzana" in files[1].read_text("utf-8-sig")


def test_the_commands_load_preview_apply_undo_and_list(tmp_path: Path) -> None:
    def sem(*arguments: str) -> str:
        done = run_python("-m", "backend.cli", "roll", *arguments, "--municipality=valdivia", COLUMNS="200")
        return done.stdout + done.stderr

    year = 2029
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    from tests.operations.debts import as_csv

    good.write_bytes(as_csv([row(year), row(year)]))
    bad.write_bytes(as_csv([row(year, Rut="1-1")]))

    previewed = sem("preview", str(good), f"--year={year}")
    number = previewed.rsplit("roll apply ", 1)[1].split()[0]
    applied, undone, again = sem("apply", number), sem("undo", number), sem("load", str(good), f"--year={year}")
    wrong = sem("load", str(bad), f"--year={year}")
    listed = sem("list")
    rejected = wrong.rsplit("roll errors ", 1)[1].split()[0]
    told = sem("errors", rejected, f"--file={tmp_path / 'errors.csv'}")

    assert "nuevas" in previewed
    assert "2 nuevas" in applied
    assert f"lote {number} deshecho" in undone
    assert "2 nuevas" in again
    assert "El RUT no es válido" in wrong
    assert "UNDONE" in listed
    assert "REJECTED" in listed
    assert "1 errores" in told
    assert "Errores" in (tmp_path / "errors.csv").read_text("utf-8-sig")
