"""Workbooks as nobody's spreadsheet program writes them: parts by name, some of them lies."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS: Mapping[str, str] = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="N" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
SHEET = "xl/worksheets/sheet1.xml"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts beside those that every workbook has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(rows: Iterable[Iterable[object]], **parts: str) -> bytes:
    """A plain workbook with text in its cells."""
    lines = "".join(
        f'<row r="{number}">{"".join(text_cell(cell) for cell in cells)}</row>'
        for number, cells in enumerate(rows, start=1)
    )
    return packed({SHEET: sheet(lines), **parts})


def text_cell(text: object) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows: str, prologue: str = "") -> str:
    return f'{prologue}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def bomb(name: str, *, megabytes: int) -> bytes:
    """A workbook one part of which is spaces without end: 1,000 to 1."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part, content in PARTS.items():
            archive.writestr(part, content)
        with archive.open(name, "w", force_zip64=True) as part_file:
            part_file.write(sheet("")[:-30].encode())
            for _ in range(megabytes):
                part_file.write(b" " * 1024 * 1024)
    return out.getvalue()


def lying(data: bytes, name: str, *, says: int) -> bytes:
    """The archive, its directory saying that the part is that small (APPNOTE.TXT §4.3.7, §4.3.12)."""
    raw, encoded = bytearray(data), name.encode()
    at = 0
    while (at := raw.find(encoded, at)) >= 0:
        for signature, header, field in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
            if raw[at - header : at - header + 4] == signature:
                struct.pack_into("<I", raw, at - header + field, says)
        at += 1
    return bytes(raw)
