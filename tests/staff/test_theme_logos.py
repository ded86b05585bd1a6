"""Logos through the API: drawn anew, served as PNG, kept or given up."""

import base64
import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.profile.models import ThemeVersion
from tests.operations.debts import in_town
from tests.staff.looks import SVG, save, served, versions
from tests.staff.people import TOWN, Person
from theming.tokens import preset_logo


def test_a_drawing_becomes_the_logo_and_is_served_as_png_only(designer: Person) -> None:
    saved = save(designer, SVG, help="Con dibujo")

    page = served("/logo.png")
    with in_town(TOWN):
        kept = bytes(ThemeVersion.objects.get(version=saved["theme"]["version"]).logo)
    assert page["Content-Type"] == "image/png"
    assert page.content == kept == base64.b64decode(saved["theme"]["logo"])
    assert Image.open(io.BytesIO(kept)).size == (720, 240)
    assert b"<svg" not in kept
    assert served("/logo.svg").status_code == 404


def test_what_a_picture_says_about_itself_is_not_kept(designer: Person) -> None:
    notes = PngInfo()
    notes.add_text("Where", "Calle de prueba 17")
    paper = io.BytesIO()
    Image.new("RGB", (300, 100), "#12406f").save(paper, "PNG", pnginfo=notes)

    save(designer, paper.getvalue(), help="Con imagen")

    assert b"Calle de prueba 17" not in served("/logo.png").content


def test_without_a_file_the_logo_stays_and_it_can_be_given_up(designer: Person) -> None:
    with_logo = save(designer, preset_logo(TOWN), help="Logo uno")
    stays = save(designer, help="Logo dos")
    gone = save(designer, help="Logo tres", without_logo=True)

    assert stays["theme"]["logo"] == with_logo["theme"]["logo"] is not None
    assert gone["theme"]["logo"] is None
    assert served("/logo.png").status_code == 404
    assert save(designer, preset_logo(TOWN))["theme"]["logo"] == with_logo["theme"]["logo"]


@pytest.mark.parametrize(
    ("logo", "code"),
    [
        (SVG.replace(b"<rect", b"<script>x</script><rect"), "profile.logo_not_usable"),
        (b"GIF89a" + bytes(40), "profile.logo_not_usable"),
        (bytes(2 * 1024 * 1024 + 1), "profile.logo_not_usable"),
    ],
    ids=["script", "another kind", "too large"],
)
def test_a_file_that_is_no_logo_saves_nothing(designer: Person, logo: bytes, code: str) -> None:
    before = versions()

    refused = save(designer, logo, help="Nunca")

    assert [(error["code"], error["field"]) for error in refused["errors"]] == [(code, "logo")]
    assert refused["theme"] is None
    assert versions() == before
