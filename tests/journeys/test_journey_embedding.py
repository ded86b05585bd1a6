"""What the guide for web masters promises: two lines of HTML, two of policy, a registered origin, and the link."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, NewPage, Screenshot
from tests.journeys.host_page import documented_policy_lines, documented_snippet, policy_of, register_site
from tests.journeys.test_widget_fallback import LINK, said_by
from tests.journeys.visitor import Visitor
from tests.live.platform import Platform

pytestmark = pytest.mark.browser
STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STRICTER = (
    "require-trusted-types-for 'script'; sandbox allow-scripts allow-forms allow-same-origin allow-downloads"
    " allow-top-navigation-by-user-activation"
)


def test_the_sites_of_the_demo_embed_the_widget_as_the_guide_says(platform: Platform, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)

    answer = page.goto(platform.nunoa.page)

    assert answer is not None
    assert documented_snippet(platform.nunoa) in answer.text().replace("\n", "")


def test_with_the_two_documented_lines_it_works_even_under_the_strictest_policy(
    platform: Platform, new_page: NewPage
) -> None:
    town = platform.valdivia
    visitor = Visitor(new_page(), town)
    policy = "; ".join([STRICT, STRICTER, *documented_policy_lines(town).values()])

    with policy_of(town, platform, policy):
        visitor.open()
        visitor.look_up(town.new_vehicle())
        visitor.see_all_requirements_met()
        expect(visitor.page.get_by_role("img", name="Logo Valdivia")).to_be_visible()
        visitor.order()
        visitor.pay_at_tgr()
        visitor.see_document()
    with visitor.page.expect_download():
        visitor.document.click()

    assert visitor.complaints == []


def test_without_script_src_the_link_stays_and_the_browser_says_why(platform: Platform, new_page: NewPage) -> None:
    town = platform.valdivia
    visitor = Visitor(new_page(), town)

    with policy_of(town, platform, f"{STRICT}; {documented_policy_lines(town)['connect-src']}"):
        visitor.page.goto(town.page, wait_until="networkidle")

    expect(visitor.page.get_by_role("link", name=LINK)).to_be_visible()
    assert "Content Security Policy" in visitor.complaints[0]
    assert "script-src" in visitor.complaints[0]
    expect(visitor.plate).to_have_count(0)


def test_without_connect_src_the_link_stays_and_the_console_names_platform_and_page(
    platform: Platform, new_page: NewPage
) -> None:
    town = platform.valdivia
    visitor = Visitor(new_page(), town)
    page, said = visitor.page, said_by(visitor.page)

    with (
        policy_of(town, platform, f"{STRICT}; {documented_policy_lines(town)['script-src']}"),
        page.expect_console_message(lambda message: "<sem-pago>" in message.text),
    ):
        page.goto(town.page)

    expect(page.get_by_role("link", name=LINK)).to_be_visible()
    assert town.origin in said[0]
    assert any("connect-src" in complaint for complaint in visitor.complaints)
    expect(visitor.plate).to_have_count(0)


def test_on_a_page_of_an_unregistered_origin_the_console_names_it_and_the_link_stays(
    platform: Platform, new_page: NewPage, look: Look
) -> None:
    town = platform.nunoa
    address = register_site(platform, town, slug="ajena")
    page = new_page()
    said = said_by(page)

    with page.expect_console_message(lambda message: "<sem-pago>" in message.text):
        page.goto(address)

    assert f"no tiene registrado el origen {address.rstrip('/')}" in said[0]
    expect(page.get_by_label("Patente del vehículo")).to_have_count(0)
    look(page, "embedding-1-unregistered")
    page.get_by_role("link", name=LINK).click()
    expect(page.get_by_label("Patente del vehículo")).to_be_visible()
    assert page.url == f"{town.origin}/pagar"


def test_without_javascript_the_link_leads_to_a_page_that_says_what_to_do(
    platform: Platform, new_page: NewPage, screenshot: Screenshot
) -> None:
    town = platform.nunoa
    page = new_page(java_script_enabled=False)

    page.goto(town.page)
    screenshot(page, "embedding-2-without-javascript")
    page.get_by_role("link", name=LINK).click()

    assert page.url == f"{town.origin}/pagar"
    expect(page.get_by_role("main")).to_contain_text("active JavaScript en su navegador y vuelva a cargar esta página")
    expect(page.get_by_role("main")).to_contain_text("cajas de la municipalidad")
    expect(page.get_by_role("textbox")).to_have_count(0)
    screenshot(page, "embedding-3-pagar-without-javascript")
