"""Setting a paragraph as xhtml2pdf does: its text broken into lines, each at its place (ISO 32000-1, 9.4.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from backend.receipts.compiler.drawn import Style
from backend.receipts.compiler.fonts import Face


class DoesNotFit(Exception):
    """Raised by `Paragraph.set`: with these values the page has another shape, or a character is not there.

    Its text is the paragraph with the names of its values, which nobody may ever read: it is written when asked for.
    """

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(parts)
        self._parts = parts

    def __str__(self) -> str:
        return "".join(f"{{{part}}}" if place % 2 else part for place, part in enumerate(self._parts))


class Alignment(Enum):
    """How much of a line lies to the left of its anchor."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True)
class Anchor:
    """Where a line is held, in points from the lower left corner of the page."""

    x: float
    y: float


@dataclass(frozen=True)
class Broken:
    """The lines of a text, and whether one ends within a word."""

    lines: tuple[str, ...]
    is_within_a_word: bool


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a compiled page. `parts`: texts that are always the same and, at odd places, names of values."""

    opening: bytes
    parts: tuple[str, ...]
    style: Style
    face: Face
    room: float
    """Points between its left and right edge."""

    alignment: Alignment
    anchors: tuple[Anchor, ...]
    is_within_a_word: bool

    def text(self, values: Mapping[str, str]) -> str:
        """Give what it says with these values."""
        if self._is_one_value:
            return " ".join(values[self.parts[1]].split())
        said = "".join(values[part] if place % 2 else part for place, part in enumerate(self.parts))
        return " ".join(said.split())

    def set(self, values: Mapping[str, str]) -> bytes:
        """Write it as marked content (14.6). Raises `DoesNotFit`."""
        try:
            text, size = self.text(values), self.style.size
            if len(self.anchors) == 1 and text and (width := self.face.width(text, size)) <= self.room:
                x, y, written = self._places[0]
                if self.alignment is not Alignment.LEFT:
                    written = number(x - self.alignment.value * width) + y
                return b"".join((self._one, written, self.face.encoded(text), b" Tj\nET\nEMC\n"))
            broken = break_lines(text, self.face, size, self.room)
            if len(broken.lines) != len(self.anchors) or broken.is_within_a_word != self.is_within_a_word:
                raise DoesNotFit(self.parts)
            pieces = [self._beginning]
            for line, (x, y, written) in zip(broken.lines, self._places, strict=True):
                if self.alignment is not Alignment.LEFT:
                    written = number(x - self.alignment.value * self.face.width(line, size)) + y
                pieces += (b"1 0 0 1 ", written, self.face.encoded(line), b" Tj\n")
        except KeyError as unknown:
            raise DoesNotFit(self.parts) from unknown
        pieces.append(b"ET\nEMC\n")
        return b"".join(pieces)

    @cached_property
    def _is_one_value(self) -> bool:
        return len(self.parts) == 3 and not self.parts[0].strip() and not self.parts[2].strip()

    @cached_property
    def _beginning(self) -> bytes:
        style = self.style
        return b"%s\nBT /%s %s Tf %s rg " % (self.opening, style.font, number(style.size), style.colour)

    @cached_property
    def _one(self) -> bytes:
        return self._beginning + b"1 0 0 1 "

    @cached_property
    def _places(self) -> tuple[tuple[float, bytes, bytes], ...]:
        """For each line the abscissa of its anchor, the rest of its Tm, and all of it where it stands at the left."""
        ends = [(anchor.x, b" %s Tm " % number(anchor.y)) for anchor in self.anchors]
        return tuple((x, end, number(x) + end) for x, end in ends)


def break_lines(text: str, face: Face, size: float, room: float) -> Broken:
    """Break a text where `Paragraph.breakLines` of xhtml2pdf 0.2.28 does with `overflow-wrap: anywhere`.

    Raises KeyError for a character that the face does not have.
    """
    whole = face.width(text, size)
    if whole <= room and text:
        return Broken((text,), is_within_a_word=False)
    space = face.width(" ", size)
    lines: list[list[str]] = []
    pieces = [piece for word in text.split(" ") for piece in _pieces(word, face, size, room)]
    taken = 0.0
    for piece in pieces:
        width = face.width(piece, size)
        if lines and taken + space + width <= room:
            lines[-1].append(piece)
            taken += space + width
        else:
            lines.append([piece])
            taken = width
    said = tuple(" ".join(line) for line in lines)
    return Broken(said, is_within_a_word=len(pieces) != len(text.split(" ")))


def _pieces(word: str, face: Face, size: float, room: float) -> Iterator[str]:
    if face.width(word, size) <= room:
        yield word
        return
    piece, taken = "", 0.0
    for letter in word:
        width = face.width(letter, size)
        if piece and taken + width > room:
            yield piece
            piece, taken = "", 0.0
        piece += letter
        taken += width
    yield piece


def number(value: float) -> bytes:
    """Write a number as PDF has them (7.3.3): no exponents, six places at most."""
    return (b"%.6f" % value).rstrip(b"0").rstrip(b".")
