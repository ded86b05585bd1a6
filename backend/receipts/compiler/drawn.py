"""What a composed page shows and where, read from its content stream (ISO 32000-1, 9.4: text objects)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backend.receipts.formats.content import Instruction, instructions, string_of
from backend.receipts.formats.faults import TemplateFault, shortened
from backend.receipts.formats.marking import IDENTITY, Letters, Matrix, matrix, multiplied
from backend.shared.text import Text

_NOT_BY_ITSELF = Text(
    es="un texto no es un párrafo por sí solo: «{text}». Póngalo en un párrafo propio",
    en="a text is not a paragraph by itself: “{text}”. Put it into a paragraph of its own",
)
_SET_OTHERWISE = Text(
    es="un texto se dibuja de una forma que aquí no se conoce ({operator}): quite justificación, espaciado de letras o "
    "palabras, subíndices y superíndices",
    en="a text is set in a way that is not known here ({operator}): take away justification, spacing of letters or "
    "words, subscripts and superscripts",
)
_TURNED = Text(
    es="un texto está girado o estirado: «{text}». Escríbalo derecho",
    en="a text is turned or stretched: “{text}”. Write it upright",
)


class PageUnclear(TemplateFault):
    """Raised by `read_page`: the page is drawn in a way that is not known here."""


@dataclass(frozen=True)
class Style:
    """Name of the font's resource, its size in points and the operands of its colour (8.6.8)."""

    font: bytes
    size: float
    colour: bytes


@dataclass(frozen=True)
class Line:
    """A line of text: its left end and its base line, in points from the lower left corner of the page."""

    x: float
    y: float
    text: str
    style: Style


@dataclass(frozen=True)
class Block:
    """A text object and the marked content around it (14.6): one paragraph. `start`, `end`: its bytes."""

    start: int
    end: int
    opening: bytes
    lines: tuple[Line, ...]
    strings: tuple[tuple[int, int, bytes, str], ...]
    """Start and end of each string that is shown, the font that shows it, and its text."""

    @property
    def letters(self) -> str:
        """All that it shows, without spaces."""
        return "".join("".join(line.text for line in self.lines).split())


def read_page(content: bytes, fonts: Mapping[bytes, Letters]) -> list[Block]:
    """Read every text object of a marked page, in its order. Raises `PageUnclear`."""
    transform, kept, blocks = IDENTITY, [], []
    page = list(instructions(content))
    opening: Instruction | None = None
    place = 0
    while place < len(page):
        here = page[place]
        match here.operator:
            case b"q":
                kept.append(transform)
            case b"Q":
                transform = kept.pop()
            case b"cm":
                transform = multiplied(matrix(here.operands), transform)
            case b"BDC" | b"BMC":
                opening = here
            case b"EMC":
                opening = None
            case b"BT":
                last = next(later for later in range(place, len(page)) if page[later].operator == b"ET")
                lines, strings = _Text(transform, fonts).read(page[place : last + 1])
                if lines and opening is not None:
                    blocks.append(_block(content, opening, page[last + 1], lines, strings))
                place = last
            case _:
                pass
        place += 1
    return blocks


def _block(
    content: bytes,
    opening: Instruction,
    closing: Instruction,
    lines: list[Line],
    strings: list[tuple[int, int, bytes, str]],
) -> Block:
    if closing.operator != b"EMC":
        raise PageUnclear(_NOT_BY_ITSELF, text=shortened(" ".join(line.text for line in lines)))
    words = content[opening.start : opening.end]
    return Block(opening.start, closing.end, words, tuple(lines), tuple(strings))


class _Text:
    """The state of a text object (9.4.1): its line matrix, leading, font and colour."""

    def __init__(self, transform: Matrix, fonts: Mapping[bytes, Letters]) -> None:
        self._transform, self._fonts = transform, fonts
        self._line = IDENTITY
        self._leading = 0.0
        self._font, self._size, self._colour = b"", 0.0, b"0 0 0"
        self._goes_on = False
        """The next string follows the last one on its line."""

    def read(self, steps: list[Instruction]) -> tuple[list[Line], list[tuple[int, int, bytes, str]]]:
        lines: list[Line] = []
        strings: list[tuple[int, int, bytes, str]] = []
        for step in steps:
            match step.operator:
                case b"Tm":
                    self._goes_on = False
                    self._line = matrix(step.operands)
                case b"Td":
                    self._move(*map(float, step.operands))
                case b"T*":
                    self._move(0.0, -self._leading)
                case b"TL":
                    self._leading = float(step.operands[0])
                case b"Tf":
                    self._font, self._size = step.operands[0][1:], float(step.operands[1])
                case b"rg":
                    self._colour = b" ".join(step.operands)
                case b"Tj":
                    text = self._text(step)
                    strings.append((step.start, step.end, self._font, text))
                    if self._goes_on and lines and lines[-1].style == self._style():
                        lines[-1] = replace(lines[-1], text=lines[-1].text + text)
                    elif text.strip():
                        lines.append(self._shown(text))
                        self._goes_on = True
                case b"BT" | b"ET":
                    pass
                case unknown:
                    raise PageUnclear(_SET_OTHERWISE, operator=unknown.decode("latin-1"))
        return lines, strings

    def _move(self, across: float, up: float) -> None:
        self._goes_on = False
        self._line = multiplied((1.0, 0.0, 0.0, 1.0, across, up), self._line)

    def _text(self, step: Instruction) -> str:
        letters = self._fonts[self._font]
        return "".join(letters.get(code, "\ufffd") for code in string_of(step.operands[0]))

    def _shown(self, text: str) -> Line:
        a, b, c, d, x, y = multiplied(self._line, self._transform)
        if (a, b, c, d) != (1.0, 0.0, 0.0, 1.0):
            raise PageUnclear(_TURNED, text=shortened(text))
        return Line(x, y, text, self._style())

    def _style(self) -> Style:
        return Style(self._font, self._size, self._colour)
