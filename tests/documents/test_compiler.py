"""Compiled pages against composed ones: the same words at the same places, the same pixels, the same judges."""

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from backend.receipts.compiler.bases import Base, base_of
from backend.receipts.compiler.compiling import CompiledPage, compile_page
from backend.receipts.compiler.looks import blank, with_palette
from backend.receipts.compiler.matrices import matrix_maker
from backend.receipts.compiler.paragraphs import DoesNotFit
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.programs import Program, Programs, draw_permit
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.compiler.values import taken_apart
from backend.receipts.rendering import PermitDocument, about, page_html, render_permit, written
from backend.signing.first_revision import SignatureEntries, hole_of
from sandbox.authority import Authority
from tests.documents.conftest import OpenKey, signed
from tests.documents.judges import judge_pdf
from tests.documents.kinds import CASES, KINDS, THEMES, another, of_lines
from tests.documents.peers import ask
from tests.documents.qr_reader import read_qr
from tests.documents.samples import permit
from tests.documents.side_by_side import elements, most_different, words
from tests.documents.verapdf import ACCESSIBLE, ARCHIVAL, ask_verapdf
from theming import load_preset
from theming.tokens import Theme

ENTRIES = SignatureEntries("Tesorería", "Permiso (2025)", "Ñuñoa", "contacto", "D:20250320120400+00'00'")
ROOM = 2000


def compiled(example: PermitDocument, document: PermitDocument, theme: Theme) -> Prepared:
    return drawn_by(compiled_page(example, theme), document, theme)


def compiled_page(example: PermitDocument, theme: Theme) -> CompiledPage:
    return with_palette(compile_page(example, blank(theme), footer=theme.footer))


def drawn_by(page: CompiledPage, document: PermitDocument, theme: Theme) -> Prepared:
    return Program(page, _base_of(page)).prepared(document, values_of(document, theme), theme)


def values_of(document: PermitDocument, theme: Theme) -> Mapping[str, str]:
    return taken_apart(written(document) | {"footer": theme.footer}).values


@cache
def _base_of(page: CompiledPage) -> Base:
    return base_of(page)


@cache
def case(slug: str, kind: str) -> CompiledPage:
    """The compiled page of a case, which several tests ask for."""
    return compiled_page(KINDS[kind](), THEMES[slug]())


@pytest.mark.parametrize(("slug", "kind"), CASES)
def test_a_compiled_page_is_the_composed_one(slug: str, kind: str, tmp_path: Path) -> None:
    theme, document = THEMES[slug](), another(KINDS[kind]())
    fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"

    fast.write_bytes(drawn_by(case(slug, kind), document, THEMES[slug]()).with_hole(ENTRIES, ROOM)[0])

    slow.write_bytes(render_permit(document, theme))
    ours, theirs = words(fast), words(slow)
    assert [word[:2] for word in ours] == [word[:2] for word in theirs]
    assert max(max(abs(a[2] - b[2]), abs(a[3] - b[3])) for a, b in zip(ours, theirs, strict=True)) <= 0.01
    assert most_different(fast, slow) <= 32
    ask("qpdf", "--check", str(fast))


def test_pages_of_long_values_are_the_composed_ones(tmp_path: Path) -> None:
    theme = load_preset("coyhaique")
    for kind, pages in (("rows of several lines", 1), ("three pages", 3)):
        fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"
        document = replace(KINDS[kind](), owner_name="Otra persona", total="$9.999.999", folio="2025-9999999")

        fast.write_bytes(compiled(KINDS[kind](), document, theme).with_hole(ENTRIES, ROOM)[0])

        slow.write_bytes(render_permit(document, theme))
        assert len(PdfReader(fast).pages) == pages
        assert [word[:2] for word in words(fast)] == [word[:2] for word in words(slow)]
        assert most_different(fast, slow) <= 32


def test_a_table_on_two_compiled_pages_is_read_as_the_composed_one() -> None:
    document = another(of_lines("everything", 40))
    theme = load_preset("nunoa")

    pdf = compiled(of_lines("everything", 40), document, theme).with_hole(ENTRIES, ROOM)[0]

    composed = render_permit(document, theme)
    assert len(elements(pdf, "/Table")) == 1
    assert len(elements(pdf, "/TR")) == len(elements(composed, "/TR")) == 42
    assert len({element["/Pg"].hash_value() for element in elements(pdf, "/TD")}) == 2
    assert [tuple(element) for element in elements(pdf, "/TH")] == [
        tuple(element) for element in elements(composed, "/TH")
    ]


def test_a_word_of_another_document_is_seen_by_the_comparison(tmp_path: Path) -> None:
    fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"
    theme = load_preset("nunoa")

    fast.write_bytes(compiled(permit(), replace(permit(), plate="ZZBB11-1"), theme).with_hole(ENTRIES, ROOM)[0])

    slow.write_bytes(render_permit(permit(), theme))
    assert words(fast) != words(slow)
    assert most_different(fast, slow) > 32


def test_compiled_documents_conform_as_the_composed_ones(open_key: OpenKey, tmp_path: Path) -> None:
    files, key = [], open_key()
    for number, (slug, kind) in enumerate(CASES[::3]):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(signed(drawn_by(case(slug, kind), another(KINDS[kind]()), THEMES[slug]()), key))

    verdicts = ask_verapdf(files)

    for file in files:
        for standard in (ARCHIVAL, ACCESSIBLE):
            assert verdicts[file, standard].conforms, verdicts[file, standard].reasons


@pytest.mark.parametrize("lines", [3, 40])
def test_every_judge_accepts_a_signed_compiled_document(
    lines: int, authority: Authority, open_key: OpenKey, tmp_path: Path
) -> None:
    example = of_lines("evidence", lines)
    document = another(example)
    paper = tmp_path / "permit.pdf"

    paper.write_bytes(signed(compiled(example, document, load_preset("nunoa")), open_key()))

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


def moving(document: Mapping[str, Any], *rest: Any) -> str:
    wide = len(document["folio"]) > 7
    return page_html({**document, "shifted_date_note": "Copia"} if wide else document, *rest)


def test_a_template_that_cannot_be_compiled_still_gives_documents(caplog: pytest.LogCaptureFixture) -> None:
    programs, theme = Programs(moving), load_preset("nunoa")

    drawn = [draw_permit(permit(), theme, programs) for _ in range(3)]

    assert drawn == [render_permit(permit(), theme)] * 3
    assert "mueve lo que debe quedar fijo" in caplog.text


def test_letters_that_the_font_writes_otherwise_are_compiled_as_they_are_printed() -> None:
    programs, theme = Programs(), load_preset("nunoa")
    decomposed = replace(permit(), owner_name="N\u0303un\u0303oz\u00ad")

    drawn = [draw_permit(document, theme, programs) for document in (permit(), permit(), decomposed)]

    assert isinstance(drawn[2], Prepared)
    assert drawn[2].values["owner_name"] == "Ñuñoz"


def test_a_document_of_more_values_than_there_are_probes_is_composed() -> None:
    document = of_lines("evidence", 200)

    with pytest.raises(NotCompilable, match="valores"):
        compile_page(document, load_preset("nunoa"))

    assert len(PdfReader(io.BytesIO(render_permit(document, load_preset("nunoa")))).pages) > 5


@pytest.mark.parametrize("text", ["https://a.example/v/1/AAAA", "ñ" * 20, "x"])
def test_a_matrix_is_a_code_that_says_the_text(text: str, tmp_path: Path) -> None:
    maker = matrix_maker(len(text.encode()))
    row = 8 * ((maker.modules + 7) // 8)
    path = tmp_path / "code.png"

    rows = Image.frombytes("1", (row, maker.modules), maker.picture(text.encode()))

    rows.crop((0, 0, maker.modules, maker.modules)).save(path)
    assert read_qr(path) == text
