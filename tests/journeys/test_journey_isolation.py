"""What one municipality gave to a browser opens nothing at the other."""

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.conftest import Look, NewPage
from tests.journeys.visitor import Visitor
from tests.live.platform import Platform

pytestmark = pytest.mark.browser


def test_token_and_link_of_one_municipality_give_nothing_at_the_other(
    platform: Platform, new_page: NewPage, look: Look
) -> None:
    town, other = platform.nunoa, platform.valdivia
    citizen = platform.citizen(town)
    order = citizen.order(town.new_vehicle())
    citizen.pay(order)
    link = citizen.wait_until_complete(order)["documents"][0]["url"]
    at_home, abroad = Visitor(new_page(), town), Visitor(new_page(), other)

    abroad.page.goto(f"{other.page}#sem={order.token}")
    abroad.see(abroad.words.unknown)
    expect(abroad.document).to_have_count(0)
    expect(abroad.page.get_by_text(order.number)).to_have_count(0)
    look(abroad.page, "isolation-1-token-abroad")
    abroad.page.goto(link.replace(town.origin, other.origin))
    expect(abroad.page.get_by_role("heading", name="No encontramos esta página")).to_be_visible()
    look(abroad.page, "isolation-2-link-abroad")

    at_home.page.goto(f"{town.page}#sem={order.token}")
    at_home.see_document()


def test_a_page_of_one_municipality_cannot_ask_the_other(platform: Platform, new_page: NewPage) -> None:
    town, other = platform.nunoa, platform.valdivia
    page = new_page()
    ask = """address => fetch(address, {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})
        .then(() => "answered", error => error.name)"""

    page.goto(f"{other.origin}/pagar")
    assert page.evaluate(ask, f"{town.origin}/graphql/public") == "TypeError"
    page.goto(other.page)
    assert page.evaluate(ask, f"{other.origin}/graphql/public") == "answered"


def test_a_cookie_of_one_municipality_goes_nowhere_else_and_the_widget_sends_none(
    platform: Platform, new_page: NewPage
) -> None:
    town, other = platform.nunoa, platform.valdivia
    page = new_page()
    page.context.add_cookies([{"name": "sessionid", "value": "de-la-otra", "url": town.origin}])
    sent: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if "cookie" in request.all_headers():
            sent.append((request.method, request.url))

    page.on("requestfinished", note)
    visitor = Visitor(page, other)
    visitor.open(f"{other.origin}/pagar")
    visitor.open()
    visitor.look_up(other.new_vehicle())
    visitor.see_all_requirements_met()
    assert sent == []

    at_home = Visitor(page, town)
    at_home.open()
    at_home.look_up(town.new_vehicle())
    at_home.see_all_requirements_met()
    assert [url for method, url in sent if method == "POST"] == []

    answer = page.goto(f"{town.origin}/pagar")
    assert answer is not None
    assert answer.request.all_headers()["cookie"] == "sessionid=de-la-otra"  # it would be sent, at home
    assert [cookie["value"] for cookie in page.context.cookies()] == ["de-la-otra"]
