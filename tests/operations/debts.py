"""Vehicles of nobody, each with a debt of its own: loaded as a municipality loads them, from a roll of one row."""

import csv
import io
import itertools
import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django_tenants.utils import schema_context
from openpyxl import Workbook

from backend.billing import queries
from backend.billing.models import Obligation
from backend.billing.rolls.loading import load_roll
from sandbox.rolls import COLUMNS, roll_vehicles
from sandbox.vehicles import is_clean
from tests.operations.platform import JOINED

in_town = schema_context
"""`with in_town("nunoa"):` — work as that municipality."""

YEAR = 2025
VALUATION = 5_000_000
ANNUAL, FIRST, SECOND = 59_543, 29_772, 29_771
"""Of `VALUATION` with January's UTM 67.429: 60 × 67.429 × 1 % + 954.260 × 2 % = 59.542,6; halves, odd peso first."""

_places = itertools.count(random.randrange(4_000, 8_000) if JOINED in os.environ else 1)  # of Ñuñoa's 9.000 plates


@dataclass(frozen=True)
class Car:
    """A vehicle and its obligation of `YEAR`."""

    town: str
    plate: str
    check_digit: str
    rut: str
    obligation_id: int

    @property
    def debt(self) -> str:
        """A capability as a look-up hands it out."""
        with in_town(self.town):
            return queries.debt_id(self.obligation_id)


_AT_ONCE = 8
_stock: dict[tuple[str, int, bool], list[Car]] = {}
"""Vehicles that were loaded and not handed out yet: reading a roll takes a process of its own."""


def car(town: str, *, valuation: int = VALUATION, clean: bool = True) -> Car:
    """Give a vehicle that nobody used before; `clean`: all registers find it in order."""
    stock = _stock.setdefault((town, valuation, clean), [])
    if not stock:
        stock += _load_cars(town, [unused_row(valuation=valuation, clean=clean) for _ in range(_AT_ONCE)])
    return stock.pop(0)


def _load_cars(town: str, rows: Sequence[Mapping[str, object]]) -> list[Car]:
    with in_town(town):
        load_roll(service="circulation_permit", year=YEAR, filename="nomina.csv", data=as_csv(rows))
        ids = dict(
            Obligation.objects.filter(
                service="circulation_permit", object_key__in=[str(row["Patente"]) for row in rows]
            ).values_list("object_key", "id")
        )
    return [
        Car(
            town,
            str(row["Patente"]),
            str(row["Digito_verificador_patente"]),
            str(row["Rut"]),
            ids[str(row["Patente"])],
        )
        for row in rows
    ]


def unused_row(*, valuation: int = VALUATION, clean: bool = True, **changes: object) -> dict[str, object]:
    """A row of the 32 columns for a vehicle that no test used; blanks where the format allows them."""
    while True:
        vehicle = roll_vehicles(commune_code="13120", first=next(_places), count=1, year=YEAR)[0]
        if is_clean(vehicle.plate) == clean:
            break
    filled: dict[str, object] = {
        "Rut": vehicle.rut,
        "Patente": vehicle.plate,
        "Fecha_vencimiento": f"31/03/{YEAR}",
        "Digito_verificador_patente": vehicle.check_digit,
        "Codigo_sii": "AU0000001",
        "Ano": 2019,
        "Tasacion": valuation,
        "Motor": "ZZ00000001",
        "Chasis": "ZZZPRUEBA00000001",
        "Color": "Gris",
        "Nombre_propietario": vehicle.owner,
        "Sello_verde": "Si",
        "Modelo": "Modelo de prueba",
        "Marca": "Marca de prueba",
        "Tipo_vehiculo": "Automovil",
        "Combustible": "Bencina",
    }
    return {column: {**filled, **changes}.get(column, "") for column in COLUMNS}


def as_csv(rows: Sequence[Mapping[str, object]], *, delimiter: str = ";", columns: Sequence[str] = COLUMNS) -> bytes:
    """A CSV as spreadsheets of Chile write it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Mapping[str, object]]) -> bytes:
    """The same as a workbook."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([row[column] or None for column in COLUMNS])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "nomina.xlsx"
        workbook.save(path)
        return path.read_bytes()
