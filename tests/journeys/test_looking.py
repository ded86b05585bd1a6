"""What the journeys look at pages with does find what is wrong: a page with a fault of each kind."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import NewPage
from tests.journeys.keyboard import Keyboard
from tests.journeys.looking import axe_findings, sticking_out

pytestmark = pytest.mark.browser

GOOD = (
    '<!doctype html><html lang="es"><title>Página</title><meta name="viewport" content="width=device-width">'
    "<main><h1>Página</h1>{}</main>"
)
Place = Callable[[str], str]
LONG = "Tasación sobre sesenta unidades"


def in_shadow(html: str) -> str:
    """The same inside a shadow root, where the widget lives."""
    return f'<div><template shadowrootmode="open">{html}</template></div>'


@pytest.mark.parametrize("place", [str, in_shadow])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("<input>", "label"),
        ('<p style="color: #ccc; background: #fff">Apenas se lee</p>', "color-contrast"),
    ],
    ids=["no-label", "no-contrast"],
)
def test_axe_finds(new_page: NewPage, fault: str, said: str, place: Place) -> None:
    page = new_page()
    page.set_content(GOOD.format(place("<p>Todo bien</p>")))
    assert axe_findings(page) == []

    page.set_content(GOOD.format(place(fault)))

    assert [finding.split(":")[0] for finding in axe_findings(page)] == [said]


@pytest.mark.parametrize("place", [str, in_shadow])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (f'<p style="width: 400px">{LONG}</p>', "the page is "),
        (f'<div style="overflow: hidden"><p style="width: 400px">{LONG}</p></div>', "DIV . cuts"),
        (f'<p style="width: 20px; overflow-wrap: anywhere">{LONG}</p>', f'"{LONG}" is squeezed to 20'),
    ],
    ids=["wide", "cut", "squeezed"],
)
def test_what_does_not_fit_is_found(new_page: NewPage, fault: str, said: str, place: Place) -> None:
    page = new_page(viewport={"width": 320, "height": 256})
    page.set_content(GOOD.format(place(f"<p>{LONG}</p>")))
    assert sticking_out(page) == []

    page.set_content(GOOD.format(place(fault)))

    assert [finding.startswith(said) for finding in sticking_out(page)] == [True]


def test_a_focus_that_cannot_be_seen_is_found(new_page: NewPage) -> None:
    page = new_page()
    page.set_content(GOOD.format('<button style="outline: 0">Uno</button>' + in_shadow("<button>Dos</button>")))
    keyboard = Keyboard(page)

    keyboard.tab_to(page.get_by_role("button", name="Uno"))
    assert len(keyboard.unseen) == 1
    page.add_style_tag(content="button { outline: 3px solid !important }")
    keyboard.unseen.clear()
    page.evaluate("document.activeElement.blur()")
    keyboard.tab_to(page.get_by_role("button", name="Uno"))

    assert keyboard.unseen == []
