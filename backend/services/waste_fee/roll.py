"""The roll of properties that pay waste fees. The columns are ours: no national format is known.

See docs/rolls/waste_fee.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from backend.services.base import RollEntry, RowError
from backend.services.row_reader import RowReader
from backend.services.waste_fee.lookup import role_key
from backend.services.waste_fee.property import Collection, Property, Use
from backend.shared.text import Text

EXAMPLE: dict[str, str] = {
    "Manzana": "573",
    "Predio": "24",
    "Rut": "44000001-0",
    "Nombre": "Contribuyente de prueba 1",
    "Ano": "2025",
    "Destino": "VIVIENDA",
    "Avaluo_fiscal": "48500000",
    "Codigo_tarifa": "GENERAL",
    "Tarifa_especial": "",
    "Forma_cobro": "DIRECTO",
    "Codigo_beneficio": "B02",
    "Beneficio_hasta": "31/12/2026",
}
COLUMNS: tuple[str, ...] = tuple(EXAMPLE)
USUAL_TARIFF = "GENERAL"
LARGEST_PART = 99_999

_WRONG_YEAR = Text(es="No es el año {year} de la nómina.", en="It is not the roll's year {year}.")
_TOO_LARGE = Text(es="Debe tener cinco cifras a lo más.", en="It must have five digits at most.")
_NO_BENEFIT = Text(es="Falta el código del beneficio que vence.", en="The code of the benefit that ends is missing.")


def read_row(number: int, row: Mapping[str, object], *, year: int) -> RollEntry | list[RowError]:
    """Validate one property of the roll of `year`. Only a tariff fixed for one property is an amount in the file."""
    cells = _Cells(number, row)
    if cells.whole("Ano") not in {0, year}:
        cells.refuse("Ano", _WRONG_YEAR.format(year=year))
    block, plot = cells.part_of_role("Manzana"), cells.part_of_role("Predio")
    rut = cells.rut("Rut")
    owner = cells.text("Nombre", 80)
    use = cells.choice("Destino", tuple(Use))
    benefit_until = cells.optional_day("Beneficio_hasta")
    if benefit_until is not None and cells.is_empty("Codigo_beneficio"):
        cells.refuse("Codigo_beneficio", _NO_BENEFIT)
    place = Property(
        use=use,
        valuation=cells.positive("Avaluo_fiscal") if use == Use.DWELLING else cells.optional_whole("Avaluo_fiscal"),
        tariff=cells.optional_text("Codigo_tarifa", 20).upper() or USUAL_TARIFF,
        special_tariff=cells.optional_whole("Tarifa_especial"),
        collection=cells.choice("Forma_cobro", tuple(Collection)),
        benefit=cells.optional_text("Codigo_beneficio", 20).upper(),
        benefit_until=benefit_until.isoformat() if benefit_until else "",
    )
    if rut is None or cells.errors:
        return cells.errors
    return RollEntry(
        object_key=role_key(block, plot),
        holder_rut=rut,
        holder_name=owner,
        period=str(year),
        subject=place.to_subject(),
    )


class _Cells(RowReader):
    """The cells that only properties have."""

    def part_of_role(self, column: str) -> int:
        """Read block or plot, which have columns of their own: a workbook takes 10-5 for a day of May."""
        part = self.positive(column)
        if part > LARGEST_PART:
            self.refuse(column, _TOO_LARGE)
        return part
