"""Rejected, or left without paying: what the citizen can do next."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.visitor import AT_TGR, DEBIT_CARD, Visitor
from tests.live.platform import Platform

pytestmark = pytest.mark.browser


def test_after_a_rejection_she_starts_again_and_pays(platform: Platform, new_page: NewPage, look: Look) -> None:
    town = platform.nunoa
    vehicle = town.new_vehicle()
    visitor = Visitor(new_page(), town)
    words = visitor.words
    visitor.open()
    visitor.look_up(vehicle)
    visitor.order()

    visitor.be_rejected_at_tgr()
    visitor.see(words.rejected)
    look(visitor.page, "again-1-rejected")
    expect(visitor.document).to_have_count(0)
    visitor.button(words.start_again).click()
    expect(visitor.plate).to_be_focused()
    visitor.look_up(vehicle)
    visitor.order()
    visitor.pay_at_tgr(DEBIT_CARD)

    visitor.see_document()
    visitor.button("Consultar de nuevo").click()
    visitor.look_up(vehicle)
    expect(visitor.page.get_by_text("Ya está pagado.")).to_be_visible()
    expect(visitor.page.get_by_role("radio")).to_have_count(0)
    look(visitor.page, "again-2-already-paid")
    assert visitor.complaints == []


def test_who_walked_away_continues_or_starts_again_after_a_look_up(
    platform: Platform, new_page: NewPage, look: Look
) -> None:
    town = platform.valdivia
    vehicle = town.new_vehicle()
    left, visitor = Visitor(new_page(), town), Visitor(new_page(), town)
    words = visitor.words
    left.open()
    left.look_up(vehicle)
    left.option(words.first).check()
    left.order()
    portal = left.page.url
    left.page.close()

    visitor.open()
    visitor.look_up(vehicle)
    expect(visitor.page.get_by_text(words.unfinished)).to_be_visible()
    expect(visitor.page.get_by_role("radio")).to_have_count(0)
    look(visitor.page, "again-3-unfinished")
    visitor.button(words.go_on).click()
    expect(visitor.heading(AT_TGR)).to_be_visible()
    assert visitor.page.url == portal
    visitor.leave_tgr()
    visitor.see(words.waiting)
    visitor.page.get_by_text(words.left).click()
    look(visitor.page, "again-4-left")
    visitor.button(words.start_again).click()
    expect(visitor.plate).to_be_visible()
    visitor.look_up(vehicle)
    visitor.option(words.single).check()
    visitor.order()

    assert visitor.page.url != portal
    visitor.pay_at_tgr()
    visitor.see_document()
    assert visitor.complaints == []


def test_an_unfinished_order_is_started_again_from_the_look_up(platform: Platform, new_page: NewPage) -> None:
    town = platform.nunoa
    vehicle = town.new_vehicle()
    visitor = Visitor(new_page(), town)
    words = visitor.words
    visitor.open()
    visitor.look_up(vehicle)
    visitor.order()
    visitor.leave_tgr()
    visitor.see(words.waiting)

    visitor.open()
    visitor.look_up(vehicle)
    visitor.button(words.start_again).click()

    expect(visitor.option(words.single)).to_be_checked()
    expect(visitor.page.get_by_text(words.unfinished)).to_have_count(0)
    visitor.see_all_requirements_met()
    assert visitor.complaints == []
