"""The classes of vehicles of DL 3.063 art. 12, recognised by the names that rolls use in Tipo_vehiculo.

Only what the names mean and in which period a class pays is here; amounts are parameters (`fixed.<class>`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backend.shared.text import Text

PeriodCode = Literal["march", "may", "september"]

LIGHT_TRAILER_KG = 1_750
"""Up to this load a trailer is towed by a car and pays in March (certainty HIGH)."""


@dataclass(frozen=True)
class VehicleClass:
    """`names` are in capitals without accents. Only `light` pays by valuation (letter a); the others pay in UTM (b)."""

    code: str
    title: Text
    period: PeriodCode
    names: frozenset[str]

    @property
    def pays_by_valuation(self) -> bool:
        return self.code == "light"


def _class(code: str, es: str, en: str, period: PeriodCode, *names: str) -> VehicleClass:
    return VehicleClass(code, Text(es=es, en=en), period, frozenset(names))


# Class a): press reproducing ChileAtiende (March 2024), certainty MED. Periods: the same source and municipalities,
# certainty HIGH, except that one page puts motorcycles in September. A type that is not here is not quoted.
CLASSES = (
    _class(
        "light",
        "vehículo liviano",
        "light vehicle",
        "march",
        "AUTOMOVIL",
        "AMBULANCIA",
        "AUTOMOVIL DE ALQUILER DE LUJO",
        "AUTOMOVIL DE SERVICIOS ESPECIALES",
        "AUTOMOVIL DE TURISMO",
        "AUTOMOVIL PARTICULAR",
        "CAMIONETA",
        "CARROZA FUNEBRE",
        "FURGON",
        "MOTOCICLETA",
        "STATION WAGON",
    ),
    _class("taxi", "taxi o colectivo", "taxi", "may", "TAXI", "TAXI BASICO", "TAXI COLECTIVO", "COLECTIVO"),
    _class("bus", "bus, taxibús o minibús", "bus", "may", "BUS", "MICROBUS", "MINIBUS", "TAXIBUS"),
    _class(
        "light_trailer",
        "carro o remolque liviano",
        "light trailer",
        "march",
        "CARRO",
        "CARRO DE ARRASTRE",
        "CASA RODANTE",
    ),
    _class("truck", "camión", "lorry", "september", "CAMION"),
    _class("trailer", "remolque", "trailer", "september", "REMOLQUE", "ACOPLADO"),
    _class("tractor_truck", "tractocamión", "tractor unit", "september", "TRACTOCAMION", "TRACTO CAMION"),
    _class(
        "semitrailer", "semirremolque", "semi-trailer", "september", "SEMIRREMOLQUE", "SEMIREMOLQUE", "SEMI REMOLQUE"
    ),
    _class("moped", "motoneta o bicimoto", "moped", "september", "MOTONETA", "BICIMOTO", "BICICLETA CON MOTOR"),
    _class(
        "machine",
        "tractor o maquinaria automotriz",
        "tractor or self-propelled machine",
        "september",
        "TRACTOR",
        "TRACTOR AGRICOLA",
        "TRACTOR INDUSTRIAL",
        "BULLDOZER",
        "COSECHADORA",
        "EXCAVADORA",
        "GRUA",
        "MAQUINA AGRICOLA",
        "MAQUINA INDUSTRIAL",
        "MOTONIVELADORA",
        "RETROEXCAVADORA",
    ),
)

_BY_NAME = {name: group for group in CLASSES for name in group.names}
BY_CODE = {group.code: group for group in CLASSES}


def class_of(name: str, *, load_kg: int) -> VehicleClass | None:
    """Find the class of a vehicle by its type, in capitals without accents; a trailer's depends on its load too."""
    group = _BY_NAME.get(name)
    if load_kg and group is not None and group.code in ("trailer", "light_trailer"):
        return BY_CODE["light_trailer" if load_kg <= LIGHT_TRAILER_KG else "trailer"]
    return group
