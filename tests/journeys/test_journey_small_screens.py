"""Zoomed to 400 % (WCAG 2.2, 1.4.10: 1280 by 1024 becomes 320 by 256) and in forced colours, to the document."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.looking import sticking_out
from tests.journeys.visitor import Visitor
from tests.live.platform import Platform
from tests.live.world import World

pytestmark = pytest.mark.browser
ZOOMED = {"viewport": {"width": 320, "height": 256}, "forced_colors": "active"}


@pytest.mark.parametrize("own_page", [False, True], ids=["municipal-site", "pagar"])
def test_everything_fits_and_is_reached_at_400_percent_in_forced_colours(
    platform: Platform, world: World, new_page: NewPage, look: Look, own_page: bool
) -> None:
    town = platform.valdivia if own_page else platform.nunoa
    vehicle = town.new_vehicle()
    visitor = Visitor(new_page(**ZOOMED), town)
    page, words = visitor.page, visitor.words
    name = "zoomed-pagar" if own_page else "zoomed-site"

    def fits(step: str) -> None:
        assert sticking_out(page) == [], step
        look(page, f"{name}-{step}")

    visitor.open(f"{town.origin}/pagar" if own_page else None)
    visitor.button(words.look_up).click()
    expect(visitor.alert).to_be_visible()
    fits("1-form")
    world.vehicle(vehicle.plate, insurance="none", fines=[45_000])
    visitor.look_up(vehicle)
    for details in page.get_by_text(words.how_calculated).all():
        details.click()
    expect(visitor.requirement(words.requirements[0])).to_contain_text(words.not_met)
    fits("2-debt")
    world.vehicle(vehicle.plate, insurance="ok", fines=[])
    visitor.button(words.ask_again).click()
    visitor.see_all_requirements_met()
    visitor.order()
    fits("3-tgr")
    visitor.leave_tgr()
    visitor.see(words.waiting)
    page.get_by_text(words.left).click()
    fits("4-left")
    visitor.button(words.go_on).click()
    visitor.pay_at_tgr()
    visitor.see_document()
    fits("5-paid")
    with page.expect_download():
        visitor.document.click()
    assert visitor.complaints == []
