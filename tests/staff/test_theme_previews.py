"""Previews through the API: everything is drawn and nothing kept."""

import base64
import io

from PIL import Image
from pypdf import PdfReader

from tests.staff.looks import SVG, look, send, versions
from tests.staff.people import Person, entries

PREVIEW = """query ($input: ThemePreviewInput!) { themePreview(input: $input) { preview {
  widget documentPdf documentPng mailSubject mailHtml mailText page
  contrast { findings { text ground token passing } } }
  errors { code field message } } }"""


def test_a_preview_shows_widget_document_and_mail_and_keeps_nothing(designer: Person) -> None:
    before = (versions(), len(entries()))

    preview = send(designer, PREVIEW, {"tokens": look(primary="#3b1d6e", footer="Pie & <de> prueba")}, SVG)["preview"]

    pdf = PdfReader(io.BytesIO(base64.b64decode(preview["documentPdf"])))
    words = " ".join(pdf.pages[0].extract_text().split())
    assert preview["contrast"]["findings"] == []
    assert all("#3b1d6e" in preview[part] for part in ("widget", "mailHtml", "page"))
    assert "Pie &amp; &lt;de&gt; prueba" in preview["mailHtml"]
    assert "Pie & <de> prueba" in preview["mailText"]
    assert "<sem-pago" in preview["widget"]
    assert preview["mailSubject"].startswith("Permiso de circulación 2025")
    assert words.count("MUESTRA SIN VALIDEZ") >= 5
    assert "SIN FOLIO" in words
    assert "Sin firma" in words
    assert pdf.get_fields() is None, "no signature"
    assert Image.open(io.BytesIO(base64.b64decode(preview["documentPng"]))).format == "PNG"
    assert (versions(), len(entries())) == before


def test_a_preview_of_a_look_that_cannot_be_read_says_so_and_is_drawn(designer: Person) -> None:
    preview = send(designer, PREVIEW, {"tokens": look(error="#ff8080")})["preview"]

    assert {(each["text"], each["ground"], each["token"]) for each in preview["contrast"]["findings"]} == {
        ("error", "background", "error"),
        ("error", "tint", "error"),
        ("error", "paper", "error"),
        ("background", "error", "error"),
    }
    assert "No se puede guardar" in preview["page"]


def test_a_preview_of_what_is_no_look_says_why(designer: Person) -> None:
    refused = send(designer, PREVIEW, {"tokens": look(accent="blue")})

    assert refused["preview"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("profile.theme_not_usable", "accent")]
