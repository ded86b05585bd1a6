"""The contrast gate looks at what is really there: every text that a browser finds, on the ground that it finds."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.cli.paths import ROOT
from backend.receipts.previews.samples import sample_mail
from backend.receipts.previews.widget import widget_page
from backend.receipts.qr import qr_png
from backend.receipts.rendering import page_html, written
from backend.receipts.rendering_fit import Setting
from tests.documents.samples import permit, receipt
from tests.journeys.conftest import NewPage
from tests.journeys.looking import axe_findings
from tests.journeys.sampled import fill_in
from theming.pairs import PAIRS, Pair, Surface
from theming.palette import COLOURS, swatches
from theming.templates import page_css, render
from theming.tokens import Theme, load_theme, preset_tokens

TOLD_APART = {"background": "#fdfdf4", "on_primary": "#fefefe", "text": "#1d2a27", "accent": "#b47f2e"}
"""With these no two colours of a theme are the same."""

_TEXTS = """(outermost) => {
  const found = new Set();
  const above = (element) => element.parentElement ?? element.getRootNode().host;
  const groundOf = (element) => {
    for (let at = element; at; at = above(at)) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
    return "";
  };
  const note = (element) => found.add(`${getComputedStyle(element).color}|${groundOf(element)}`);
  const isShown = (element) => element.checkVisibility() && getComputedStyle(element).clipPath === "none";
  const visit = (element) => {
    if (element.nodeType === 3) {
      const parent = element.parentElement ?? element.getRootNode().host;
      if (element.data.trim() && isShown(parent)) note(parent);
      return;
    }
    if (element.matches?.("script, style, template")) return;
    const isField = element.matches?.("input:not([type=radio], [type=checkbox]), select, textarea");
    if (isField && isShown(element)) note(element);
    for (const child of (element.shadowRoot ?? element).childNodes) visit(child);
  };
  for (const element of document.querySelectorAll(outermost)) visit(element);
  return [...found];
}"""


@pytest.fixture
def theme() -> Theme:
    return load_theme(preset_tokens("nunoa") | TOLD_APART, None)


def pairs_on(page: Page, theme: Theme, *, inside: str = "body", paper: str = "") -> set[Pair]:
    """The pairs of all texts inside of something; `paper` is the name of the ground where nothing has a colour."""
    names = {colour: name for name, colour in swatches({name: getattr(theme, name) for name in COLOURS}).items()}
    found = set()
    for told in page.evaluate(_TEXTS, inside):
        text, ground = told.split("|")
        found.add(Pair(names[_hex(text)], names[_hex(ground)] if ground else paper))
    return found


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


def of_table(surface: Surface) -> set[Pair]:
    return {pair for pair, surfaces in PAIRS.items() if surface in surfaces}


def test_no_two_colours_of_the_theme_that_is_looked_at_are_the_same(theme: Theme) -> None:
    named = swatches({name: getattr(theme, name) for name in COLOURS})

    assert len(set(named.values())) == len(named)


def test_documents_have_the_pairs_of_the_table(new_page: NewPage, theme: Theme) -> None:
    page = new_page()
    found: set[Pair] = set()

    for document in (permit(), receipt()):
        shown = written(document) | {"shifted_date_note": "Fecha de demostración"}
        page.set_content(page_html(shown, theme, Setting(size=8.6, space=11), qr_png("https://muestra.invalid")))
        found |= pairs_on(page, theme, paper="paper")

    assert found == of_table(Surface.DOCUMENT)


ANYTHING: dict[str, object] = {
    "document": {"title": "Permiso", "annulled_on": "02-04-2025", "manifest": "2025-04-02"},
    "documents": [{"title": "Permiso", "verification_url": "https://muestra.invalid"}],
    "debts": [{"title": "Permiso"}],
    "action": "APPLY",
    "why": "El archivo es demasiado grande.",
    "heading": "El archivo fue alterado",
    "message": "No vale.",
    "is_bad": True,
    "is_file": True,
    "is_copy": True,
    "is_transfer": True,
    "title": "Permiso",
    "folio": "2025000017",
    "order_number": "1",
    "link": "https://muestra.invalid",
    "shifted_date": "20-03-2025",
}
"""What templates ask for, so that they show what they can show."""


def templates(kind: str) -> list[str]:
    """Names of all templates of a kind that are pages of their own."""
    files = (ROOT / "theming/templates" / kind).glob("*.html")
    return sorted(f"{kind}/{file.name}" for file in files if file.name != "base.html")


def test_mails_have_the_pairs_of_the_table(new_page: NewPage, theme: Theme) -> None:
    page = new_page()
    found: set[Pair] = set()

    for template in templates("mail"):
        page.set_content(render(template, ANYTHING, theme))
        found |= pairs_on(page, theme)

    assert found == of_table(Surface.MAIL)


def test_pages_have_the_pairs_of_the_table(new_page: NewPage, theme: Theme) -> None:
    page = new_page()
    style = f"<style>{page_css(theme)}</style>"
    found: set[Pair] = set()

    for template in templates("pages"):
        html = render(template, ANYTHING, theme)
        page.set_content(re.sub(r"<link rel=.stylesheet.[^>]*>", style, html))
        found |= pairs_on(page, theme)

    assert found == of_table(Surface.PAGE)


def test_the_widget_has_the_pairs_of_the_table(new_page: NewPage, built: Path, theme: Theme) -> None:
    page = new_page()
    page.set_content(widget_page(theme, (built / "widget/v1.js").read_text(encoding="utf-8")))
    page.get_by_role("button", name="Consultar").click()
    page.locator("sem-pago .error").first.wait_for()
    found = pairs_on(page, theme, inside="sem-pago")

    fill_in(page)
    found |= pairs_on(page, theme, inside="sem-pago")

    assert found == of_table(Surface.WIDGET)


def test_a_preview_works_in_a_frame_that_reaches_nothing(new_page: NewPage, built: Path, theme: Theme) -> None:
    page, asked = new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    script = (built / "widget/v1.js").read_text(encoding="utf-8")
    values = {"widget": widget_page(theme, script), "mail": render("mail/documents_ready.html", sample_mail(), theme)}

    page.set_content(render("previews/side_by_side.html", {**values, "mail_subject": "Muestra"}, theme))
    frame = page.frame_locator("iframe[title='Formulario de pago']")
    fill_in(frame)
    frame.get_by_label("Correo").fill("nadie@ejemplo.cl")
    frame.get_by_label("Correo").press("Enter")

    expect(frame.get_by_role("heading", name="Pago: $132.728")).to_be_visible()
    expect(page.frame_locator("iframe[title='Correo']").get_by_text("Recibimos su pago.")).to_be_visible()
    assert [url for url in asked if not url.startswith(("about:", "data:"))] == []
    assert axe_findings(page) == []
