"""What a document says and in which parts, read from the HTML that it is drawn from.

HTML elements become the standard structure types of ISO 32000-1, 14.8.4. Where the HTML only arranges, the template
says what a thing is with the roles of WAI-ARIA: `presentation` (a table that is none), `list` with `term` and
`definition` (a label and its value), `rowheader`, `paragraph`, `group` (goes on with the table or list before it, on
another page) and `contentinfo` (printed on every page, read once and last). What is `aria-hidden`, such as the heads
that a page repeats, is printed and not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from backend.receipts.formats.faults import TemplateFault, shortened
from backend.shared.text import Text

_BY_TAG = {"h1": "H1", "h2": "H2", "h3": "H3", "p": "P", "table": "Table", "tr": "TR", "th": "TH", "td": "TD"}
_BY_ROLE = {"list": "L", "term": "Lbl", "definition": "LBody", "paragraph": "P", "rowheader": "TH"}
_PARTS_OF_A_TABLE = ("TR", "TH", "TD")
_HOLDS_TEXT = ("H1", "H2", "H3", "P", "TH", "TD", "Lbl", "LBody")
_KEPT_EMPTY = ("TH", "TD")
_VOID = ("meta", "img", "br", "hr", "link", "input")
_NOT_PRINTED = ("head", "style", "title", "script")
_SCOPES = {"col": "Column", "row": "Row"}
_GOES_ON = "group"


_ENDS_ANOTHER = Text(
    es="</{tag}> cierra un <{open}>: cada etiqueta se cierra en el orden inverso al que se abrió",
    en="</{tag}> ends a <{open}>: tags are ended in the opposite order",
)
_IN_NO_PARAGRAPH = Text(
    es="un texto no está en ningún párrafo: «{text}». Póngalo en <p>, en un título o en una celda",
    en="a text stands in no paragraph: “{text}”. Put it into <p>, a heading or a cell",
)
_NO_ALT = Text(
    es="una imagen no tiene texto alternativo: diga en alt qué muestra, para quien no la ve",
    en="a picture has no alternative text: say in alt what it shows, for who does not see it",
)
_GOES_ON_WITH_NOTHING = Text(
    es='role="group" sigue la tabla o lista anterior, y antes no hay ninguna. Quite el role o póngalo después de ella',
    en='role="group" goes on with no table and no list before it. Take the role away, or put it after one',
)
_OUTSIDE_A_LIST = Text(
    es='role="{role}" está fuera de una lista o antes de su término. Póngalo en role="list", después de un "term"',
    en='role="{role}" stands outside a list, or before its term. Put it into a role="list", after a "term"',
)
_NO_SCOPE = Text(
    es='una celda de encabezado no dice qué encabeza: escriba scope="col" o scope="row"',
    en='a header cell says neither col nor row: write scope="col" or scope="row"',
)


class StructureUnclear(TemplateFault):
    """Raised by `read_structure`: the template does not say what something is. The message names it."""


@dataclass(eq=False)
class Element:
    """A structure element: its type, its attributes for tables, the replacement text of a picture, its parts."""

    kind: str
    scope: str = ""
    columns: int = 1
    alt: str = ""
    parts: list["Element"] = field(default_factory=list)

    def everything(self) -> Iterator["Element"]:
        """Give the element and all that is in it, in reading order."""
        yield self
        for part in self.parts:
            yield from part.everything()


ARTIFACT = Element("Artifact")
"""Stands for all that is printed and not read (14.8.2.2); it is not in the tree."""


@dataclass(frozen=True)
class Printed:
    """A text, or a picture (no text), that a page shows for an element."""

    element: Element
    text: str = ""


@dataclass(frozen=True)
class Structure:
    """The tree in reading order, and what the pages print in the order of the HTML, which is that of drawing."""

    document: Element
    printed: tuple[Printed, ...]
    repeated: tuple[Printed, ...]
    """What every page after the first one begins with."""


def read_structure(html: str) -> Structure:
    """Read what a document is made of from its HTML. Raises `StructureUnclear`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    document = reader.document
    document.parts += reader.read_last
    shown = {id(printed.element) for printed in reader.printed}
    _drop_empty(document, shown)
    on_every_page = {id(element) for last in reader.read_last for element in last.everything()}
    repeated = tuple(
        Printed(ARTIFACT, printed.text) for printed in reader.printed if id(printed.element) in on_every_page
    )
    return Structure(document, tuple(reader.printed), repeated)


def _drop_empty(element: Element, shown: set[int]) -> None:
    for part in element.parts:
        _drop_empty(part, shown)
    element.parts = [part for part in element.parts if part.parts or id(part) in shown or part.kind in _KEPT_EMPTY]


@dataclass(frozen=True)
class _Open:
    """An open tag: the structure element that its content belongs to, and what its cells are."""

    tag: str
    element: Element
    arranges: bool
    """Inside a table whose rows and cells are none."""

    is_printed: bool
    is_read: bool
    """Not hidden from who cannot see it."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Element("Document")
        self.read_last: list[Element] = []
        self.printed: list[Printed] = []
        self._open = [_Open("", self.document, arranges=False, is_printed=True, is_read=True)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around, values = self._open[-1], {name: value or "" for name, value in attrs}
        is_read = around.is_read and values.get("aria-hidden") != "true"
        if tag == "img":
            self.printed.append(Printed(self._picture(around.element, values) if is_read else ARTIFACT))
        if tag in _VOID:
            return
        role = values.get("role", "")
        element = self._element_of(tag, role, values, around) if is_read else ARTIFACT
        arranges = _arranges(role, element) if tag == "table" else around.arranges
        is_printed = around.is_printed and tag not in _NOT_PRINTED
        self._open.append(_Open(tag, element, arranges, is_printed, is_read))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open[-1].tag != tag:
            raise StructureUnclear(_ENDS_ANOTHER, tag=tag, open=self._open[-1].tag)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        around = self._open[-1]
        if not around.is_printed or not without_spaces(data):
            return
        if around.is_read and around.element.kind not in _HOLDS_TEXT:
            raise StructureUnclear(_IN_NO_PARAGRAPH, text=shortened(data))
        self.printed.append(Printed(around.element, data))

    def _element_of(self, tag: str, role: str, values: dict[str, str], around: _Open) -> Element:
        if role == "contentinfo":
            last = Element("Sect")
            self.read_last.append(last)
            return last
        if role == _GOES_ON:
            return self._before(around.element, tag)
        kind = _BY_ROLE.get(role) or _BY_TAG.get(tag, "")
        is_arranging = role == "presentation" or (around.arranges and kind in _PARTS_OF_A_TABLE)
        if not kind or is_arranging:
            return around.element
        parent = around.element
        if kind in ("Lbl", "LBody"):
            parent = self._item_of(parent, role)
        return self._add(parent, _made(kind, values))

    def _picture(self, parent: Element, values: dict[str, str]) -> Element:
        if not values.get("alt"):
            raise StructureUnclear(_NO_ALT)
        return self._add(parent, Element("Figure", alt=values["alt"]))

    def _before(self, around: Element, tag: str) -> Element:
        """Give the table or list that another one goes on with."""
        before = around.parts[-1] if around.parts else around
        if tag != "table" or before.kind not in ("Table", "L"):
            raise StructureUnclear(_GOES_ON_WITH_NOTHING)
        return before

    def _item_of(self, around: Element, role: str) -> Element:
        """Give the item of a list that a term begins and its definition goes on with."""
        if around.kind == "L" and role == "term":
            return self._add(around, Element("LI"))
        if around.kind == "L" and around.parts:
            return around.parts[-1]
        raise StructureUnclear(_OUTSIDE_A_LIST, role=role)

    def _add(self, parent: Element, element: Element) -> Element:
        parent.parts.append(element)
        return element


def _arranges(role: str, table: Element) -> bool:
    return role in ("presentation", "list") or (role == _GOES_ON and table.kind == "L")


def _made(kind: str, values: dict[str, str]) -> Element:
    if kind not in ("TH", "TD"):
        return Element(kind)
    scope = _SCOPES.get(values.get("scope", "row"), "") if kind == "TH" else ""
    if kind == "TH" and not scope:
        raise StructureUnclear(_NO_SCOPE)
    return Element(kind, scope=scope, columns=int(values.get("colspan", "1")))


def without_spaces(text: str) -> str:
    """Give the text without anything that prints nothing: lines are broken anew on the page."""
    return "".join(text.split())
