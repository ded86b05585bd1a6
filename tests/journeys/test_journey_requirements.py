"""Insurance that ends too early, fines, and a register that does not answer: said, and never let through."""

import pytest
from playwright.sync_api import expect

from sandbox.rolls import RollVehicle
from tests.journeys.conftest import Look, NewPage
from tests.journeys.visitor import AT_TGR, Visitor
from tests.live.platform import Platform, Town
from tests.live.world import World

pytestmark = pytest.mark.browser
INSURANCE, INSPECTION, FINES = (
    "Seguro obligatorio (SOAP)",
    "Revisión técnica y de gases",
    "Multas de tránsito no pagadas",
)


def test_an_insurance_that_ends_too_early_says_what_to_do_and_once_it_is_done_she_pays(
    platform: Platform, world: World, new_page: NewPage, look: Look
) -> None:
    town, visitor, vehicle = start(platform.nunoa, new_page)
    world.vehicle(vehicle.plate, insurance="ends_early")

    visitor.look_up(vehicle)
    expect(visitor.requirement(INSURANCE)).to_contain_text("No cumple")
    expect(visitor.requirement(INSURANCE)).to_contain_text("la ley pide que cubra hasta el 31-03-2026. Contrate")
    expect(visitor.requirement(INSPECTION)).to_contain_text("En orden")
    look(visitor.page, "requirements-1-insurance")
    assert_cannot_pay(visitor, platform, town, vehicle)
    world.vehicle(vehicle.plate, insurance="ok")
    visitor.button(visitor.words.ask_again).click()

    visitor.see_all_requirements_met()
    expect(visitor.button(visitor.words.ask_again)).to_have_count(0)
    visitor.pay_button.click()
    expect(visitor.heading(AT_TGR)).to_be_visible()
    assert visitor.complaints == []


def test_unpaid_fines_are_told_by_number_and_total_only(
    platform: Platform, world: World, new_page: NewPage, look: Look
) -> None:
    town, visitor, vehicle = start(platform.valdivia, new_page)
    fine = {"Monto_Multa": 41_000, "Arancel": 2_500, "JPL": "Juzgado que no se nombra", "Rol": "8899-2024"}
    world.vehicle(vehicle.plate, fines=[fine, {**fine, "Monto_Multa": 10_000}])

    visitor.look_up(vehicle)

    expect(visitor.requirement(FINES)).to_contain_text("No cumple")
    expect(visitor.requirement(FINES)).to_contain_text("2 multas")
    expect(visitor.requirement(FINES)).to_contain_text("$56.000")
    look(visitor.page, "requirements-2-fines")
    assert "Juzgado" not in visitor.page.content()
    assert "8899" not in visitor.page.locator("sem-pago").evaluate("widget => widget.shadowRoot.textContent")
    assert_cannot_pay(visitor, platform, town, vehicle)


def test_a_register_that_does_not_answer_is_no_answer_and_can_be_asked_again(
    platform: Platform, world: World, new_page: NewPage, look: Look
) -> None:
    town, visitor, vehicle = start(platform.nunoa, new_page)
    fault = world.fault("inspection", "error_500", match=vehicle.plate)

    visitor.look_up(vehicle)
    expect(visitor.requirement(INSPECTION)).to_contain_text("Sin respuesta")
    expect(visitor.requirement(INSPECTION)).to_contain_text("No significa que al vehículo le falte algo")
    look(visitor.page, "requirements-3-no-answer")
    assert_cannot_pay(visitor, platform, town, vehicle)
    visitor.button(visitor.words.ask_again).click()
    expect(visitor.button(visitor.words.ask_again)).not_to_have_attribute("aria-busy", "true")
    expect(visitor.requirement(INSPECTION)).to_contain_text("Sin respuesta")
    world.end_fault(fault)
    visitor.button(visitor.words.ask_again).click()

    visitor.see_all_requirements_met()
    assert visitor.complaints == []


def start(town: Town, new_page: NewPage) -> tuple[Town, Visitor, RollVehicle]:
    visitor = Visitor(new_page(), town)
    visitor.open()
    return town, visitor, town.new_vehicle()


def assert_cannot_pay(visitor: Visitor, platform: Platform, town: Town, vehicle: RollVehicle) -> None:
    """The button says that it is off, does nothing, and no order comes to be."""
    sent = visitor.questions_sent
    visitor.page.get_by_label(visitor.words.email).fill(visitor.email)
    expect(visitor.pay_button).to_have_attribute("aria-disabled", "true")
    expect(visitor.pay_button).to_have_accessible_description("Podrá pagar cuando todos los requisitos estén en orden.")

    visitor.pay_button.click(force=True)  # as a person can

    expect(visitor.page.get_by_role("status")).to_have_text("Podrá pagar cuando todos los requisitos estén en orden.")
    assert visitor.questions_sent == sent
    assert visitor.page.url == town.page
    assert platform.citizen(town).look_up(vehicle)["openOrder"] is None
