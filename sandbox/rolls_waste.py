"""Writes rolls of properties that pay waste fees, with the columns of docs/rolls/waste_fee.md.

Property n of a commune belongs to the owner of vehicle n, so that one citizen finds several debts. The same arguments
always give the same bytes.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.rolls import roll_vehicles
from sandbox.workbooks import draw, workbook_of

COLUMNS = (
    "Manzana",
    "Predio",
    "Rut",
    "Nombre",
    "Ano",
    "Destino",
    "Avaluo_fiscal",
    "Codigo_tarifa",
    "Tarifa_especial",
    "Forma_cobro",
    "Codigo_beneficio",
    "Beneficio_hasta",
)

FIRST_BLOCK, PLOTS_OF_A_BLOCK = 101, 20
PAID_HERE, LOW_VALUATION, TREASURY, LICENCE = "paid here", "low valuation", "treasury", "licence"


@dataclass(frozen=True)
class RollProperty:
    """`role` as people write it; `case` is what becomes of it: paid here, exempt, or collected by another."""

    ordinal: int
    block: int
    plot: int
    rut: str
    owner: str
    use: str
    valuation: int
    case: str
    benefit: str

    @property
    def role(self) -> str:
        return f"{self.block}-{self.plot}"


def roll_properties(*, commune_code: str, first: int, count: int, year: int) -> list[RollProperty]:
    """Make the properties `first` (from 1) and following of a commune. Raises ValueError as `roll_vehicles` does."""
    owners = roll_vehicles(commune_code=commune_code, first=first, count=count, year=year)
    return [_property(commune_code, owner.ordinal, owner.rut, owner.owner) for owner in owners]


def write_waste_roll(path: Path, *, commune_code: str, first: int, count: int, year: int) -> list[RollProperty]:
    """Write the workbook to `path` and tell what is in it. Raises ValueError as `roll_vehicles` does."""
    properties = roll_properties(commune_code=commune_code, first=first, count=count, year=year)
    path.write_bytes(workbook_of("Derechos de aseo", COLUMNS, (_row(place, year) for place in properties)))
    return properties


def _property(commune_code: str, ordinal: int, rut: str, owner: str) -> RollProperty:
    """Of every ten: one exempt by its valuation, one collected by the Treasury, one shop; most owners pay here."""
    thing = f"{commune_code}/property {ordinal}"
    case = {4: LOW_VALUATION, 7: TREASURY}.get(ordinal % 10, PAID_HERE)
    use = "VIVIENDA"
    if ordinal % 10 == 9:
        use = "SITIO_ERIAZO" if ordinal % 20 == 9 else "LOCAL"
        case = LICENCE if ordinal % 40 == 19 else PAID_HERE
    worth = 6_000_000 + draw(thing, "valuation", 5_000_000)
    if case != LOW_VALUATION:
        worth = 25_000_000 + draw(thing, "valuation", 90_000_000)
    block, plot = divmod(ordinal - 1, PLOTS_OF_A_BLOCK)
    return RollProperty(
        ordinal=ordinal,
        block=FIRST_BLOCK + block,
        plot=plot + 1,
        rut=rut,
        owner=owner,
        use=use,
        valuation=worth // 1_000 * 1_000,
        case=case,
        benefit="B02" if case == PAID_HERE and use == "VIVIENDA" and draw(thing, "benefit", 12) == 0 else "",
    )


def _row(place: RollProperty, year: int) -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "Manzana": place.block,
        "Predio": place.plot,
        "Rut": place.rut,
        "Nombre": place.owner,
        "Ano": year,
        "Destino": place.use,
        "Avaluo_fiscal": place.valuation,
        "Codigo_tarifa": "GENERAL" if place.use == "VIVIENDA" else "COMERCIAL",
        "Forma_cobro": {TREASURY: "TGR", LICENCE: "PATENTE"}.get(place.case, "DIRECTO"),
    }
    return row | ({"Codigo_beneficio": place.benefit, "Beneficio_hasta": f"31/12/{year + 1}"} if place.benefit else {})


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.rolls_waste", description="Write a roll of waste fees.")
    parser.add_argument("--code", required=True, help="Código Único Territorial, five digits")
    parser.add_argument("--first", type=int, default=1, help="ordinal of the first property")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("out", type=Path, metavar="OUT.xlsx")
    wish = parser.parse_args(arguments)
    try:
        written = write_waste_roll(wish.out, commune_code=wish.code, first=wish.first, count=wish.count, year=wish.year)
    except ValueError as error:
        parser.error(str(error))
    print(f"{wish.out}: {len(written)} properties")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
