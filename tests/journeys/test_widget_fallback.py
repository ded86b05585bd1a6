"""Where the widget cannot work, the link inside it does."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.cli.ports import unused_port
from tests.journeys.conftest import NewPage

pytestmark = pytest.mark.browser

LINK = "Pagar permiso de circulación"
Publish = Callable[[str], str]


def page_with(element: str) -> str:
    return (
        '<!doctype html><html lang="es"><meta charset="utf-8"><link rel="icon" href="data:,">'
        '<title>Municipalidad</title><script async src="/widget/v1.js"></script>'
        f"<main><h1>Trámites</h1>{element}</main>"
    )


def snippet(attributes: str = "") -> str:
    return (
        f'<sem-pago service="circulation_permit" {attributes}>'
        f'<a href="http://nunoa.localhost/pagar">{LINK}</a></sem-pago>'
    )


def said_by(page: Page) -> list[str]:
    """What the widget writes to the console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "<sem-pago>" in message.text else None)
    return said


def test_without_javascript_the_link_shows(static_site: Publish, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)

    page.goto(static_site(page_with(snippet())))

    expect(page.get_by_role("link", name=LINK)).to_be_visible()
    expect(page.get_by_role("link", name=LINK)).to_have_attribute("href", "http://nunoa.localhost/pagar")


def test_with_a_platform_that_is_away_the_link_stays_and_the_console_names_the_origin(
    static_site: Publish, new_page: NewPage
) -> None:
    page = new_page()
    said = said_by(page)
    platform = f"http://localhost:{unused_port(besides=set())}"
    address = static_site(page_with(snippet(f'host="{platform}"')))

    with page.expect_console_message(lambda message: "<sem-pago>" in message.text):
        page.goto(address)

    expect(page.get_by_role("link", name=LINK)).to_be_visible()
    assert platform in said[0]
    assert f"registrado el origen {address.removesuffix('/page.html')}" in said[0]


def test_with_a_platform_that_does_not_know_the_page_the_link_stays_and_the_console_names_the_origin(
    static_site: Publish, new_page: NewPage
) -> None:
    page = new_page()
    said = said_by(page)
    address = static_site(page_with(snippet(f'host="http://127.0.0.1:{port_of(static_site(""))}"')))

    with page.expect_console_message(lambda message: "<sem-pago>" in message.text):
        page.goto(address)

    expect(page.get_by_role("link", name=LINK)).to_be_visible()
    assert f"registrado el origen {address.removesuffix('/page.html')}" in said[0]


def test_an_element_inserted_later_is_upgraded_and_keeps_its_link_too(static_site: Publish, new_page: NewPage) -> None:
    page = new_page()
    page.goto(static_site(page_with("")))
    page.wait_for_function("!!customElements.get('sem-pago')")

    with page.expect_console_message(lambda message: "<sem-pago>" in message.text):
        page.evaluate(
            "html => document.querySelector('main').append(document.createRange().createContextualFragment(html))",
            snippet(),
        )

    expect(page.get_by_role("link", name=LINK)).to_be_visible()
    assert page.evaluate("document.querySelector('sem-pago').shadowRoot.mode") == "open"


def test_the_script_twice_on_one_page_does_no_harm(static_site: Publish, new_page: NewPage) -> None:
    page = new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(static_site(page_with(snippet() + '<script src="/widget/v1.js"></script>')))
    page.wait_for_function("!!customElements.get('sem-pago')")

    assert errors == []
    expect(page.get_by_role("link", name=LINK)).to_be_visible()


def test_a_token_leaves_the_address_at_once_even_without_a_platform(static_site: Publish, new_page: NewPage) -> None:
    page = new_page()
    address = static_site(page_with(snippet()))

    with page.expect_console_message(lambda message: "<sem-pago>" in message.text):
        page.goto(f"{address}?tema=autos#sem=0123456789abcdef")

    assert page.url == f"{address}?tema=autos"
    assert page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])") == '[{},{},""]'


def test_an_anchor_of_the_page_itself_is_left_alone(static_site: Publish, new_page: NewPage) -> None:
    page = new_page()
    address = static_site(page_with(snippet()))

    with page.expect_console_message(lambda message: "<sem-pago>" in message.text):
        page.goto(f"{address}#semaforos")

    assert page.url == f"{address}#semaforos"


def port_of(address: str) -> str:
    return address.split(":")[2].split("/")[0]
