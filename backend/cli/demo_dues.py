"""What the demo's municipalities charge besides permits: their own rates, rolls of licences and of properties."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from backend.cli.demo_municipalities import DEMO_MUNICIPALITIES, DemoMunicipality
from backend.cli.demo_setup import Municipalities, run_command
from backend.cli.instance import Instance
from sandbox.rolls_licences import LARGEST, RollLicence, write_licence_roll
from sandbox.rolls_waste import RollProperty, write_waste_roll

SERVICES = ("circulation_permit", "business_licence", "waste_fee")
_SOURCE = "Ordenanza de demostración"
_FROM = date(2020, 1, 1)
_RATES: Mapping[tuple[str, str], object] = {
    ("business_licence", "rate_per_mil"): "5",
    ("business_licence", "waste_tariffs"): {"GENERAL": {"utm": "1.2"}},
    ("business_licence", "advertising_tariff"): {"plain_utm": "0.5", "luminous_utm": "1", "per": "year"},
    ("waste_fee", "tariffs"): {"GENERAL": {"pesos": 74071}, "COMERCIAL": {"utm": "1.5"}},
}
_FREE_ZONE = [
    {
        "code": "free_zone",
        "es": "Zona franca",
        "en": "Free zone",
        "communes": ["01101"],
        "vehicles": "free_zone",
        "base_share": "1/2",
        "law": _SOURCE,
    },
    {
        "code": "extreme_zone",
        "es": "Zona extrema",
        "en": "Extreme zone",
        "communes": ["01"],
        "vehicles": "every",
        "base_share": "1/2",
        "law": _SOURCE,
    },
]


@dataclass(frozen=True)
class Dues:
    """What the rolls of licences and properties of a municipality hold."""

    licences: list[RollLicence]
    properties: list[RollProperty]


def load_dues(
    instance: Instance,
    env: Mapping[str, str],
    municipalities: Municipalities = DEMO_MUNICIPALITIES,
    *,
    day: date,
    count: int,
) -> dict[str, Dues]:
    """Set the rates that the law leaves to each municipality, and load its rolls.

    At most 300 licences and properties each. Safe to repeat. Tells by slug what is in the rolls.
    """
    folder, wanted = instance.folder("rolls"), min(count, LARGEST)

    def load(municipality: DemoMunicipality) -> Dues:
        _set_rates(municipality, env, folder)
        dues, code = Dues([], []), municipality.commune_code

        def send(service: str, write: Callable[[Path], None]) -> None:
            path = folder / f"{municipality.slug}-{service}-{day.year}.xlsx"
            write(path)
            run_command(env, "roll", "load", str(path), f"--municipality={municipality.slug}", f"--service={service}")

        def licences(path: Path) -> None:
            rows = write_licence_roll(path, commune_code=code, first=1, count=wanted, year=day.year)
            dues.licences.extend(rows)

        def properties(path: Path) -> None:
            rows = write_waste_roll(path, commune_code=code, first=1, count=wanted, year=day.year)
            dues.properties.extend(rows)

        send("business_licence", licences)
        send("waste_fee", properties)
        return dues

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip([each.slug for each in municipalities], pool.map(load, municipalities), strict=True))


def _set_rates(municipality: DemoMunicipality, env: Mapping[str, str], folder: Path) -> None:
    rates = dict(_RATES)
    if municipality.slug == "iquique":
        rates["circulation_permit", "franchises"] = _FREE_ZONE
    rows = [
        {"service": service, "key": key, "value": value, "valid_from": _FROM.isoformat(), "source": _SOURCE}
        for (service, key), value in rates.items()
    ]
    file = folder / f"{municipality.slug}-rates.json"
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    run_command(env, "rate", "load", municipality.slug, str(file))
