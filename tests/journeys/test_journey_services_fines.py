"""Traffic fines are paid with the permit: reported to Registro Civil, and no longer in the way."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.dues import DuesTown
from tests.journeys.payer import PERMIT, Payer, named, whole
from tests.journeys.visitor import pesos
from tests.live.platform import Platform
from tests.live.waiting import wait_for
from tests.live.world import World

pytestmark = pytest.mark.browser
FINES = "Multas de tránsito no pagadas"
FINE = {"Monto_Multa": 41_000, "Arancel": 2_500}
ANOTHER = {"Monto_Multa": 10_000, "Arancel": 1_500}


def test_fines_paid_with_the_permit_are_reported_and_a_new_look_up_is_not_blocked(
    platform: Platform, world: World, dues: DuesTown, new_page: NewPage, look: Look
) -> None:
    vehicle = dues.owing.popleft()
    world.vehicle(vehicle.plate, fines=[FINE, ANOTHER])
    payer = Payer(new_page(), dues.town)
    page = payer.page
    payer.open()

    payer.look_up(vehicle)
    payer.see_in_payment(f"{PERMIT} 2024 · {named(vehicle)}")
    expect(payer.requirement(FINES)).to_contain_text("No cumple")
    expect(payer.pay_button).to_have_attribute("aria-disabled", "true")
    expect(payer.fines).to_have_accessible_name("Pagar también las multas de tránsito ($55.000)")
    without = payer.total()
    payer.fines.check()
    payer.see_all_met()
    assert payer.total() == without + 55_000
    payer.fines.uncheck()
    expect(payer.pay_button).to_have_attribute("aria-disabled", "true")
    assert payer.total() == without
    payer.fines.check()
    look(page, "fines-1-chosen")
    payer.order()
    assert whole(pesos(payer.button("Pagar $").inner_text())) == without + 55_000
    payer.pay_at_tgr()
    payer.see_documents(1)
    look(page, "fines-2-paid")

    payer.button(payer.cart.again).click()
    payer.look_up(vehicle)
    payer.see_in_payment(f"{PERMIT} 2025 · {named(vehicle)}")
    expect(payer.requirement(FINES)).to_contain_text("En orden")
    payer.see_all_met()
    expect(payer.fines).to_have_count(0)
    wait_for(lambda: listed_fines(platform, vehicle.plate) == [], "Registro Civil is told")
    assert payer.complaints == []


def test_fines_of_a_plate_are_paid_once_with_permits_of_two_years(
    world: World, dues: DuesTown, new_page: NewPage
) -> None:
    vehicle = dues.owing.popleft()
    world.vehicle(vehicle.plate, fines=[FINE])
    payer = Payer(new_page(), dues.town)
    payer.open()
    payer.look_up(vehicle)
    expect(payer.fines).to_have_count(1)
    payer.fines.check()
    payer.see_all_met()

    this_year = payer.page.get_by_role("group", name=f"{PERMIT} 2025 · {named(vehicle)}")
    this_year.get_by_role("radio", name="Primera cuota").check()
    expect(payer.fines).to_have_count(2)
    expect(payer.fines.nth(1)).to_be_checked()
    payer.see_all_met()
    payer.fines.nth(1).uncheck()
    expect(payer.fines.nth(0)).not_to_be_checked()
    without = payer.total()
    payer.fines.nth(0).check()
    total = payer.total()

    assert total == without + 43_500
    payer.order()
    assert whole(pesos(payer.button("Pagar $").inner_text())) == total
    assert payer.complaints == []


def listed_fines(platform: Platform, plate: str) -> list[object]:
    """What the register still has against a plate."""
    env = platform.env
    answer = httpx.get(
        f"{env['SEM_FINES_URL']}/fines",
        params={"placa": plate},
        auth=(env["SEM_REGISTER_USER"], env["SEM_REGISTER_PASSWORD"]),
    )
    fines: list[object] = answer.raise_for_status().json()["multas"]
    return fines
