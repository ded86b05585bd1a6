"""Writing tables as CSV and XLSX, row by row. What a spreadsheet program would run is written as text."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import BinaryIO
from xml.sax.saxutils import escape

from backend.billing.rolls.tables import FORMULA_SIGNS, escaped

Numbered = tuple[int, Sequence[object]]
"""A row and the number that a spreadsheet shows for it; numbers grow."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEADER, _TEXT, _QUOTED = 1, 2, 3  # places in cellXfs; 49 is the built-in format "@", text
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>'
        "</cellXfs>"
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def write_csv(out: BinaryIO, rows: Iterable[Numbered]) -> None:
    """Write UTF-8 with a byte order mark and semicolons, as Excel of Chile opens it at a double click."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    last = 0
    for number, cells in rows:
        for _ in range(number - last - 1):
            writer.writerow([])
        writer.writerow([_in_csv(cell) for cell in cells])
        last = number
    text.flush()
    text.detach()


def write_xlsx(out: BinaryIO, rows: Iterable[Numbered], *, name: str, columns: int) -> None:
    """Write a workbook of one sheet, headers in the first row; columns hold text, so that nothing is converted."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, content in _PARTS.items():
            archive.writestr(part, content)
        sheets = f'<sheets><sheet name="{escape(name, {chr(34): ""})}" sheetId="1" r:id="rId1"/></sheets>'
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheets}</workbook>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
                f'<cols><col min="1" max="{columns}" width="18" style="{_TEXT}" customWidth="1"/></cols>'
                "<sheetData>".encode()
            )
            style = _HEADER
            for number, cells in rows:
                sheet.write(_row(number, cells, style).encode())
                style = _TEXT
            sheet.write(b"</sheetData></worksheet>")


def _in_csv(cell: object) -> str:
    """Escape text; a negative number is no formula."""
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return as_written(cell) if is_number else escaped(as_written(cell))


def as_written(cell: object) -> str:
    """Write a cell as a roll has it: whole numbers without point, dates as dd/MM/yyyy."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Si" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def _row(number: int, cells: Sequence[object], style: int) -> str:
    written = "".join(_cell(place, number, cell, style) for place, cell in enumerate(cells))
    return f'<row r="{number}">{written}</row>'


def _cell(place: int, number: int, cell: object, style: int) -> str:
    if cell is None or cell == "":
        return ""
    where = f"{column_name(place)}{number}"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f'<c r="{where}"><v>{as_written(cell)}</v></c>'
    text = _NOT_IN_XML.sub("", as_written(cell))
    chosen = _QUOTED if text.startswith(FORMULA_SIGNS) else style
    return f'<c r="{where}" s="{chosen}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def column_name(place: int) -> str:
    """Return the letters of a column, counted from 0: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(65 + letter) + name
    return name
