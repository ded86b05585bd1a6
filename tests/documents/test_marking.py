"""Reading a template's structure and finding it on the page: what is unclear is refused, never guessed."""

import pytest

from backend.receipts.formats.content import ContentUnclear, instructions, string_of
from backend.receipts.formats.marking import Marked, MarkingFailed, mark
from backend.receipts.formats.structure import Structure, StructureUnclear, read_structure

LETTERS = {b"F1": {code: chr(code) for code in range(32, 127)}}
TWO_PARTS = "<h1>Permiso</h1><p>Total pagado</p>"


def text(shown: bytes) -> bytes:
    return b"BT /F1 9 Tf 1 0 0 1 0 0 Tm (" + shown + b") Tj ET\n"


def mark_page(content: bytes, structure: Structure) -> Marked:
    return mark([content], structure, LETTERS)[0]


def test_each_text_is_marked_with_what_it_is() -> None:
    page = mark_page(text(b"Permiso") + text(b"Total ") + text(b"pagado"), read_structure(TWO_PARTS))

    assert [element.kind for element in page.elements] == ["H1", "P", "P"]
    assert page.content.startswith(b"/H1 <</MCID 0>> BDC\nBT /F1 9 Tf 1 0 0 1 0 0 Tm (Permiso) Tj ET\nEMC")
    assert page.content.count(b"EMC") == 3


def test_lines_colours_and_spaces_are_artifacts() -> None:
    drawing = b"q 1 0 0 RG n 0 0 m 9 9 l S 0 0 5 5 re f* Q\n"

    page = mark_page(drawing + text(b" ") + text(b"Permiso"), read_structure("<h1>Permiso</h1>"))

    assert page.content.count(b"/Artifact BMC") == 3
    assert b"/Artifact BMC\n0 0 m 9 9 l S\nEMC" in page.content
    assert len(page.elements) == 1


@pytest.mark.parametrize(
    ("drawn", "reason"),
    [
        (text(b"Permiso"), "does not show: Total pagado"),
        (text(b"Total pagado") + text(b"Permiso"), "where the template says “Permiso”"),
        (text(b"Permiso") + text(b"Total pagado") + text(b"2"), "where the template says “nothing more”"),
        (text(b"Permiso Total pagado"), "two parts of the template are drawn as one"),
        (text(b"Permiso") + b"q 9 0 0 9 0 0 cm /Im1 Do Q", "a picture where the template has none"),
        (b"BT /F2 9 Tf (Permiso) Tj ET", "cannot be read back"),
        (b"BT /F1 9 Tf [(Per) 20 (miso)] TJ ET", "in a way that is not known"),
        (b"0 0 m 9 9 l", "never ends"),
    ],
    ids=["missing", "turned round", "too much", "as one", "picture", "font", "operator", "path"],
)
def test_a_page_that_says_something_else_than_its_template_is_refused(drawn: bytes, reason: str) -> None:
    with pytest.raises(MarkingFailed, match=reason):
        mark_page(drawn, read_structure(TWO_PARTS))


ON_TWO_PAGES = (
    '<div role="contentinfo"><p>Foot</p></div><table><tr><td>one</td></tr></table>'
    '<p aria-hidden="true">Page 2</p><table role="group"><tr aria-hidden="true"><th>Head</th></tr>'
    "<tr><td>two</td></tr></table>"
)
FIRST = text(b"Foot") + text(b"one")


def test_a_table_that_goes_on_on_another_page_is_one_table_and_what_is_repeated_is_not_read() -> None:
    structure = read_structure(ON_TWO_PAGES)
    second = text(b"Foot") + text(b"Page 2") + text(b"Head") + text(b"two")

    one, two = mark([FIRST, second], structure, LETTERS)

    kinds = [element.kind for element in structure.document.everything()]
    assert kinds == ["Document", "Table", "TR", "TD", "TR", "TD", "Sect", "P"]
    assert [element.kind for element in one.elements] == ["P", "TD"]
    assert [element.kind for element in two.elements] == ["TD"]
    assert two.content.count(b"/Artifact <</Type /Pagination>> BDC") == 3
    assert b"/TD <</MCID 0>> BDC" in two.content


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (text(b"Page 2") + text(b"Head") + text(b"two"), "where the template says “Foot”"),
        (text(b"Foot") + text(b"Page 2") + text(b"two"), "where the template says “Head”"),
        (text(b"Foot") + text(b"Page 2") + text(b"Head") + text(b"tw"), "goes on on another page"),
        (text(b"Foot") + text(b"Page 2") + text(b"Head"), "does not show: two"),
    ],
    ids=["no foot", "no head", "cut", "missing"],
)
def test_a_second_page_must_show_what_the_template_says_as_well(second: bytes, reason: str) -> None:
    with pytest.raises(MarkingFailed, match=reason):
        mark([FIRST, second], read_structure(ON_TWO_PAGES), LETTERS)


def test_a_list_goes_on_as_a_table_does() -> None:
    item = '<tr><td><p role="term">RUT</p><p role="definition">1-9</p></td></tr></table>'

    structure = read_structure(f'<table role="list">{item}<table role="group">{item}')

    kinds = [element.kind for element in structure.document.everything()]
    assert kinds == ["Document", "L", "LI", "Lbl", "LBody", "LI", "Lbl", "LBody"]


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<div>Total</div>", "stands in no paragraph: “Total”"),
        ("<table><tr>Total</tr></table>", "stands in no paragraph"),
        ("<img src=x>", "no alternative text"),
        ('<table><tr><th scope="all">x</th></tr></table>', "neither col nor row"),
        ('<p role="term">RUT</p>', "outside a list"),
        ('<div role="list"><p role="definition">1-9</p></div>', "outside a list, or before its term"),
        ("<p><b>Total</p></b>", "ends a <b>"),
        ('<p>Total</p><table role="group"><tr><td>x</td></tr></table>', "goes on with no table"),
    ],
)
def test_a_template_that_does_not_say_what_something_is_is_refused(html: str, reason: str) -> None:
    with pytest.raises(StructureUnclear, match=reason):
        read_structure(html)


def test_tables_that_only_arrange_leave_no_trace() -> None:
    structure = read_structure('<table role="presentation"><tr><td><p>a</p></td><td></td></tr></table>')

    assert [element.kind for element in structure.document.everything()] == ["Document", "P"]


def test_a_string_is_read_with_all_its_escapes() -> None:
    assert string_of(rb"(a\(b\)\\ \001\12\n)") == b"a(b)\\ \x01\n\n"
    assert string_of(b"<48 6F6C6>") == b"Hol`"


@pytest.mark.parametrize("content", [b"BI /W 1 ID x EI", b"{ 1 add }", b"1 0 0"])
def test_content_that_is_not_known_is_refused(content: bytes) -> None:
    with pytest.raises(ContentUnclear):
        list(instructions(content))
