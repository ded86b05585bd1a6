"""Compiled pages against composed ones: the same words at the same places, the same pixels, the same judges."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from backend.receipts.compiler.bases import base_of
from backend.receipts.compiler.compiling import NotCompilable, compile_page
from backend.receipts.compiler.matrices import matrix_maker
from backend.receipts.compiler.paragraphs import DoesNotFit
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Programs, draw_permit
from backend.receipts.compiler.values import taken_apart
from backend.receipts.rendering import ChargeLine, PermitDocument, about, page_html, render_permit, written
from backend.signing.first_revision import SignatureEntries, hole_of
from sandbox.authority import Authority
from tests.documents.conftest import OpenKey, signed
from tests.documents.judges import judge_pdf
from tests.documents.peers import ask
from tests.documents.qr_reader import read_qr
from tests.documents.samples import permit, receipt
from tests.documents.verapdf import ACCESSIBLE, ARCHIVAL, ask_verapdf
from theming import load_preset, load_theme, preset_tokens
from theming.tokens import Theme, preset_slugs

ENTRIES = SignatureEntries("Tesorería", "Permiso (2025)", "Ñuñoa", "contacto", "D:20250320120400+00'00'")
ROOM = 2000

THEMES: dict[str, Callable[[], Theme]] = {
    **{slug: partial(load_preset, slug) for slug in preset_slugs()},
    "no logo": lambda: load_theme(preset_tokens("nunoa"), None),
}
KINDS: dict[str, Callable[[], PermitDocument]] = {
    "permit": permit,
    "receipt": receipt,
    "one line, nothing else": lambda: replace(permit(), lines=permit().lines[:1], evidence=(), municipality_rut=""),
    "twelve lines": lambda: replace(permit(), lines=permit().lines * 4),
    "a shifted date": lambda: replace(receipt(), shifted_date_note="Documento sin valor: fecha desplazada."),
}
CASES = [(slug, kind) for slug in THEMES for kind in ("permit", "receipt")] + [("nunoa", kind) for kind in KINDS]


def another(document: PermitDocument) -> PermitDocument:
    """A document of the same shape whose values differ, wider and narrower, with what a PDF must escape."""
    return replace(
        document,
        folio="2025-1",
        period="2026",
        owner_name="Müller (Ñuñoa) \\ O’Higgins & «Güell» <Cía.>",
        owner_rut="4.000.001-K",
        total="$1.711",
        vehicle=tuple(fact._replace(value=fact.value[::-1]) for fact in document.vehicle),
        lines=tuple(line._replace(amount="$1", rate="0,5 ‰") if line.rate else line for line in document.lines),
        paid_at="01-01-2026 00:00",
        verification_url="https://pagos.nunoa.example/v/2025-0000099/AAAA-BBBB-CCCC-7777",
        verification_code="AAAA-BBBB-CCCC-7777",
    )


def compiled(example: PermitDocument, document: PermitDocument, theme: Theme) -> Prepared:
    page = compile_page(example, theme)
    values = taken_apart(written(document)).values
    return Prepared(base_of(page), page.drawn(values), document.verification_url, about(document), values)


def words(path: Path) -> list[tuple[str, float, float]]:
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>(.*?)</word>', ask("pdftotext", "-bbox", str(path), "-")
    )
    return sorted((word, float(left), float(top)) for left, top, word in found)


def picture(path: Path) -> Image.Image:
    ask("pdftoppm", "-r", "110", "-png", "-singlefile", str(path), str(path.with_suffix("")))
    return Image.open(path.with_suffix(".png")).convert("RGB")


def without_code(page: Image.Image) -> Image.Image:
    """Take the QR code off a page: its mask is another."""
    width, height = page.size
    page.paste((255, 255, 255), (int(width * 0.08), int(height * 0.6), int(width * 0.245), int(height * 0.95)))
    return page


def most_different(one: Path, other: Path) -> int:
    """The largest difference of a colour of a pixel, of 255; the QR code apart."""
    return max(ImageChops.difference(without_code(picture(one)), without_code(picture(other))).tobytes())


@pytest.mark.parametrize(("slug", "kind"), CASES)
def test_a_compiled_page_is_the_composed_one(slug: str, kind: str, tmp_path: Path) -> None:
    theme, example = THEMES[slug](), KINDS[kind]()
    document = another(example)
    fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"

    fast.write_bytes(compiled(example, document, theme).with_hole(ENTRIES, ROOM)[0])

    slow.write_bytes(render_permit(document, theme))
    ours, theirs = words(fast), words(slow)
    assert [word for word, _, _ in ours] == [word for word, _, _ in theirs]
    assert max(max(abs(a[1] - b[1]), abs(a[2] - b[2])) for a, b in zip(ours, theirs, strict=True)) <= 0.01
    assert most_different(fast, slow) <= 32
    ask("qpdf", "--check", str(fast))


def test_a_word_of_another_document_is_seen_by_the_comparison(tmp_path: Path) -> None:
    fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"
    theme = load_preset("nunoa")

    fast.write_bytes(compiled(permit(), replace(permit(), plate="ZZBB11-1"), theme).with_hole(ENTRIES, ROOM)[0])

    slow.write_bytes(render_permit(permit(), theme))
    assert words(fast) != words(slow)
    assert most_different(fast, slow) > 32


def test_compiled_documents_conform_as_the_composed_ones(open_key: OpenKey, tmp_path: Path) -> None:
    files, key = [], open_key()
    for number, (slug, kind) in enumerate(CASES):
        files.append(tmp_path / f"{number}.pdf")
        example = KINDS[kind]()
        files[-1].write_bytes(signed(compiled(example, another(example), THEMES[slug]()), key))

    verdicts = ask_verapdf(files)

    for file in files:
        for standard in (ARCHIVAL, ACCESSIBLE):
            assert verdicts[file, standard].conforms, verdicts[file, standard].reasons


def test_every_judge_accepts_a_signed_compiled_document(
    authority: Authority, open_key: OpenKey, tmp_path: Path
) -> None:
    document = another(permit())
    paper = tmp_path / "permit.pdf"

    paper.write_bytes(signed(compiled(permit(), document, load_preset("nunoa")), open_key()))

    judge_pdf(paper, authority.root_pem, authority.ca_pem, tmp_path)
    hole_of(paper.read_bytes())
    pages = tmp_path / "code"
    ask("pdfimages", "-png", str(paper), str(pages))
    assert read_qr(sorted(tmp_path.glob("code-*.png"))[-1]) == document.verification_url


def test_the_same_document_gives_the_same_bytes(open_key: OpenKey) -> None:
    key = open_key()
    ones = [compiled(permit(), another(permit()), load_preset("nunoa")).with_hole(ENTRIES, ROOM) for _ in range(2)]

    assert ones[0] == ones[1]
    assert len(signed(compiled(permit(), permit(), load_preset("nunoa")), key)) > len(ones[0][0])


def test_all_documents_of_a_shape_share_their_base() -> None:
    theme = load_preset("nunoa")
    page = compile_page(permit(), theme)
    base = base_of(page)
    other = another(permit())

    assert taken_apart(written(other)).shape == taken_apart(written(permit())).shape
    for document in (permit(), other):
        values = taken_apart(written(document)).values
        prepared = Prepared(base, page.drawn(values), document.verification_url, about(document), values)
        assert prepared.with_hole(ENTRIES, ROOM)[0].startswith(base.content)
    assert base_of(compile_page(other, theme)).content != b""
    assert b"~0" not in base.content


@pytest.mark.parametrize(
    "changes",
    [
        {"owner_name": "Contribuyente de prueba " * 8},
        {"owner_name": "Лев"},
        {"plate": "W" * 40},
        {"verification_url": "https://a.example/v/1/2"},
    ],
    ids=["two lines", "letters that are not there", "a word too long", "an address of one line"],
)
def test_values_that_do_not_fit_are_not_drawn(changes: Mapping[str, Any]) -> None:
    page = compile_page(permit(), load_preset("nunoa"))

    with pytest.raises(DoesNotFit):
        page.drawn(taken_apart(written(replace(permit(), **changes))).values)

    assert page.drawn(taken_apart(written(permit())).values)


def test_a_kind_is_compiled_with_its_second_document_and_others_take_the_slow_path() -> None:
    programs, theme = Programs(), load_preset("nunoa")
    long_name = replace(permit(), owner_name="Contribuyente de prueba " * 8)

    first, second, third = (draw_permit(document, theme, programs) for document in (permit(), permit(), long_name))

    assert first == render_permit(permit(), theme)
    assert isinstance(second, Prepared)
    assert third == render_permit(long_name, theme)
    fourth = draw_permit(long_name, theme, programs)
    assert isinstance(fourth, Prepared)
    assert isinstance(draw_permit(another(permit()), theme, programs), Prepared)
    assert fourth.base != second.base


def test_a_template_that_cannot_be_compiled_still_gives_documents(caplog: pytest.LogCaptureFixture) -> None:
    programs, theme = Programs(moving), load_preset("nunoa")

    drawn = [draw_permit(permit(), theme, programs) for _ in range(3)]

    assert drawn == [render_permit(permit(), theme)] * 3
    assert "se mueve" in caplog.text


def test_letters_that_the_font_writes_otherwise_are_compiled_as_they_are_printed() -> None:
    programs, theme = Programs(), load_preset("nunoa")
    decomposed = replace(permit(), owner_name="N\u0303un\u0303oz\u00ad")

    drawn = [draw_permit(document, theme, programs) for document in (permit(), permit(), decomposed)]

    assert isinstance(drawn[2], Prepared)
    assert drawn[2].values["owner_name"] == "Ñuñoz"


def cut(document: Mapping[str, Any], *rest: Any) -> str:
    return page_html({**document, "folio": document["folio"][:3]}, *rest)


def in_two_letters(document: Mapping[str, Any], *rest: Any) -> str:
    html = page_html(document, *rest)
    total = document["total"]
    return html.replace(f">{total}<", f">{total[:1]}<i style='color:#ff0000'>{total[1:]}</i><", 1)


def moving(document: Mapping[str, Any], *rest: Any) -> str:
    wide = len(document["folio"]) > 5
    return page_html({**document, "subtitle": "Copia"} if wide else document, *rest)


def told_by_a_value(document: Mapping[str, Any], *rest: Any) -> str:
    return page_html({**document, "subtitle": "Copia"} if "prueba" in document["owner_name"] else document, *rest)


def test_a_template_that_looks_at_values_is_refused() -> None:
    with pytest.raises(NotCompilable, match=r"otra manera|no tiene los mismos"):
        compile_page(permit(), load_preset("nunoa"), told_by_a_value)


@pytest.mark.parametrize(
    ("template", "reason"),
    [(cut, "no aparecen tal cual|no se reconoce"), (moving, "se mueve"), (in_two_letters, "varias letras|no se")],
)
def test_unsafe_templates_are_refused_with_a_reason(template: Callable[..., str], reason: str) -> None:
    with pytest.raises(NotCompilable, match=reason):
        compile_page(permit(), load_preset("nunoa"), template)


def test_forty_lines_are_told_to_take_the_slow_path() -> None:
    line = ChargeLine("Tramo", "$1", "1 %", "DL 3.063 art. 12", "$1")

    with pytest.raises(NotCompilable):
        compile_page(replace(permit(), lines=(line,) * 60), load_preset("nunoa"))


@pytest.mark.parametrize("text", ["https://a.example/v/1/AAAA", "ñ" * 20, "x"])
def test_a_matrix_is_a_code_that_says_the_text(text: str, tmp_path: Path) -> None:
    maker = matrix_maker(len(text.encode()))
    row = 8 * ((maker.modules + 7) // 8)
    path = tmp_path / "code.png"

    rows = Image.frombytes("1", (row, maker.modules), maker.picture(text.encode()))

    rows.crop((0, 0, maker.modules, maker.modules)).save(path)
    assert read_qr(path) == text
