"""A municipality that collects by Webpay, beside those of the platform: made by the commands of an operator."""

import secrets
from collections import deque
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.cli import demo_setup
from backend.cli.demo_addresses import examples
from backend.cli.demo_municipalities import DemoMunicipality
from backend.cli.instance import write_private
from backend.cli.instance_for_tests import DAY
from sandbox.vehicles import is_clean
from tests.live.citizen import Citizen, Order
from tests.live.platform import Platform, Town

COMMERCE = 597_055_555_532
_MUNICIPALITY = DemoMunicipality(
    "frutillar", "Frutillar", "10105", 90097, treasurer_rut="49900093-6", tax_rut="49900083-9", preset="valdivia"
)
_VEHICLES = 40
_shared = pytest.StashKey[Town]()


@pytest.fixture(scope="session")
def webpay_town(platform: Platform, pytestconfig: pytest.Config) -> Town:
    """Made once; it had an agreement with TGR first and then chose Webpay."""
    known = pytestconfig.stash.get(_shared, None)
    if known is None:
        known = pytestconfig.stash[_shared] = _make(platform)
    return known


def _make(platform: Platform) -> Town:
    env, municipalities = platform.env, [_MUNICIPALITY]
    demo_setup.make_keys(env, municipalities)
    key = Path(env["SEM_SECRETS_DIR"]) / _MUNICIPALITY.slug / "webpay.key"
    write_private(key, secrets.token_hex(32))
    demo_setup.make_agreements(env, municipalities)
    platform.world.commerce(COMMERCE, key.read_text())
    demo_setup.create_municipalities(env, municipalities)
    platform.command("municipality", "gateway", _MUNICIPALITY.slug, "webpay", f"--number={COMMERCE}")
    rolls = demo_setup.load_rolls(platform.instance, env, municipalities, day=DAY, first=1, count=_VEHICLES)
    vehicles = examples(rolls[_MUNICIPALITY.slug], lambda _: True)
    return Town(
        municipality=_MUNICIPALITY,
        origin=demo_setup.platform_origin(_MUNICIPALITY, env),
        page=f"{demo_setup.page_origin(_MUNICIPALITY, env)}/",
        key=key.read_text(),
        vehicles=deque(vehicle for vehicle in vehicles if is_clean(vehicle.plate)),
    )


def token_of(form: str) -> str:
    """Webpay's token, from the address of its form."""
    return parse_qs(urlsplit(form).query)["token_ws"][0]


def handed_over(platform: Platform, town: Town) -> tuple[Citizen, Order, str]:
    """Somebody at Webpay's form."""
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    return citizen, order, citizen.hand_over(order)
