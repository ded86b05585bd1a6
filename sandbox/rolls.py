"""Writes rolls as municipalities send them: the 32 columns of the workbook "Nómina de pago", with test vehicles.

Columns, sheet name and formats are those that one municipality really sent in March 2021; they are no published norm.
The same arguments always give the same bytes.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.identifiers import LETTERS, plate_check_digit, rut_check_digit
from sandbox.vehicles import vehicle_of
from sandbox.workbooks import workbook_of

COLUMNS = (
    "Rut",
    "Patente",
    "Fecha_vencimiento",
    "Nro_serie_documento",
    "Fecha_factura",
    "Fecha_emision_homologacion",
    "Valor_neto_factura",
    "Digito_verificador_patente",
    "Codigo_sii",
    "Ano",
    "Tasacion",
    "Motor",
    "Chasis",
    "Color",
    "Nro_asientos",
    "Tara",
    "Nombre_propietario",
    "Domicilio_propietario",
    "Comuna_propietario",
    "Telefono_propietario",
    "Sello_verde",
    "Fecha_plazo_homologacion",
    "Modelo",
    "Marca",
    "Tipo_vehiculo",
    "Cilindrada",
    "Combustible",
    "Transmision",
    "Equipamiento",
    "Nro_puertas",
    "Zona_franca",
    "Tonelaje",
)

FIRST_RUT = 44_000_001
"""RUT bodies from here to 49.999.999 are not assigned to anybody."""

SERIES_SIZE = 90 * len(LETTERS) ** 2
"""Plates ZZBB10 to ZZZZ99: a series that has not been issued. All communes share it, in blocks."""

_LARGE, _SMALL = 9_000, 900
_BLOCKS = {"13120": (0, _LARGE), "14101": (_LARGE, _LARGE)} | {
    code: (2 * _LARGE + place * _SMALL, _SMALL)
    for place, code in enumerate(
        ("10101", "13101", "05101", "05109", "08101", "13201", "15101", "09101", "12101", "01101", "13119")
    )
}
_SHARED_BLOCK = (2 * _LARGE + 11 * _SMALL, _SMALL)


@dataclass(frozen=True)
class RollVehicle:
    """`rut` is XXXXXXXX-X; `valuation` in pesos; `year` is the model year."""

    ordinal: int
    plate: str
    check_digit: str
    rut: str
    owner: str
    valuation: int
    kind: str
    make: str
    model: str
    year: int
    colour: str


def roll_vehicles(*, commune_code: str, first: int, count: int, year: int) -> list[RollVehicle]:
    """Make the vehicles `first` (from 1) and following of a commune, for the permit year `year`.

    Plates and owners are unique across the communes that have a block of their own: Ñuñoa and Valdivia with 9,000
    each, eleven large ones with 900 each. All other communes share one block of 900. Raises ValueError beyond that.
    """
    start, size = _BLOCKS.get(commune_code, _SHARED_BLOCK)
    if first < 1 or count < 0 or first - 1 + count > size:
        raise ValueError(f"commune {commune_code} has the ordinals 1 to {size}")
    return [_vehicle(ordinal, start + ordinal - 1, year) for ordinal in range(first, first + count)]


def write_roll(path: Path, *, commune: str, commune_code: str, first: int, count: int, year: int) -> list[RollVehicle]:
    """Write the workbook to `path` and tell what is in it. Raises ValueError as `roll_vehicles` does."""
    vehicles = roll_vehicles(commune_code=commune_code, first=first, count=count, year=year)
    rows = (_row(vehicle, commune=commune, year=year) for vehicle in vehicles)
    path.write_bytes(workbook_of("Nomina de pago 1", COLUMNS, rows))
    return vehicles


def _vehicle(ordinal: int, place: int, year: int) -> RollVehicle:
    letters, number = divmod(place, 90)
    plate = f"ZZ{LETTERS[letters // len(LETTERS)]}{LETTERS[letters % len(LETTERS)]}{number + 10}"
    known = vehicle_of(plate)
    rut = FIRST_RUT + place
    return RollVehicle(
        ordinal=ordinal,
        plate=plate,
        check_digit=plate_check_digit(plate),
        rut=f"{rut}-{rut_check_digit(rut)}",
        owner=f"Contribuyente de prueba {ordinal}",
        valuation=known.valuation,
        kind=known.model.kind,
        make=known.model.make,
        model=known.model.name,
        year=year - known.age,
        colour=known.colour,
    )


def _row(vehicle: RollVehicle, *, commune: str, year: int) -> dict[str, str | int]:
    known = vehicle_of(vehicle.plate)
    return {
        "Rut": vehicle.rut,
        "Patente": vehicle.plate,
        "Fecha_vencimiento": f"31/03/{year}",
        "Digito_verificador_patente": vehicle.check_digit,
        "Codigo_sii": known.sii_code,
        "Ano": vehicle.year,
        "Tasacion": vehicle.valuation,
        "Motor": known.engine,
        "Chasis": known.chassis,
        "Color": vehicle.colour,
        "Nro_asientos": known.model.seats,
        "Tara": 0,
        "Nombre_propietario": vehicle.owner,
        "Domicilio_propietario": f"Calle de prueba {vehicle.ordinal}",
        "Comuna_propietario": commune,
        "Sello_verde": "Si",
        "Modelo": vehicle.model,
        "Marca": vehicle.make,
        "Tipo_vehiculo": vehicle.kind,
        "Cilindrada": known.model.displacement,
        "Combustible": known.model.fuel,
        "Transmision": "Mecanica",
        "Equipamiento": "Estandar",
        "Nro_puertas": known.model.doors,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.rolls", description="Write a 'Nómina de pago' for tests.")
    parser.add_argument("--commune", required=True, help="name, as in 'Ñuñoa'")
    parser.add_argument("--code", required=True, help="Código Único Territorial, five digits")
    parser.add_argument("--first", type=int, default=1, help="ordinal of the first vehicle")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--year", type=int, required=True, help="permit year")
    parser.add_argument("out", type=Path, metavar="OUT.xlsx")
    wish = parser.parse_args(arguments)
    try:
        written = write_roll(
            wish.out,
            commune=wish.commune,
            commune_code=wish.code,
            first=wish.first,
            count=wish.count,
            year=wish.year,
        )
    except ValueError as error:
        parser.error(str(error))
    print(f"{wish.out}: {len(written)} vehicles")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
