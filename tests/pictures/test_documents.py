"""Every preset on every kind of document, as poppler draws it."""

import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from backend.receipts.rendering import PermitDocument, render_permit
from backend.services import services
from tests.documents.peers import require
from tests.documents.samples import permit, receipt, waste_fee
from tests.pictures.album import HALF, MOST, Album, furthest_block, opened
from theming import load_preset, load_theme, preset_tokens
from theming.tokens import Theme, preset_logo, preset_slugs

DOTS_PER_INCH = 100
KINDS: dict[str, Callable[..., PermitDocument]] = {
    "circulation_permit": permit,
    "business_licence": receipt,
    "waste_fee": waste_fee,
}


def drawn(document: PermitDocument, theme: Theme) -> bytes:
    """The first page as PNG."""
    require("pdftoppm")
    return subprocess.run(
        ["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", "-singlefile", "-"],
        input=render_permit(replace(document, municipality=theme.name), theme),
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout


def test_every_service_has_a_document_to_look_at() -> None:
    assert KINDS.keys() == services().keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slug", preset_slugs())
def test_a_document_looks_as_it_did(slug: str, kind: str, album: Album) -> None:
    album.compare(f"documents/{slug}-{kind}", drawn(KINDS[kind](), load_preset(slug)))


def test_a_document_of_a_shifted_date_looks_as_it_did(album: Album) -> None:
    document = replace(permit(), shifted_date_note="Demostración sin valor legal: la fecha fue desplazada.")

    album.compare("documents/nunoa-shifted", drawn(document, load_preset("nunoa")))


DOCUMENT = permit()
NUNOA = preset_tokens("nunoa")


@pytest.mark.parametrize(
    ("document", "tokens"),
    [
        (replace(DOCUMENT, lines=DOCUMENT.lines[:2]), NUNOA),
        (replace(DOCUMENT, title="Permiso de circulacion"), NUNOA),
        (DOCUMENT, NUNOA | {"primary": "#1f6c5a"}),
        (DOCUMENT, NUNOA | {"accent": "#b4472e", "text": "#2d3a37"}),
        (DOCUMENT, NUNOA | {"document_font": "lora"}),
        (DOCUMENT, NUNOA | {"footer": "Municipalidad de Ñuñoa"}),
    ],
    ids=["a line", "an accent", "a shade of the primary colour", "a shade of the text", "the font", "the foot"],
)
def test_the_comparison_sees_what_a_person_would(document: PermitDocument, tokens: dict[str, object]) -> None:
    one = opened(drawn(DOCUMENT, load_preset("nunoa"))).reduce(HALF)

    other = opened(drawn(document, load_theme(tokens, preset_logo("nunoa")))).reduce(HALF)

    assert furthest_block(one, one) == 0
    assert furthest_block(one, other) > MOST
