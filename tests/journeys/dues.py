"""One municipality that charges licences and waste fees too, and is owed permits of last year."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.cli.demo_dues import load_dues
from backend.cli.instance_for_tests import DAY
from backend.cli.running import wait_healthy
from sandbox.rolls import RollVehicle, write_roll
from sandbox.rolls_licences import RollLicence
from sandbox.rolls_waste import PAID_HERE, RollProperty
from tests.live.platform import Platform, Town

_COUNT = 24
_OWING_FROM, _OWING = 221, 20  # of the 240 vehicles that the platform's roll of this year has
_FROM = "--from=2020-01-01"
_SOURCE = "--source=Ordenanza de prueba"


@dataclass(frozen=True)
class DuesTown:
    """`owing`: vehicles in order whose permit of last year is owed too, late."""

    town: Town
    licences: deque[RollLicence]
    alcohol: RollLicence
    properties: deque[RollProperty]
    others: dict[str, RollProperty]
    owing: deque[RollVehicle]


@pytest.fixture(scope="session")
def dues(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> DuesTown:
    """Coyhaique. Late payment is charged by the month there, as interest rates of last year are not in the tables."""
    town = platform.towns[3]
    slug, municipality = town.slug, town.municipality
    platform.command("municipality", "enable", slug, "business_licence", "waste_fee")
    platform.command("rate", "set", slug, "late_payment", "regime", '"monthly"', _FROM, _SOURCE)
    loaded = load_dues(platform.instance, platform.env, [municipality], day=DAY, count=_COUNT)[slug]
    platform.processes.restart("web")  # it may have cached which services there are
    wait_healthy(f"{town.origin}/pagar", log=platform.processes.log("web"))
    path = tmp_path_factory.mktemp("rolls") / "last-year.xlsx"
    owing = _write_last_year(path, town)
    platform.command("roll", "load", str(path), f"--municipality={slug}", f"--year={DAY.year - 1}")
    clean = {vehicle.plate for vehicle in town.vehicles}
    kept = [vehicle for vehicle in town.vehicles if vehicle.plate not in owing]
    town.vehicles.clear()
    town.vehicles.extend(kept)
    return DuesTown(
        town=town,
        licences=deque(each for each in loaded.licences if each.payable and each.kind == "COMERCIAL"),
        alcohol=next(each for each in loaded.licences if each.kind == "ALCOHOLES"),
        properties=deque(each for each in loaded.properties if each.case == PAID_HERE and each.use == "VIVIENDA"),
        others={each.case: each for each in loaded.properties if each.case != PAID_HERE},
        owing=deque(vehicle for plate, vehicle in owing.items() if plate in clean),
    )


def _write_last_year(path: Path, town: Town) -> dict[str, RollVehicle]:
    vehicles = write_roll(
        path,
        commune=town.municipality.name,
        commune_code=town.municipality.commune_code,
        first=_OWING_FROM,
        count=_OWING,
        year=DAY.year - 1,
    )
    return {vehicle.plate: vehicle for vehicle in vehicles}
