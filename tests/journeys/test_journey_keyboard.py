"""Nothing but the keyboard, from the top of the municipality's page to the document, TGR's pages included."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.keyboard import Keyboard
from tests.journeys.visitor import AT_TGR, DEBIT_CARD, Visitor
from tests.live.platform import Platform

pytestmark = pytest.mark.browser


def test_the_first_instalment_is_paid_by_keyboard_alone(
    platform: Platform, new_page: NewPage, look: Look, tmp_path: Path
) -> None:
    town = platform.valdivia
    vehicle = town.new_vehicle()
    visitor = Visitor(new_page(), town)
    page, words, keyboard = visitor.page, visitor.words, Keyboard(visitor.page)

    visitor.open()
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    keyboard.press("Enter")
    keyboard.tab_to(visitor.plate)
    keyboard.write(f"{vehicle.plate}-{vehicle.check_digit}")
    keyboard.tab_to(visitor.rut)
    keyboard.write(vehicle.rut)
    keyboard.press("Enter")

    expect(visitor.heading(words.owed)).to_be_focused()
    assert outline_of(visitor, words.owed) == "none"
    keyboard.tab_to(visitor.option(words.single))
    keyboard.press("ArrowDown")
    expect(visitor.option(words.first)).to_be_checked()
    expect(visitor.option(words.first)).to_be_focused()
    keyboard.tab_to(page.get_by_text(words.how_calculated).nth(1))
    keyboard.press("Enter")
    expect(page.get_by_text("Primera cuota de dos, sobre el impuesto anual")).to_be_visible()
    visitor.see_all_requirements_met()
    keyboard.tab_to(page.get_by_label(words.email))
    keyboard.write(visitor.email)
    look(page, "keyboard-1-first-instalment")
    keyboard.tab_to(visitor.pay_button)
    keyboard.press("Space")

    expect(visitor.heading(AT_TGR)).to_be_visible()
    keyboard.tab_to(page.get_by_role("radio").first)
    keyboard.press("Space")
    while not page.get_by_role("radio", name=DEBIT_CARD).is_checked():
        keyboard.press("ArrowDown")
    keyboard.tab_to(visitor.button(words.pay))
    keyboard.press("Enter")

    visitor.see_document()
    expect(visitor.heading(words.paid)).to_be_focused()
    keyboard.tab_to(visitor.document)
    look(page, "keyboard-2-paid")
    with page.expect_download() as download:
        keyboard.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert keyboard.unseen == []
    assert visitor.complaints == []


def outline_of(visitor: Visitor, heading: str) -> str:
    outline: str = visitor.heading(heading).evaluate("heading => getComputedStyle(heading).outlineStyle")
    return outline
