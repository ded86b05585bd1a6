"""Citizens who pay at the same time, each from the page of her municipality, over HTTP, until her mail is there."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import NamedTuple

import httpx

from backend.cli.demo import Demo
from backend.cli.demo_addresses import examples
from backend.cli.demo_municipalities import DemoMunicipality
from backend.cli.demo_setup import page_origin
from backend.cli.once_browser import Citizen
from backend.cli.problems import Problem
from sandbox.rolls import RollVehicle
from sandbox.vehicles import is_clean

_MEANS = "TDCB"
_MAIL_SECONDS = 120.0


class Fare(NamedTuple):
    """A payment to make."""

    town: DemoMunicipality
    vehicle: RollVehicle
    means: str
    email: str
    client: str
    """Address that a proxy would tell of the citizen: each has her own, as the limits of a network expect."""


def payable(town: DemoMunicipality, up: Demo) -> list[Fare]:
    """Give the vehicles of a municipality's roll whose permit can be paid."""
    clean = examples(up.vehicles[town.slug], lambda _: True)
    return [
        Fare(town, vehicle, means, f"{vehicle.plate.lower()}@{town.slug}.example", f"10.0.{number >> 8}.{number & 255}")
        for number, (vehicle, means) in enumerate(zip(clean, cycle(_MEANS), strict=False))
        if is_clean(vehicle.plate)
    ]


def pay_all(fares: Sequence[Fare], up: Demo, *, citizens: int) -> None:
    """Make the payments, `citizens` at once, and wait for all mails. Raises `Problem` for one that fails."""
    with ThreadPoolExecutor(citizens) as pool:
        list(pool.map(lambda fare: _pay(fare, up), fares))
    _wait_for_mails({fare.email for fare in fares}, up)


def _pay(fare: Fare, up: Demo) -> None:
    page = f"{page_origin(fare.town, up.env)}/"
    with Citizen(page, client=fare.client, first_wait=1.5, back_off=1.4) as citizen:
        vehicle = fare.vehicle
        debt = citizen.look_up(plate=f"{vehicle.plate}-{vehicle.check_digit}", rut=vehicle.rut)
        if debt is None:
            raise Problem(f"Nothing is owed for {vehicle.plate}.")
        citizen.pay(debt, email=fare.email, means=fare.means)


def _wait_for_mails(addresses: set[str], up: Demo) -> None:
    """Ask seldom: the outside world shares the machine."""
    deadline = time.monotonic() + _MAIL_SECONDS
    with httpx.Client(base_url=f"http://127.0.0.1:{up.env['SANDBOX_PORT']}", timeout=30.0) as client:
        for address in sorted(addresses):
            while not client.get("/mail.json", params={"to": address}).json():
                if time.monotonic() > deadline:
                    raise Problem(f"The mail to {address} did not arrive.")
                time.sleep(0.5)
