"""Setting a paragraph as xhtml2pdf does: its text broken into lines, each at its place (ISO 32000-1, 9.4.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from backend.receipts.compiler.drawn import Style
from backend.receipts.compiler.fonts import Face

_MOST_REMEMBERED = 64
"""Texts of a paragraph. What differs in each document, a folio or a name, drives them out again."""


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
    paint: bytes
    """What sets its colour (8.6.8)."""

    def text(self, values: Mapping[str, str]) -> str:
        """Give what it says with these values."""
        said = list(self.parts)
        said[1::2] = [values[name] for name in said[1::2]]
        return " ".join("".join(said).split())

    def set(self, values: Mapping[str, str]) -> bytes:
        """Write it as marked content (14.6). Raises `DoesNotFit`."""
        return self._set(self.text(values))

    def _set(self, text: str) -> bytes:
        try:
            size = self.style.size
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
    def _beginning(self) -> bytes:
        style = self.style
        return b"%s\nBT /%s %s Tf %s " % (self.opening, style.font, number(style.size), self.paint)

    @cached_property
    def _one(self) -> bytes:
        return self._beginning + b"1 0 0 1 "

    @cached_property
    def _places(self) -> tuple[tuple[float, bytes, bytes], ...]:
        """For each line the abscissa of its anchor, the rest of its Tm, and all of it where it stands at the left."""
        ends = [(anchor.x, b" %s Tm " % number(anchor.y)) for anchor in self.anchors]
        return tuple((x, end, number(x) + end) for x, end in ends)


class Remembering:
    """A paragraph that sets once what many documents say: a colour, a rate."""

    __slots__ = ("_known", "_names", "_one", "_paragraph")

    def __init__(self, paragraph: Paragraph) -> None:
        self._paragraph = paragraph
        self._names = paragraph.parts[1::2]
        self._one = self._names[0] if len(self._names) == 1 else None
        self._known: dict[str | tuple[str, ...], bytes] = {}

    def set(self, values: Mapping[str, str]) -> bytes:
        """Do as the paragraph does."""
        said = values[self._one] if self._one else tuple([values[name] for name in self._names])
        written = self._known.get(said)
        if written is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            written = self._known[said] = self._paragraph.set(values)
        return written


def break_lines(text: str, face: Face, size: float, room: float) -> Broken:
    """Break a text where `Paragraph.breakLines` of xhtml2pdf 0.2.28 does with `overflow-wrap: anywhere`.

    Raises KeyError for a character that the face does not have.
    """
    if text and face.width(text, size) <= room:
        return Broken((text,), is_within_a_word=False)
    words = text.split(" ")
    pieces = [piece for word in words for piece in _pieces(word, face, size, room)]
    space = face.width(" ", size)
    lines: list[list[str]] = []
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
    return Broken(said, is_within_a_word=len(pieces) != len(words))


def _pieces(word: str, face: Face, size: float, room: float) -> Iterator[str]:
    if face.width(word, size) <= room:
        yield word
        return
    begins, taken = 0, 0.0
    for place, width in enumerate(face.width_of_each(word, size)):
        if place > begins and taken + width > room:
            yield word[begins:place]
            begins, taken = place, 0.0
        taken += width
    yield word[begins:]


def number(value: float) -> bytes:
    """Write a number as PDF has them (7.3.3): no exponents, six places at most."""
    return (b"%.6f" % value).rstrip(b"0").rstrip(b".")
