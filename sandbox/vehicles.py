"""Every plate is a vehicle: what it is and how it stands in the registers follows from the plate alone.

So the registers, the rolls of the municipalities and the tests speak of the same vehicle without a shared list.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sandbox.identifiers import plain_plate


class Model(NamedTuple):
    """`price` is what one costs new, in pesos; `sii` are the two letters of its SII code."""

    kind: str
    sii: str
    make: str
    name: str
    price: int
    displacement: int
    fuel: str
    doors: int
    seats: int


MODELS = (
    Model("Automovil", "AU", "Toyota", "Yaris 1.5", 13_990_000, 1496, "Bencina", 4, 5),
    Model("Automovil", "AU", "Kia", "Morning 1.2", 9_490_000, 1248, "Bencina", 5, 5),
    Model("Automovil", "AU", "Hyundai", "Accent 1.4", 12_490_000, 1368, "Bencina", 4, 5),
    Model("Automovil", "AU", "Chevrolet", "Sail 1.5", 9_990_000, 1485, "Bencina", 4, 5),
    Model("Automovil", "AU", "Suzuki", "Swift 1.2", 11_990_000, 1197, "Bencina", 5, 5),
    Model("Automovil", "AU", "BMW", "320i", 44_990_000, 1998, "Bencina", 4, 5),
    Model("Station wagon", "SW", "Subaru", "Outback 2.5", 33_990_000, 2498, "Bencina", 5, 5),
    Model("Station wagon", "SW", "Nissan", "Qashqai 2.0", 21_990_000, 1997, "Bencina", 5, 5),
    Model("Station wagon", "SW", "Mazda", "CX-5 2.0", 24_490_000, 1998, "Bencina", 5, 5),
    Model("Station wagon", "SW", "Volvo", "XC90 D5", 46_990_000, 1969, "Diesel", 5, 7),
    Model("Camioneta", "CA", "Mitsubishi", "L200 2.4", 26_990_000, 2442, "Diesel", 4, 5),
    Model("Camioneta", "CA", "Ford", "Ranger 3.2", 29_990_000, 3198, "Diesel", 4, 5),
    Model("Furgon", "FU", "Peugeot", "Partner 1.6", 16_490_000, 1560, "Diesel", 4, 2),
    Model("Furgon", "FU", "Citroën", "Berlingo 1.6", 16_290_000, 1560, "Diesel", 4, 2),
    Model("Motocicleta", "MO", "Honda", "CB 190R", 2_390_000, 184, "Bencina", 0, 2),
    Model("Motocicleta", "MO", "Yamaha", "MT-07", 7_990_000, 689, "Bencina", 0, 2),
)
COLOURS = ("Blanco", "Gris", "Negro", "Rojo", "Azul", "Plateado", "Verde", "Burdeo")
LEAST_VALUATION = 800_000
GREATEST_VALUATION = 40_000_000


@dataclass(frozen=True)
class Vehicle:
    """`age` in years at the permit year; `valuation` (tasación) in pesos."""

    model: Model
    colour: str
    age: int
    valuation: int
    sii_code: str
    engine: str
    chassis: str


class InsuranceCase(StrEnum):
    OK = "ok"
    ENDS_EARLY = "ends_early"
    NONE = "none"


class InspectionCase(StrEnum):
    OK = "ok"
    EXPIRED = "expired"
    REJECTED = "rejected"
    REJECTED_GASES = "rejected_gases"
    NONE = "none"


@dataclass(frozen=True)
class Outcome:
    """How a plate stands when nothing was overridden; `fines` is how many."""

    insurance: InsuranceCase
    inspection: InspectionCase
    fines: int


def vehicle_of(plate: str) -> Vehicle:
    model = MODELS[draw(plate, "model", len(MODELS))]
    age = 1 + draw(plate, "age", 18)
    worth = int(model.price * 0.9**age) // 10_000 * 10_000
    return Vehicle(
        model=model,
        colour=COLOURS[draw(plate, "colour", len(COLOURS))],
        age=age,
        valuation=min(max(worth, LEAST_VALUATION), GREATEST_VALUATION),
        sii_code=f"{model.sii}{draw(plate, 'sii', 10_000_000):07d}",
        engine=f"ZZ{draw(plate, 'engine', 100_000_000):08d}",
        chassis=f"ZZZPRUEBA{draw(plate, 'chassis', 100_000_000):08d}",
    )


def expected_outcome(plate: str) -> Outcome:
    """Tell what the registers answer by default: most plates are in order, about one in four is not."""
    luck = draw(plate, "insurance", 100)
    insurance = InsuranceCase.ENDS_EARLY if luck < 6 else InsuranceCase.NONE if luck < 10 else InsuranceCase.OK
    luck = draw(plate, "inspection", 100)
    inspection = (
        InspectionCase.EXPIRED if luck < 5 else InspectionCase.REJECTED_GASES if luck < 8 else InspectionCase.OK
    )
    fines = 1 + draw(plate, "number of fines", 3) if draw(plate, "fines", 100) < 6 else 0
    return Outcome(insurance, inspection, fines)


def is_clean(plate: str) -> bool:
    """Tell whether every register finds the vehicle in order, so that its permit can be paid."""
    return expected_outcome(plate) == Outcome(InsuranceCase.OK, InspectionCase.OK, 0)


def draw(plate: str, subject: str, limit: int) -> int:
    """Draw a number from 0 to below `limit`; always the same one for this plate and subject."""
    digest = hashlib.sha256(f"{plain_plate(plate)}/{subject}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % limit
