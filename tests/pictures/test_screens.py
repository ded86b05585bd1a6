"""Every preset in the widget, in its states, and in the mail with the documents, as a browser draws them."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page

from backend.receipts.previews.samples import sample_mail
from backend.receipts.previews.widget import widget_page
from tests.journeys.conftest import NewPage
from tests.journeys.sampled import fill_in
from tests.pictures.album import Album
from theming import load_preset
from theming.stacks import DOCUMENT_FONTS
from theming.templates import render
from theming.tokens import Theme, preset_slugs

WIDTH = 480
_OUR_FONT = "Sem Test"


def in_our_font(html: str, theme: Theme) -> str:
    """The same page in the font of the theme's documents: those of the machine are others elsewhere."""
    faces = "".join(
        f"@font-face {{ font-family: '{_OUR_FONT}'; font-weight: {weight};"
        f" src: url(data:font/ttf;base64,{base64.b64encode(file.read_bytes()).decode()}) }}"
        for weight, file in ((400, theme.document_font.regular), (700, theme.document_font.bold))
    )
    assert theme.document_font in DOCUMENT_FONTS.values()
    html = html.replace("style-src 'unsafe-inline'", "style-src 'unsafe-inline'; font-src data:")
    for written in (theme.font, theme.font.replace("'", "&#x27;")):
        html = html.replace(written, _OUR_FONT)
    return html.replace("<style>", f"<style>{faces}", 1) if "<style>" in html else f"<style>{faces}</style>{html}"


def picture_of(page: Page, inside: str) -> bytes:
    page.evaluate("document.fonts.ready")
    return page.locator(inside).screenshot(animations="disabled", caret="hide", scale="css")


@pytest.mark.parametrize("slug", preset_slugs())
def test_the_widget_looks_as_it_did(slug: str, new_page: NewPage, built: Path, album: Album) -> None:
    theme = load_preset(slug)
    page = new_page(viewport={"width": WIDTH, "height": 800})
    page.set_content(in_our_font(widget_page(theme, (built / "widget/v1.js").read_text(encoding="utf-8")), theme))
    page.locator("sem-pago canvas").wait_for()
    album.compare(f"widget/{slug}-asked", picture_of(page, "sem-pago"))

    page.get_by_role("button", name="Consultar").click()
    page.locator("sem-pago .error").first.wait_for()
    album.compare(f"widget/{slug}-incomplete", picture_of(page, "sem-pago"))

    fill_in(page)
    page.mouse.move(0, 0)
    album.compare(f"widget/{slug}-found", picture_of(page, "sem-pago"))


@pytest.mark.parametrize("slug", preset_slugs())
def test_the_mail_looks_as_it_did(slug: str, new_page: NewPage, album: Album) -> None:
    theme = load_preset(slug)
    page = new_page(viewport={"width": 600, "height": 800})

    page.set_content(in_our_font(render("mail/documents_ready.html", sample_mail(), theme), theme))

    album.compare(f"mail/{slug}", picture_of(page, "body"))
