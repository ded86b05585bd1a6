"""Hostile files: each is refused with a reason that a person understands, in bounded memory and time.

The worker that has them read goes on; the batch is REJECTED.
"""

import csv
import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backend.billing.rolls import rules
from backend.billing.rolls.refusals import RollFileUnreadable
from backend.billing.rolls.uploading import upload_roll
from backend.cli.paths import ROOT
from sandbox.rolls import COLUMNS
from tests.operations.debts import as_csv, as_xlsx, in_town
from tests.rolls.batches import CLERK, PERMIT, apply, fresh, new_year, row, upload, uploaded_and_read, work_off
from tests.rolls.workbooks import MAIN, SHEET, bomb, lying, packed, sheet, text_cell, workbook

HEADER = workbook([COLUMNS])
_ENTITIES = '<!DOCTYPE x [<!ENTITY a "ja">{}]>'.format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
)


def refusal(data: bytes, filename: str = "nomina.xlsx") -> str:
    """What the batch says after the worker has met the file; or the door, where it refuses already."""
    began = time.monotonic()
    try:
        batch = upload(data, year=2028, filename=filename)
    except RollFileUnreadable as refused:
        return refused.message.es
    done = work_off(batch)
    told = fresh(batch)
    assert done == [("read_roll", "DONE")]
    assert (told.state, told.row_count, told.error_count) == ("REJECTED", 0, 0)
    assert time.monotonic() - began < rules.CHILD_LIMITS.seconds + 10
    return str(told.refusal_es)


def test_a_bomb_that_says_its_size_is_refused_before_it_is_unpacked() -> None:
    assert "se expande demasiado" in refusal(bomb(SHEET, megabytes=600))
    assert "se expande demasiado" in refusal(bomb(SHEET, megabytes=40))


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bomb(SHEET, megabytes=40)

    assert "dañado" in refusal(lying(data, SHEET, says=5_000))


def test_a_bomb_in_another_part_meets_the_limits_of_the_process() -> None:
    """The shared strings are unpacked by the reader itself."""
    strings = f'<sst xmlns="{MAIN}"><si><t>'.encode() + b"a" * 300_000_000 + b"</t></si></sst>"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>'
    )
    data = packed({SHEET: sheet(""), "xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": relations})
    lie = lying(data, "xl/sharedStrings.xml", says=5_000)

    said = refusal(lie)

    assert "No se pudo leer el archivo" in said


def test_too_many_parts_are_refused() -> None:
    said = refusal(packed({SHEET: sheet(""), **{f"xl/media/{n}.xml": "" for n in range(1_500)}}))

    assert "se expande demasiado" in said


def test_a_formula_is_refused_with_its_cell() -> None:
    cells = f'<row r="1">{"".join(map(text_cell, COLUMNS))}</row>'
    for formula in ("<f>1+1</f>", '<f t="shared" si="0"/>', "<f/>"):
        said = refusal(packed({SHEET: sheet(f'{cells}<row r="2"><c r="C2">{formula}<v>2</v></c></row>')}))

        assert "la celda C2 tiene una fórmula" in said


def test_a_formula_in_a_sheet_with_a_prefix_is_refused() -> None:
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="B1"><x:f>1+1</x:f></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )

    assert "la celda B1 tiene una fórmula" in refusal(packed({SHEET: prefixed}))


def test_a_formula_across_two_pieces_is_found() -> None:
    start = sheet("")[: -len("</sheetData></worksheet>")]
    for shift in range(-4, 5):
        room = 1024 * 1024 - len(start) - len('<!----><row r="1"><c r="A1">') + shift
        padding = random.Random(1).randbytes(room // 2 + 1).hex()[:room]  # spaces would make a bomb of it
        content = f'{start}<!--{padding}--><row r="1"><c r="A1"><f>1</f></c></row></sheetData></worksheet>'

        assert "fórmula" in _inspected(packed({SHEET: content}))


def test_entities_within_entities_are_refused() -> None:
    said = refusal(packed({SHEET: sheet('<row r="1"><c t="inlineStr"><is><t>&j;</t></is></c></row>', _ENTITIES)}))

    assert "declaraciones (DOCTYPE)" in said
    assert "DOCTYPE" in refusal(packed({SHEET: sheet(""), "xl/workbook.xml": f"{_ENTITIES}<workbook/>"}))


def test_a_workbook_of_a_million_columns_is_refused() -> None:
    wide = "".join(f'<c r="{_name(n)}1"><v>1</v></c>' for n in range(1_000_000))

    assert "más de 256 columnas" in refusal(packed({SHEET: sheet(f'<row r="1">{wide}</row>')}))


def test_a_cell_in_the_last_corner_of_the_sheet_meets_the_limit_of_memory() -> None:
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    said = refusal(packed({SHEET: sheet(f'<row r="1"><c r="A1"><v>1</v></c></row>{" " * 200_000}{corner}')}))

    assert "más memoria de la permitida" in said


def test_a_csv_of_a_million_columns_is_refused() -> None:
    assert "más de 256 columnas" in refusal(b";".join([b"a"] * 1_000_000), "nomina.csv")


def test_a_row_of_a_million_cells_is_no_more_than_its_columns() -> None:
    year = new_year()
    wide = as_csv([row(year)]) + b";".join([b"a"] * 1_000_000) + b"\n"

    batch = uploaded_and_read(wide, year=year)

    assert (batch.state, batch.row_count) == ("REJECTED", 2)


@pytest.mark.parametrize("size", [40_000, 5_000_000])
def test_a_cell_without_end_is_refused(size: int) -> None:
    assert "no se entiende en la línea 2" in refusal(as_csv([row(2025, Modelo="a" * size)]), "nomina.csv")


def test_a_quote_that_never_ends_is_refused() -> None:
    data = as_csv([row(2025)]) + b'"' + b"a;\n" * 500_000

    assert "revise las comillas" in refusal(data, "nomina.csv")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le"])
def test_a_csv_in_another_encoding_is_refused_and_told_how_to_save_it(encoding: str) -> None:
    text = as_csv([row(2025, Marca="Citroën")]).decode("utf-8-sig")

    said = refusal(text.encode(encoding), "nomina.csv")

    assert "UTF-8" in said or "NUL" in said


def test_nul_bytes_are_refused() -> None:
    data = as_csv([row(2025)]).replace(b"Gris", b"Gr\0s")

    assert "caracteres nulos (NUL)" in refusal(data, "nomina.csv")


def test_a_csv_that_claims_to_be_a_workbook_and_the_reverse_are_told_apart() -> None:
    rows = [row(2025)]

    assert "parece un texto" in refusal(as_csv(rows), "nomina.xlsx")
    assert "es un libro de Excel" in refusal(as_xlsx(rows), "nomina.csv")


def test_workbooks_of_other_kinds_are_named() -> None:
    assert "antiguo (.xls) o está protegido" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000)
    assert "no es un libro XLSX" in refusal(_archive({"content.xml": "<x/>", "mimetype": "application/ods"}))
    assert "no es un libro XLSX" in refusal(_archive({"[Content_Types].xml": "<x/>", "xl/workbook.bin": "x"}))


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused(kept: float) -> None:
    data = as_xlsx([row(2025) for _ in range(20)])

    assert "incompleto o dañado" in refusal(data[: int(len(data) * kept)])


def test_a_workbook_whose_bytes_were_changed_is_refused_or_read_but_never_breaks() -> None:
    data = as_xlsx([row(2025)])
    year = new_year()
    for place in range(0, len(data), max(len(data) // 12, 1)):
        changed = bytearray(data)
        changed[place] ^= 0x55

        try:
            batch = uploaded_and_read(bytes(changed), year=year, filename="nomina.xlsx")
        except RollFileUnreadable:
            continue

        assert batch.state in ("READY", "REJECTED")


def test_a_file_larger_than_the_limit_is_refused_at_the_door() -> None:
    data = b"PK\x03\x04" + bytes(rules.LARGEST_FILE)

    with in_town("nunoa"), pytest.raises(RollFileUnreadable, match="64 MB"):
        upload_roll(service=PERMIT, year=2025, filename="n.xlsx", data=data, is_complete=False, actor=CLERK)


def test_a_sheet_without_rows_or_columns_says_so() -> None:
    assert "no tiene filas" in refusal(HEADER)
    assert "faltan las columnas Rut, Patente" in refusal(workbook([["a", "b"], ["1", "2"]]))
    assert "está vacío" in refusal(workbook([]))
    assert "la columna Rut aparece dos veces" in refusal(workbook([[*COLUMNS, "RUT"], ["1"]]))


def test_more_errors_than_anybody_reads_end_the_reading() -> None:
    year = new_year()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerows([["x"] * len(COLUMNS)] * 3_000)

    batch = uploaded_and_read(out.getvalue().encode(), year=year)

    with in_town("nunoa"):
        assert (batch.state, batch.issues.count()) == ("REJECTED", rules.MOST_ERRORS)
    assert batch.error_count >= rules.MOST_ERRORS
    assert batch.row_count < 3_000


def test_after_all_of_them_a_right_roll_is_read_as_ever() -> None:
    year = new_year()
    refusal(bomb(SHEET, megabytes=40))

    batch = uploaded_and_read(as_xlsx([row(year)]), year=year, filename="nomina.xlsx")

    assert apply(batch.id).created == 1


def test_the_child_has_no_secret_and_no_address() -> None:
    """What a file could make it do, it does with empty hands."""
    from backend.shared.limited import child_environment

    assert set(child_environment()) == {"PYTHONPATH", "LANG", "MALLOC_ARENA_MAX"}


def test_the_limits_hold_what_the_child_itself_would_take() -> None:
    """Positive control: the same corner of a sheet, read by a child whose limit of memory was taken off."""
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="80000"><c r="IV80000"><v>1</v></c></row>'
    path = Path(os.environ["SEM_FILES_DIR"]) / "corner.xlsx"
    path.write_bytes(packed({SHEET: sheet(corner)}))
    reading = (
        "import sys; from backend.billing.rolls import child; from pathlib import Path\n"
        "if sys.argv[1] == 'limited': child.limit_itself(child.CHILD_LIMITS)\n"
        "from backend.billing.rolls.workbooks import workbook_rows\n"
        "print(workbook_rows(Path(sys.argv[2]))[0])\n"
    )

    said = {
        how: subprocess.run(
            [sys.executable, "-c", reading, how, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        for how in ("limited", "free")
    }

    assert said["free"].stdout == "80000\n"
    assert said["limited"].returncode != 0


def _inspected(data: bytes) -> str:
    """What looking into a workbook says, without a batch."""
    from backend.billing.rolls.workbooks import inspect_workbook

    path = Path(os.environ["SEM_FILES_DIR"]) / "inspected.xlsx"
    path.write_bytes(data)
    try:
        inspect_workbook(path)
    except RollFileUnreadable as refused:
        return refused.message.es
    return ""


def _archive(parts: dict[str, str]) -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _name(place: int) -> str:
    from backend.billing.rolls.sheets import column_name

    return column_name(place)
