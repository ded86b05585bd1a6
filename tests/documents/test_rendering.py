"""The page of a permit, before anybody signs it."""

import hashlib
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from backend.receipts.rendering import ChargeLine, Fact, PermitDocument, RenderingFailed, lines_of, render_permit
from backend.receipts.rendering_fit import likeliest_setting
from tests.documents.peers import ask
from tests.documents.samples import permit
from theming import load_preset, load_theme, preset_tokens

PRESETS = ["nunoa", "valdivia"]


def words_of(pdf: bytes, folder: Path) -> str:
    """Everything that the page prints, line breaks and columns taken out."""
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    return " ".join(ask("pdftotext", "-raw", str(path), "-").split())


@pytest.mark.parametrize("slug", PRESETS)
def test_a_permit_prints_everything_that_it_must(slug: str, tmp_path: Path) -> None:
    document = permit()

    words = words_of(render_permit(document, load_preset(slug)), tmp_path)

    for field in ("municipality", "municipality_code", "folio", "plate", "option", "owner_name", "owner_rut", "total"):
        assert getattr(document, field) in words
    for field in (
        "paid_at",
        "means",
        "operation_id",
        "order_number",
        "verification_code",
        "signer_name",
        "signer_role",
    ):
        assert getattr(document, field) in words
    for fact in (*document.vehicle, *document.evidence):
        assert fact.label in words
        assert fact.value in words
    for line in document.lines:
        assert all(text in words for text in line)
    assert "Permiso de circulación 2025" in words
    assert "20-03-2025" in words
    assert "31-03-2026" in words
    assert document.verification_url in words.replace(" ", "")
    assert "debe llevarse en el vehículo" in words
    assert "por sí solo no acredita estar al día" in words
    assert "Ley N° 19.799" in words


@pytest.mark.parametrize("slug", PRESETS)
def test_a_permit_is_one_a4_page_with_its_fonts_and_images_inside(slug: str, tmp_path: Path) -> None:
    path = tmp_path / "permit.pdf"
    path.write_bytes(render_permit(permit(), load_preset(slug)))

    fonts = [line.split() for line in ask("pdffonts", str(path)).splitlines()[2:]]
    images = ask("pdfimages", "-list", str(path)).splitlines()[2:]
    page = ask("pdfinfo", str(path))

    assert len(fonts) == 2
    assert all(font[-5] == "yes" for font in fonts), fonts
    assert [image.split()[2] for image in images].count("image") == 2
    assert "Pages:           1" in page
    assert "(A4)" in page
    ask("qpdf", "--check", str(path))


def test_a_permit_tells_programs_what_it_is() -> None:
    pdf = PdfReader(io.BytesIO(render_permit(permit(), load_preset("nunoa"))))

    assert pdf.metadata is not None
    assert pdf.metadata.title == "Permiso de circulación 2025 · ZZBB10-3"
    assert pdf.metadata.author == "Municipalidad de Ñuñoa"
    assert pdf.metadata.subject == "Folio 2025-0000017"
    assert str(pdf.root_object["/Lang"]) == "es-CL"


def test_the_same_permit_has_the_same_bytes() -> None:
    one, two = (hashlib.sha256(render_permit(permit(), load_preset("nunoa"))).hexdigest() for _ in range(2))

    assert one == two


def test_each_municipality_has_its_own_look() -> None:
    same = permit()

    assert render_permit(same, load_preset("nunoa")) != render_permit(same, load_preset("valdivia"))


def test_a_municipality_without_a_logo_prints_its_name(tmp_path: Path) -> None:
    theme = load_theme(preset_tokens("valdivia"), None)

    pdf = render_permit(permit(municipality="Municipalidad de Valdivia"), theme)

    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1
    assert words_of(pdf, tmp_path).count("Municipalidad de Valdivia") >= 3


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("María José Ñancupil Güell O’Higgins", "María José Ñancupil Güell O’Higgins"),
        ("Constanza Iban\u0303ez", "Constanza Ibañez"),
        ("Sociedad\u00a0Ltda.\u200b & Cía. «Los Ángeles»", "Sociedad Ltda. & Cía. «Los Ángeles»"),
        ("Lạc Thủy", "Lạc Thủy"),
        ("Ǌegoš Ǹguǐ", "NJegoš Ngui"),
    ],
)
@pytest.mark.parametrize("slug", PRESETS)
def test_names_are_printed_with_every_letter(slug: str, name: str, printed: str, tmp_path: Path) -> None:
    words = words_of(render_permit(permit(owner=name), load_preset(slug)), tmp_path)

    assert f"social {printed} RUT" in words or f"social RUT {printed}" in words


def test_a_name_in_letters_that_the_font_lacks_is_no_permit_with_holes() -> None:
    with pytest.raises(RenderingFailed, match="文"):
        render_permit(permit(owner="Li 文"), load_preset("nunoa"))


def test_a_name_without_spaces_stays_on_the_page(tmp_path: Path) -> None:
    name = "N" * 90

    words = words_of(render_permit(permit(owner=name), load_preset("nunoa")), tmp_path)

    assert name in words.replace(" ", "")


def test_a_long_permit_moves_closer_and_stays_on_one_page() -> None:
    document = replace(permit(), lines=(permit().lines * 3)[:8])

    assert len(PdfReader(io.BytesIO(render_permit(document, load_preset("valdivia")))).pages) == 1


@pytest.mark.parametrize("slug", PRESETS)
@pytest.mark.parametrize("lines", [12, 20, 40])
def test_a_permit_of_many_lines_goes_on_on_a_second_page_that_says_whose_it_is(
    slug: str, lines: int, tmp_path: Path
) -> None:
    document = replace(permit(), lines=tuple(numbered(place) for place in range(lines)))

    pdf = render_permit(document, load_preset(slug))

    words_of(pdf, tmp_path)
    first, second = (
        " ".join(ask("pdftotext", "-raw", "-f", page, "-l", page, str(tmp_path / "page.pdf"), "-").split())
        for page in ("1", "2")
    )
    assert "1 de 2" in first
    assert "impresa en la última página." in first
    assert "Continúa en la página 2" in first
    for text in (document.municipality, f"{document.title} {document.period} · {document.plate}"):
        assert text in second
    assert f"Folio N° {document.folio}" in second
    assert "Página 2 de 2" in second
    assert second.count("Concepto") == 1
    for text in (document.total, document.verification_code, document.signer_name):
        assert text in second
    rows = [f"Cargo {place:02d}" for place in range(lines)]
    assert [row for row in rows if row in first] + [row for row in rows if row in second] == rows


def numbered(place: int) -> ChargeLine:
    return ChargeLine(f"Cargo {place:02d}", "$1", "1 %", "DL 3.063", "$1")


@pytest.mark.parametrize("lines", range(1, 41))
def test_up_to_forty_lines_take_two_pages_at_most_and_letters_that_can_be_read(lines: int) -> None:
    charges = (permit().lines * 14)[:lines]
    accounts = tuple(Fact(f"115.03.01.{number:03d}", "$1") for number in range(6))
    everything = replace(permit(), lines=charges, accounts=accounts, shifted_date_note="Sin valor")

    settings = [likeliest_setting(lines_of(document)) for document in (everything, replace(permit(), lines=charges))]

    assert all(setting.pages <= 2 for setting in settings)
    assert all(setting.size >= 8 for setting in settings)
    assert settings[1].pages == (1 if lines < 10 else 2)


def test_rows_of_every_part_may_begin_a_page(tmp_path: Path) -> None:
    long = tuple(fact._replace(value=fact.value + " de varias líneas" * 6) for fact in permit().vehicle)
    document = replace(permit(), vehicle=long * 3, evidence=permit().evidence * 6, lines=permit().lines * 14)

    pdf = render_permit(document, load_preset("nunoa"))

    words = words_of(pdf, tmp_path)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 4
    assert [f"{page} de 4" in words for page in range(1, 5)] == [True] * 4
    for fact in (*document.vehicle, *document.evidence):
        assert fact.value in words


def test_a_fact_that_is_longer_than_a_page_is_refused() -> None:
    endless = (Fact("Giro", "comestibles " * 800),)

    with pytest.raises(RenderingFailed, match=r"\d páginas en vez de \d"):
        render_permit(replace(permit(), vehicle=endless), load_preset("nunoa"))


def test_a_logo_that_cannot_be_drawn_is_no_permit_without_logo() -> None:
    logo = load_preset("nunoa").logo
    assert logo is not None
    broken = load_theme(preset_tokens("nunoa"), logo[:200])

    with pytest.raises(RenderingFailed, match="imágenes"):
        render_permit(permit(), broken)


def test_frozen_data_come_back_as_they_were() -> None:
    document = replace(permit(), shifted_date_note="Fecha de demostración")

    again = PermitDocument.from_json(document.as_json())

    assert again == document
    assert isinstance(again.vehicle[0], Fact)
    assert again.issued_on == date(2025, 3, 20)


def test_a_shifted_date_is_told_on_the_page(tmp_path: Path) -> None:
    document = replace(permit(), shifted_date_note="Demostración: fecha simulada 20-03-2025. Sin valor legal.")

    assert document.shifted_date_note in words_of(render_permit(document, load_preset("nunoa")), tmp_path)


@pytest.mark.parametrize("slug", PRESETS)
def test_a_total_of_thousands_of_millions_stays_on_one_line(slug: str, tmp_path: Path) -> None:
    document = replace(permit(), total="$9.999.132.728")

    words = words_of(render_permit(document, load_preset(slug)), tmp_path)

    assert document.total in words
