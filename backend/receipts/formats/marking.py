"""Finding every text and picture of a document on its pages, and marking it there (ISO 32000-1, 14.6 and 14.8.2).

xhtml2pdf draws in the order of the HTML, so the two are read side by side, letter by letter. Whatever is drawn without
being said in the HTML, or the other way round, is a fault: the marked pages say exactly what the document says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backend.receipts.formats.content import Instruction, instructions, string_of
from backend.receipts.formats.faults import TemplateFault, shortened
from backend.receipts.formats.structure import ARTIFACT, Element, Printed, Structure, without_spaces
from backend.shared.text import Text

#: Operators that begin a path, and that paint or drop it: nothing may be marked in between (8.5.2, 8.5.3).
_BEGINS_PATH = (b"m", b"re")
_ENDS_PATH = (b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n")
_SHOWS_TEXT = (b"Tj", b"'")
_SHOWS_TEXT_OTHERWISE = (b"TJ", b'"')

Matrix = tuple[float, float, float, float, float, float]
Letters = Mapping[int, str]
"""What the codes of a simple font print (9.10.3)."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_REPEATED = b"/Artifact <</Type /Pagination>> BDC\n"
_DRAWN = b"/Artifact BMC\n"
"""Openings of what is not read: what a page repeats of another (14.8.2.2.2), and lines and colours."""


_A_PICTURE = Text(es="una imagen", en="a picture")
_NOTHING = Text(es="nada más", en="nothing more")
_ORDER = Text(
    es="Lo que se dibuja en otro orden que el escrito (float, position, columnas) no se puede leer en voz alta",
    en="What is drawn in another order than it is written (float, position, columns) cannot be read aloud",
)
_NOT_SHOWN = Text(
    es="la página no muestra: {text}. Quite lo que lo oculta (display, visibility)",
    en="the page does not show: {text}. Take away what hides it (display, visibility)",
)
_CUT = Text(
    es="un párrafo sigue en otra página: «{text}». Póngalo entero después del salto de página",
    en="a paragraph goes on on another page: “{text}”. Put all of it after the page break",
)
_FONT = Text(
    es="un texto usa una letra que no es la del documento: use solo DocumentFont",
    en="a text is printed in a font that cannot be read back: use DocumentFont only",
)
_SET_OTHERWISE = Text(
    es="un texto se dibuja de una forma que aquí no se conoce ({operator}): quite justificación y espaciado de letras",
    en="a text is printed in a way that is not known here ({operator}): take away justification and letter spacing",
)
_OTHERWISE = Text(
    es="la página muestra «{text}» donde la plantilla dice «{expected}». No cambie el texto con estilos "
    "(text-transform, guiones, content). " + _ORDER.es,
    en="the page shows “{text}” where the template says “{expected}”. Do not change texts by styles (text-transform, "
    "hyphens, content). " + _ORDER.en,
)
_AS_ONE = Text(
    es="dos partes de la plantilla se dibujan como una: «{text}». Póngalas en párrafos distintos",
    en="two parts of the template are drawn as one: “{text}”. Put them into different paragraphs",
)
_PICTURE = Text(
    es="la página muestra una imagen donde la plantilla no la tiene: las imágenes van con <img>, no en estilos",
    en="the page shows a picture where the template has none: pictures are given by <img>, not by styles",
)
_NEVER_ENDS = Text(
    es="lo que comienza {operator} no termina: la composición falló",
    en="what {operator} begins never ends: composing failed",
)


class MarkingFailed(TemplateFault):
    """Raised by `mark`: the page does not show what the HTML says, or not in its order."""


@dataclass
class Marked:
    """A page whose content is marked: `elements[n]` is what the content with the identifier (MCID) n belongs to."""

    content: bytes
    elements: list[Element] = field(default_factory=list)
    boxes: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)
    """Left, bottom, right and top of pictures in points, by their place in `elements`."""

    unbroken: dict[int, str] = field(default_factory=dict)
    """By place in `elements`: the text of which a word, as an address, goes on in the next line."""


def mark(contents: Sequence[bytes], structure: Structure, fonts: Mapping[bytes, Letters]) -> list[Marked]:
    """Mark each text and picture of each page with its element, and all else as an artifact.

    `fonts`: by resource name, without the slash. Raises `MarkingFailed`, `ContentUnclear`.
    """
    waiting = list(structure.printed)
    pages = [_Page(waiting, fonts, () if number == 0 else structure.repeated) for number in range(len(contents))]
    marked = [page.marked(content) for page, content in zip(pages, contents, strict=True)]
    if waiting:
        raise MarkingFailed(_NOT_SHOWN, text=shortened(waiting[0].text) or _A_PICTURE)
    return marked


class _Page:
    def __init__(self, waiting: list[Printed], fonts: Mapping[bytes, Letters], repeated: Sequence[Printed]) -> None:
        """`waiting`: what is yet to be shown, of which this page takes its part."""
        self._waiting = waiting
        self._repeated = repeated
        self._elements: list[Element] = []
        self._boxes: dict[int, tuple[float, float, float, float]] = {}
        self._unbroken: dict[int, str] = {}
        self._fonts = fonts
        self._rest = ""
        self._transform = IDENTITY
        self._kept: list[Matrix] = []

    def marked(self, content: bytes) -> Marked:
        self._waiting[:0] = self._repeated
        pieces: list[bytes] = []
        taken = 0
        for start, end, opening in self._openings(list(instructions(content))):
            pieces += [content[taken:start], opening, content[start:end], b"\nEMC"]
            taken = end
        pieces.append(content[taken:])
        if self._rest:
            raise MarkingFailed(_CUT, text=shortened(self._waiting[0].text))
        return Marked(b"".join(pieces), self._elements, self._boxes, self._unbroken)

    def _openings(self, page: Sequence[Instruction]) -> Iterator[tuple[int, int, bytes]]:
        """Give where each piece of content begins and ends, and how it is opened."""
        place = 0
        while place < len(page):
            here = page[place]
            last = place
            match here.operator:
                case b"BT":
                    last = _end_of(page, place, (b"ET",))
                    lines = self._shown_by(page[place : last + 1])
                    if lines:
                        yield here.start, page[last].end, self._opening_of_text(lines)
                case operator if operator in _BEGINS_PATH:
                    last = _end_of(page, place, _ENDS_PATH)
                    yield here.start, page[last].end, _DRAWN
                case b"Do":
                    yield here.start, here.end, self._opening_of_picture()
                case b"sh":
                    yield here.start, here.end, _DRAWN
                case b"q":
                    self._kept.append(self._transform)
                case b"Q":
                    self._transform = self._kept.pop()
                case b"cm":
                    self._transform = multiplied(matrix(here.operands), self._transform)
                case _:
                    pass
            place = last + 1

    def _shown_by(self, block: Sequence[Instruction]) -> list[str]:
        """Give what a text object shows (9.4), in pieces. reportlab names the font in each that shows anything."""
        shown: list[str] = []
        letters = None
        for step in block:
            if step.operator == b"Tf":
                letters = self._fonts.get(step.operands[0][1:])
            elif step.operator in _SHOWS_TEXT:
                if letters is None:
                    raise MarkingFailed(_FONT)
                shown.append("".join(letters.get(code, "\ufffd") for code in string_of(step.operands[-1])))
            elif step.operator in _SHOWS_TEXT_OTHERWISE:
                raise MarkingFailed(_SET_OTHERWISE, operator=step.operator.decode("latin-1"))
        return shown

    def _opening_of_text(self, lines: Sequence[str]) -> bytes:
        text = " ".join(lines)
        letters = without_spaces(text)
        if not letters:
            return _DRAWN
        said = " ".join(self._waiting[0].text.split()) if self._waiting else ""
        element = self._take(letters, text)
        if element is not ARTIFACT and letters == without_spaces(said) and text.split() != said.split():
            self._unbroken[len(self._elements)] = said
        return self._opening_of(element)

    def _take(self, letters: str, text: str) -> Element:
        """Take that many letters from what is yet to come; they must belong to one element."""
        owner: Element | None = None
        while letters:
            if not self._rest and self._waiting:
                self._rest = without_spaces(self._waiting[0].text)
            length = min(len(letters), len(self._rest))
            if not length or letters[:length] != self._rest[:length]:
                expected = shortened(self._waiting[0].text) if self._waiting else _NOTHING
                raise MarkingFailed(_OTHERWISE, text=shortened(text), expected=expected)
            if owner is not None and owner is not self._waiting[0].element:
                raise MarkingFailed(_AS_ONE, text=shortened(text))
            owner = self._waiting[0].element
            letters, self._rest = letters[length:], self._rest[length:]
            if not self._rest:
                self._waiting.pop(0)
        assert owner is not None
        return owner

    def _opening_of_picture(self) -> bytes:
        if self._rest or not self._waiting or self._waiting[0].text:
            raise MarkingFailed(_PICTURE)
        shown = self._waiting.pop(0).element
        if shown is not ARTIFACT:
            self._boxes[len(self._elements)] = _box(self._transform)
        return self._opening_of(shown)

    def _opening_of(self, element: Element) -> bytes:
        if element is ARTIFACT:
            return _REPEATED
        self._elements.append(element)
        return b"/%s <</MCID %d>> BDC\n" % (element.kind.encode("ascii"), len(self._elements) - 1)


def _end_of(page: Sequence[Instruction], start: int, operators: Sequence[bytes]) -> int:
    for place in range(start, len(page)):
        if page[place].operator in operators:
            return place
    raise MarkingFailed(_NEVER_ENDS, operator=page[start].operator.decode("latin-1"))


def matrix(operands: Sequence[bytes]) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


def multiplied(one: Matrix, other: Matrix) -> Matrix:
    """`one` before `other`. Source: 8.3.4."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _box(transform: Matrix) -> tuple[float, float, float, float]:
    """Where the unit square of a picture (8.9.3) comes to lie."""
    a, b, c, d, e, f = transform
    across, upwards = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return min(across), min(upwards), max(across), max(upwards)
