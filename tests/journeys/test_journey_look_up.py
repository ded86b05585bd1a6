"""What is typed wrongly never leaves the page; what matches nothing gets one answer."""

import pytest
from playwright.sync_api import expect

from sandbox.rolls import roll_vehicles
from tests.journeys.conftest import Look, NewPage
from tests.journeys.visitor import Visitor
from tests.live.platform import Platform

pytestmark = pytest.mark.browser
NOT_FOUND = (
    "Hay un problema\n"
    "No encontramos una deuda con esos datos en esta municipalidad. Revise lo que escribió, también el RUT."
)


def test_wrong_check_digits_are_told_at_the_field_and_nothing_is_sent(
    platform: Platform, new_page: NewPage, look: Look
) -> None:
    town = platform.nunoa
    vehicle = town.new_vehicle()
    visitor = Visitor(new_page(), town)
    visitor.open()
    sent = visitor.questions_sent

    visitor.ask(f"{vehicle.plate}-{another(vehicle.check_digit)}", f"{vehicle.rut[:-1]}{another(vehicle.rut[-1])}")

    expect(visitor.plate).to_be_focused()
    expect(visitor.plate).to_have_attribute("aria-invalid", "true")
    expect(visitor.plate).to_have_accessible_description(
        "Revise este dato: Patente del vehículo. Por ejemplo: BBBB10, BBBB10-8"
    )
    expect(visitor.rut).to_have_accessible_description(
        "Revise este dato: RUT del propietario. Por ejemplo: 12.345.678-5"
    )
    look(visitor.page, "look-up-1-check-digits")
    visitor.button("Revise este dato: RUT del propietario").click()
    expect(visitor.rut).to_be_focused()
    assert visitor.questions_sent == sent

    visitor.look_up(vehicle)
    assert visitor.complaints == []


def test_what_matches_nothing_gets_one_and_the_same_answer(platform: Platform, new_page: NewPage, look: Look) -> None:
    town, other = platform.nunoa, platform.valdivia
    vehicle, foreign = town.new_vehicle(), other.new_vehicle()
    (stranger,) = roll_vehicles(commune_code="05101", first=777, count=1, year=2025)
    wrong = {
        "wrong RUT": (vehicle, stranger.rut),
        "RUT of the owner of another plate": (vehicle, town.new_vehicle().rut),
        "unknown plate": (stranger, stranger.rut),
        "another municipality's plate": (foreign, foreign.rut),
    }
    visitor = Visitor(new_page(), town)
    visitor.open()

    for case, (asked, rut) in wrong.items():
        visitor.ask(f"{asked.plate}-{asked.check_digit}", rut)
        expect(visitor.alert, case).to_be_visible()
        assert visitor.alert.inner_text() == NOT_FOUND, case
        expect(visitor.alert).to_be_focused()
        expect(visitor.plate).to_have_value(f"{asked.plate}-{asked.check_digit}")
    look(visitor.page, "look-up-2-not-found")

    at_home = Visitor(new_page(), other)
    at_home.open()
    at_home.look_up(foreign)
    assert visitor.complaints == at_home.complaints == []


def another(digit: str) -> str:
    return "1" if digit != "1" else "2"
