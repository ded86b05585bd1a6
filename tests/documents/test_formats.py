"""Documents that archives keep and screen readers read: PDF/A-2b and PDF/UA-1, for every theme and kind."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from backend.receipts.rendering import ChargeLine, PermitDocument, render_permit
from tests.documents.peers import ask
from tests.documents.samples import permit, receipt
from tests.documents.verapdf import ACCESSIBLE, ARCHIVAL, Verdict, ask_verapdf
from theming import load_preset, load_theme, preset_tokens
from theming.tokens import Theme, preset_slugs


def on_three_pages() -> PermitDocument:
    """Rows of every part go on on another page."""
    long = tuple(
        fact._replace(value=fact.value + " con una descripción que toma varias líneas") for fact in permit().vehicle
    )
    return replace(permit(), vehicle=long * 3, evidence=permit().evidence * 3, lines=permit().lines * 14)


KINDS: dict[str, Callable[[], PermitDocument]] = {
    "permit": permit,
    "receipt": receipt,
    "permit with one line": lambda: replace(permit(), lines=permit().lines[:1], evidence=()),
    "permit with many lines": lambda: replace(permit(), lines=permit().lines * 4, evidence=permit().evidence * 2),
    "receipt with a shifted date": lambda: replace(receipt(), shifted_date_note="Fecha de demostración. Sin valor."),
    "permit of forty lines": lambda: replace(permit(), lines=(permit().lines * 14)[:40]),
    "receipt of thirty lines": lambda: replace(receipt(), lines=receipt().lines * 10),
    "permit on three pages": on_three_pages,
    "permit of a long name": lambda: replace(permit(), owner_name="Lạc Thủy Ñuñoz & «Güell» " * 5),
}


def themes() -> Iterator[tuple[str, Theme]]:
    yield from ((slug, load_preset(slug)) for slug in preset_slugs())
    yield "no logo", load_theme(preset_tokens("nunoa"), None)


CASES = [(slug, kind) for slug, _ in themes() for kind in ("permit", "receipt")]
CASES += [("valdivia", kind) for kind in list(KINDS)[2:]]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Verdict]:
    """What veraPDF says of every case and standard; "bare" is a permit whose marks and metadata were taken away."""
    folder = tmp_path_factory.mktemp("formats")
    looks = dict(themes())
    files = {case: folder / f"{number}.pdf" for number, case in enumerate([*CASES, ("bare", "permit")])}
    for (slug, kind), path in files.items():
        path.write_bytes(bare_permit() if slug == "bare" else render_permit(KINDS[kind](), looks[slug]))
    said = ask_verapdf(list(files.values()))
    return {
        (*case, standard): said[path, standard] for case, path in files.items() for standard in (ARCHIVAL, ACCESSIBLE)
    }


def bare_permit() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(render_permit(permit(), load_preset("nunoa"))))
    for entry in ("/StructTreeRoot", "/MarkInfo", "/Metadata", "/OutputIntents"):
        del writer.root_object[NameObject(entry)]
    paper = io.BytesIO()
    writer.write(paper)
    return paper.getvalue()


@pytest.mark.parametrize(("slug", "kind"), CASES)
@pytest.mark.parametrize("standard", [ARCHIVAL, ACCESSIBLE])
def test_every_theme_and_kind_conforms(
    standard: str, slug: str, kind: str, verdicts: dict[tuple[str, str, str], Verdict]
) -> None:
    verdict = verdicts[slug, kind, standard]

    assert verdict.conforms, verdict.reasons


@pytest.mark.parametrize("standard", [ARCHIVAL, ACCESSIBLE])
def test_the_judge_refuses_a_page_without_marks(standard: str, verdicts: dict[tuple[str, str, str], Verdict]) -> None:
    assert not verdicts["bare", "permit", standard].conforms


def elements(pdf: bytes) -> list[Any]:
    """The elements of the structure tree in reading order: dictionaries of pypdf, whose values have no types."""
    root = PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"]
    assert isinstance(root, DictionaryObject)
    return list(_below(root))


def _below(element: DictionaryObject) -> Iterator[DictionaryObject]:
    for part in (part.get_object() for part in element.get("/K", [])):
        if isinstance(part, DictionaryObject) and "/S" in part:
            yield part
            yield from _below(part)


def read_aloud(pdf: bytes, folder: Path) -> list[str]:
    """What poppler finds by following the structure: the texts in the order in which they are read."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    printed = ask("pdfinfo", "-struct-text", str(path))
    return re.findall(r'^\s*"(.*)"$', printed, re.MULTILINE)


def outline(pdf: bytes) -> list[str]:
    return [str(element["/S"])[1:] for element in elements(pdf)]


def test_what_is_paid_is_a_table_with_rows_and_header_cells() -> None:
    document = permit()

    parts = outline(render_permit(document, load_preset("nunoa")))

    table = parts[parts.index("Table") :]
    rows = len(document.lines) + 2
    assert parts.count("Table") == 1
    assert parts.count("TR") == rows
    assert table[:7] == ["Table", "TR", "TH", "TH", "TH", "TH", "TH"]
    assert parts.count("TH") == 5 + len(document.lines) + 1
    assert parts.count("TD") == 4 * len(document.lines) + 1


def test_a_table_on_two_pages_is_one_table_with_each_row_once() -> None:
    document = replace(permit(), lines=permit().lines * 10)

    pdf = render_permit(document, load_preset("nunoa"))

    parts = outline(pdf)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert parts.count("Table") == 1
    assert parts.count("TR") == len(document.lines) + 2
    assert parts.count("TH") == 5 + len(document.lines) + 1
    assert parts[-3:] == ["Sect", "P", "P"]


def test_what_is_read_of_two_pages_is_everything_once_and_in_order(tmp_path: Path) -> None:
    lines = tuple(permit().lines[0]._replace(text=f"Cargo número {number}") for number in range(1, 31))
    document = replace(permit(), lines=lines)

    said = read_aloud(render_permit(document, load_preset("nunoa")), tmp_path)

    rows = [text for text in said if text.startswith("Cargo número")]
    assert rows == [line.text for line in lines]
    assert said.count("Concepto") == 1
    assert said.count(document.municipality) == 1, "beside the signature, not in the head of the second page"
    assert said.index("Total pagado") < said.index("Firma electrónica") < len(said) - 2
    assert "1 de 2" in said
    assert not any("Página 2" in text for text in said)


def test_labels_and_values_are_pairs_and_headings_begin_with_the_title() -> None:
    document = permit()

    parts = outline(render_permit(document, load_preset("valdivia")))

    pairs = len(document.vehicle) + len(document.evidence) + 3 + 3 + 2 + 4
    assert parts.count("LI") == parts.count("Lbl") == parts.count("LBody") == pairs
    assert [kind for kind in parts if kind.startswith("H")] == ["H1"] + ["H2"] * 6
    assert parts.count("Figure") == 2
    assert parts[0] == "Document"
    assert parts[-3:] == ["Sect", "P", "P"], "the foot is read last"


def test_cells_without_a_value_are_cells() -> None:
    document = replace(receipt(), lines=(ChargeLine("Aseo domiciliario", "", "", "DL 3.063 art. 9", "$14.210"),))

    parts = outline(render_permit(document, load_preset("nunoa")))

    assert parts.count("TD") == 4 + 1


def test_header_cells_say_what_they_head_and_the_total_spans_its_columns() -> None:
    cells = [part["/A"] for part in elements(render_permit(receipt(), load_preset("nunoa"))) if part["/S"] == "/TH"]

    assert [cell["/Scope"] for cell in cells] == ["/Column"] * 5 + ["/Row"] * 4
    assert cells[-1]["/ColSpan"] == 3


def test_pictures_say_what_they_show_and_where() -> None:
    parts = elements(render_permit(permit(), load_preset("nunoa")))

    logo, code = (part for part in parts if part["/S"] == "/Figure")
    assert logo["/Alt"] == "Municipalidad de Ñuñoa"
    assert code["/Alt"] == "Código QR que abre la dirección de verificación de este documento"
    left, bottom, right, top = code["/A"]["/BBox"]
    assert right - left == pytest.approx(80, abs=0.01)
    assert top - bottom == pytest.approx(80, abs=0.01)


def test_an_address_that_goes_on_in_the_next_line_is_read_as_one_word() -> None:
    document = permit()

    parts = elements(render_permit(document, load_preset("nunoa")))

    assert [part["/ActualText"] for part in parts if "/ActualText" in part] == [document.verification_url]


def test_nothing_is_kept_that_no_page_shows() -> None:
    pdf = render_permit(permit(), load_preset("nunoa"))

    contents = PdfReader(io.BytesIO(pdf)).pages[0].get_contents()

    assert contents is not None
    assert pdf.count(b"/ASCII85Decode") == 3, "two pictures and the transparency of one"
    assert b"/MCID 0" in contents.get_data()
