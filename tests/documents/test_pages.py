"""The pages that the server shows."""

import re

import pytest

from theming import load_preset, load_theme, page_css, preset_tokens, render

DOCUMENT = {
    "title": "Permiso de circulación 2025",
    "municipality": "Municipalidad de Ñuñoa",
    "folio": "2025000017",
    "total": "$132.728",
    "paid_at": "20-03-2025 12:04",
    "issued_on": "20-03-2025",
    "valid_until": "31-03-2026",
}
PAGES: dict[str, dict[str, object]] = {
    "pages/verify.html": {"document": DOCUMENT},
    "pages/verify_annulled.html": {"document": {**DOCUMENT, "annulled_on": "02-04-2025"}},
    "pages/verify_unknown.html": {},
    "pages/pay.html": {},
    "pages/documents.html": {"documents": [DOCUMENT], "order_number": "1312000000001E878", "base": "/documentos/x"},
    "pages/documents_ask.html": {"most": "3"},
    "pages/documents_asked.html": {"most": "3"},
    "pages/documents_no_link.html": {"expired": True},
    "pages/not_found.html": {},
    "pages/error.html": {},
}


@pytest.mark.parametrize("template", PAGES)
def test_a_page_needs_nothing_that_a_strict_policy_forbids(template: str) -> None:
    page = render(template, PAGES[template], load_preset("nunoa"))

    assert "<style" not in page
    assert not re.search(r"\s(style|on\w+)=", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert '<html lang="es-CL">' in page
    assert '<link rel="stylesheet" href="/theme.css' in page
    assert len(re.findall(r"<h1", page)) == 1


def test_the_payment_page_embeds_the_widget_and_says_what_to_do_without_it() -> None:
    page = render("pages/pay.html", PAGES["pages/pay.html"], load_preset("valdivia"))

    assert '<script async src="/widget/v1.js"></script>' in page
    assert "<sem-pago>" in page
    assert "active JavaScript" in page
    assert "noindex" not in page


def test_an_authentic_document_shows_what_is_on_record_and_no_personal_data() -> None:
    page = render("pages/verify.html", {"document": {**DOCUMENT, "owner_name": "Contribuyente"}}, load_preset("nunoa"))

    assert "Documento auténtico" in page
    assert all(text in page for text in DOCUMENT.values())
    assert "Contribuyente" not in page
    assert "noindex" in page


def test_an_annulled_document_does_not_look_authentic() -> None:
    theme = load_preset("valdivia")

    page = render("pages/verify_annulled.html", PAGES["pages/verify_annulled.html"], theme)

    assert "Documento ANULADO: no vale" in page
    assert '<section class="card verdict bad">' in page
    assert "✕" in page
    assert "✓" not in page
    assert "auténtico" not in page
    assert all(text in page for text in ("02-04-2025", DOCUMENT["folio"], DOCUMENT["title"]))
    assert "noindex" in page


def test_a_shifted_date_is_told_on_every_page() -> None:
    for template, context in PAGES.items():
        assert "la fecha de hoy es aquí el 20-03-2025" in render(
            template, {**context, "shifted_date": "20-03-2025"}, load_preset("nunoa")
        )


def test_a_page_without_logo_names_the_municipality() -> None:
    page = render("pages/error.html", {}, load_theme(preset_tokens("nunoa"), None))

    assert "/logo.png" not in page
    assert '<span class="place">Municipalidad de Ñuñoa</span>' in page


def test_the_style_sheet_fetches_nothing() -> None:
    css = page_css(load_preset("nunoa"))

    assert "url(" not in css
    assert "@import" not in css
    assert load_preset("nunoa").primary in css
    assert "system-ui" in css
