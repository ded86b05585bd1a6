"""Writes rolls of business licences, with the columns of docs/rolls/business_licence.md.

Businesses have RUTs of their own; licences of professionals and family micro-businesses belong to the owner of the
vehicle of the same ordinal, so that one citizen finds several debts. The same arguments always give the same bytes.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.identifiers import rut_check_digit
from sandbox.rolls import roll_vehicles
from sandbox.workbooks import draw, workbook_of

COLUMNS = (
    "Rol",
    "Rut",
    "Nombre",
    "Ano",
    "Tipo_patente",
    "Giro",
    "Tasa_por_mil",
    "Origen_capital",
    "Capital",
    "Inversiones_deducibles",
    "Certificado_inversiones",
    "Trabajadores_local",
    "Trabajadores_total",
    "Codigo_aseo",
    "Publicidad_m2",
    "Publicidad_luminosa_m2",
    "Exencion",
    "Fecha_otorgamiento",
    "Estado_provisoria",
    "Vencimiento_provisoria",
    "Autorizacion_sanitaria",
    "Observaciones_DOM",
)

FIRST_RUT = 45_000_001
"""Each commune has the 300 bodies after this one and 300 times its code; above 49.900.000 are the officials."""
LARGEST = 300

KINDS = (
    "COMERCIAL",
    "INDUSTRIAL",
    "PROFESIONAL",
    "MEF",
    "PROVISORIA",
    "COMERCIAL",
    "COMERCIAL",
    "ALCOHOLES",
    "COMERCIAL",
    "COMERCIAL",
    "COMERCIAL",
    "COMERCIAL",
)
"""By ordinal, from 1, over and over."""
_CLASS_OF_ROLE = {"INDUSTRIAL": 1, "PROFESIONAL": 3, "ALCOHOLES": 4}
_TRADES = {
    "COMERCIAL": ("Almacén de comestibles", "Librería", "Ferretería", "Venta de ropa", "Peluquería", "Restaurante"),
    "INDUSTRIAL": ("Panadería industrial", "Maestranza", "Imprenta", "Aserradero"),
    "PROFESIONAL": ("Abogada", "Dentista", "Arquitecto", "Contadora"),
    "MEF": ("Repostería en casa", "Costura en casa", "Cerámica en casa"),
    "PROVISORIA": ("Cafetería", "Taller de bicicletas", "Minimarket"),
    "ALCOHOLES": ("Depósito de bebidas alcohólicas", "Restaurante con alcoholes"),
}


@dataclass(frozen=True)
class RollLicence:
    """`payable` tells whether anything can be paid online in July of the year."""

    ordinal: int
    role: str
    rut: str
    holder: str
    kind: str
    trade: str
    capital: int
    payable: bool
    extra: dict[str, str | int]


def roll_licences(*, commune_code: str, first: int, count: int, year: int) -> list[RollLicence]:
    """Make the licences `first` (from 1) and following of a commune, for the year that begins on 1 July of `year`.

    Raises ValueError beyond 300.
    """
    if first < 1 or count < 0 or first - 1 + count > LARGEST:
        raise ValueError(f"a commune has the ordinals 1 to {LARGEST}")
    citizens = roll_vehicles(commune_code=commune_code, first=first, count=count, year=year)
    return [_licence(commune_code, citizen.ordinal, citizen.rut, citizen.owner, year) for citizen in citizens]


def write_licence_roll(path: Path, *, commune_code: str, first: int, count: int, year: int) -> list[RollLicence]:
    """Write the workbook to `path` and tell what is in it. Raises ValueError beyond 300."""
    licences = roll_licences(commune_code=commune_code, first=first, count=count, year=year)
    path.write_bytes(workbook_of("Patentes municipales", COLUMNS, (_row(licence, year) for licence in licences)))
    return licences


def _licence(commune_code: str, ordinal: int, citizen: str, name: str, year: int) -> RollLicence:
    thing = f"{commune_code}/licence {ordinal}"
    kind = KINDS[(ordinal - 1) % len(KINDS)]
    extra, payable = _particulars(kind, ordinal, thing, year)
    body = FIRST_RUT + int(commune_code) * LARGEST + ordinal - 1
    of_a_citizen = kind in {"PROFESIONAL", "MEF"}
    trades = _TRADES[kind]
    return RollLicence(
        ordinal=ordinal,
        role=f"{_CLASS_OF_ROLE.get(kind, 2)}-{100_000 + ordinal}",
        rut=citizen if of_a_citizen else f"{body}-{rut_check_digit(body)}",
        holder=name if of_a_citizen else f"Comercio de prueba {ordinal}",
        kind=kind,
        trade=trades[draw(thing, "trade", len(trades))],
        capital=_capital(kind, thing),
        payable=payable,
        extra=extra,
    )


def _capital(kind: str, thing: str) -> int:
    match kind:
        case "PROFESIONAL" | "ALCOHOLES":
            return 0
        case "MEF":
            return 1_000_000 + draw(thing, "capital", 5_000) * 1_000
        case _:
            size = (5_000, 50_000, 2_000_000)[draw(thing, "size", 3)]
            return 3_000_000 + draw(thing, "capital", size) * 1_000


def _particulars(kind: str, ordinal: int, thing: str, year: int) -> tuple[dict[str, str | int], bool]:
    """What sets a licence apart, by its place in the dozen, and whether it can be paid online in July of the year."""
    match kind, (ordinal - 1) % len(KINDS):
        case "PROVISORIA", _:
            state = ("PROVISORIA", "SOLICITADA", "CADUCADA")[(ordinal // len(KINDS)) % 3]
            return _provisional(state, year), state == "PROVISORIA"
        case "ALCOHOLES", _:
            return {}, False
        case "COMERCIAL", 6:
            return {"Exencion": "CULTURA"}, False
        case "COMERCIAL", 8:
            here = 1 + draw(thing, "workers", 9)
            return {"Trabajadores_local": here, "Trabajadores_total": here + 30, "Codigo_aseo": "GENERAL"}, True
        case "COMERCIAL", 9:
            return {"Inversiones_deducibles": 1_000_000, "Certificado_inversiones": f"CERT-{ordinal}"}, True
        case "COMERCIAL", 10:
            return {"Codigo_aseo": "GENERAL", "Publicidad_m2": "2,5", "Publicidad_luminosa_m2": "4"}, True
        case "COMERCIAL" | "INDUSTRIAL", _:
            return {"Codigo_aseo": "GENERAL"}, True
        case _:
            return {}, True


def _provisional(state: str, year: int) -> dict[str, str | int]:
    if state == "SOLICITADA":
        return {"Estado_provisoria": state, "Origen_capital": "INICIAL"}
    return {
        "Estado_provisoria": state,
        "Origen_capital": "INICIAL",
        "Fecha_otorgamiento": f"01/10/{year - 1}",
        "Vencimiento_provisoria": f"01/10/{year + 1}",
        "Autorizacion_sanitaria": "No",
        "Observaciones_DOM": "Si",
    }


def _row(licence: RollLicence, year: int) -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "Rol": licence.role,
        "Rut": licence.rut,
        "Nombre": licence.holder,
        "Ano": year,
        "Tipo_patente": licence.kind,
        "Giro": licence.trade,
    }
    if licence.capital:
        row |= {"Origen_capital": "PROPIO", "Capital": licence.capital}
    return row | licence.extra


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.rolls_licences", description="Write a roll of licences.")
    parser.add_argument("--code", required=True, help="Código Único Territorial, five digits")
    parser.add_argument("--first", type=int, default=1, help="ordinal of the first licence")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--year", type=int, required=True, help="in which the licence year begins")
    parser.add_argument("out", type=Path, metavar="OUT.xlsx")
    wish = parser.parse_args(arguments)
    try:
        written = write_licence_roll(
            wish.out, commune_code=wish.code, first=wish.first, count=wish.count, year=wish.year
        )
    except ValueError as error:
        parser.error(str(error))
    print(f"{wish.out}: {len(written)} licences")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
