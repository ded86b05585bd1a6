"""Writes a large "Nómina de pago": the 32 columns as a spreadsheet program saves them, with vehicles of nobody.

The same arguments always give the same rows. Strings are shared, as Excel and LibreOffice keep them; `--inline` keeps
them in their cells, as libraries do.
"""

import argparse
import sys
import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from sandbox.identifiers import LETTERS, plate_check_digit, rut_check_digit
from sandbox.rolls import COLUMNS
from sandbox.vehicles import vehicle_of

_FIRST_RUT = 44_100_000  # after those of sandbox.rolls, below 50 millions: not assigned
_SERIES = "ZYXWVTSRPLKJHGFDCB"  # first ZY…: ZZ is sandbox.rolls'
_OF_A_SERIES = 90 * len(LETTERS) ** 2
_ROWS_AT_ONCE = 1_000

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Nomina de pago 1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


class Strings:
    """The shared strings, numbered as they come."""

    def __init__(self, *, inline: bool) -> None:
        self._inline = inline
        self.known: dict[str, int] = {}
        self.uses = 0

    def cell(self, place: str, text: str) -> str:
        if self._inline:
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        self.uses += 1
        return f'<c r="{place}" t="s"><v>{self.known.setdefault(text, len(self.known))}</v></c>'


def rows(count: int, year: int, commune: str) -> Iterator[dict[str, str | int]]:
    """Give `count` vehicles, every one of them right; raises ValueError beyond what the series hold."""
    if count > _OF_A_SERIES * (len(_SERIES) - 1):
        raise ValueError("that many plates there are not")
    for place in range(count):
        series, in_series = divmod(place, _OF_A_SERIES)
        letters, number = divmod(in_series, 90)
        first, second = divmod(letters, len(LETTERS))
        plate = f"Z{_SERIES[series + 1]}{LETTERS[first]}{LETTERS[second]}{number + 10}"
        known, rut = vehicle_of(plate), _FIRST_RUT + place
        yield {
            "Rut": f"{rut}-{rut_check_digit(rut)}",
            "Patente": plate,
            "Fecha_vencimiento": f"31/03/{year}",
            "Digito_verificador_patente": plate_check_digit(plate),
            "Codigo_sii": known.sii_code,
            "Ano": year - known.age,
            "Tasacion": known.valuation,
            "Motor": known.engine,
            "Chasis": known.chassis,
            "Color": known.colour,
            "Nro_asientos": known.model.seats,
            "Tara": 0,
            "Nombre_propietario": f"Contribuyente de prueba {place + 1}",
            "Domicilio_propietario": f"Calle de prueba {place + 1}",
            "Comuna_propietario": commune,
            "Sello_verde": "Si",
            "Modelo": known.model.name,
            "Marca": known.model.make,
            "Tipo_vehiculo": known.model.kind,
            "Cilindrada": known.model.displacement,
            "Combustible": known.model.fuel,
            "Transmision": "Mecanica",
            "Equipamiento": "Estandar",
            "Nro_puertas": known.model.doors,
        }


def write_large_roll(path: Path, *, count: int, year: int, commune: str = "Ñuñoa", inline: bool = False) -> None:
    """Write the workbook, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    strings = Strings(inline=inline)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            _RELATIONS.format(f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _RELATIONS.format(
                f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
                f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            ),
        )
        archive.writestr("xl/workbook.xml", _WORKBOOK)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:AF{count + 1}"/><sheetData>'.encode())
            sheet.write(_row(1, COLUMNS, strings).encode())
            waiting: list[str] = []
            for number, row in enumerate(rows(count, year, commune), start=2):
                waiting.append(_row(number, [row.get(column, "") for column in COLUMNS], strings))
                if len(waiting) == _ROWS_AT_ONCE:
                    sheet.write("".join(waiting).encode())
                    waiting.clear()
            sheet.write("".join(waiting).encode() + b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w") as shared:
            shared.write(f'<sst xmlns="{_MAIN}" count="{strings.uses}" uniqueCount="{len(strings.known)}">'.encode())
            shared.write("".join(f"<si><t>{escape(text)}</t></si>" for text in strings.known).encode())
            shared.write(b"</sst>")
    part.replace(path)


def _row(number: int, cells: Sequence[str | int], strings: Strings) -> str:
    written = [
        f'<c r="{name}{number}"><v>{cell}</v></c>' if isinstance(cell, int) else strings.cell(f"{name}{number}", cell)
        for name, cell in zip(_NAMES, cells, strict=True)
        if cell != ""
    ]
    return f'<row r="{number}">{"".join(written)}</row>'


_NAMES = [chr(65 + place) if place < 26 else f"A{chr(39 + place)}" for place in range(len(COLUMNS))]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_roll", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--inline", action="store_true")
    parser.add_argument("out", type=Path, metavar="OUT.xlsx")
    wish = parser.parse_args(arguments)
    write_large_roll(wish.out, count=wish.rows, year=wish.year, inline=wish.inline)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
