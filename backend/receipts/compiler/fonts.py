"""Fonts with every character that compiled pages can show, instead of those that one page happens to show.

A font in a PDF is a subset: the glyphs that are used, under codes of the subset's own (ISO 32000-1, 9.6.2). reportlab
writes the subsets here as it does on every page, for a page that shows all the characters once.
"""

import codecs
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import cast

from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backend.receipts.formats.fonts import letters_of
from backend.receipts.rendering_glyphs import missing_characters
from theming.stacks import DocumentFont

_NOT_SHOWN = "\xa0\xad"
_SIZE = 10


@dataclass(frozen=True)
class Face:
    """A weight of a family: its object in a PDF, how characters are written, how wide they are in thousandths."""

    embedded: DictionaryObject
    strings: Mapping[str, bytes]
    """Each character as it is written in a string (7.3.4.2)."""

    widths: Mapping[str, float]
    letters: Mapping[int, str]
    """What its codes print."""

    def width(self, text: str, size: float) -> float:
        """Points that a text takes. Raises KeyError for a character that is not there."""
        return 0.001 * sum(map(self.widths.__getitem__, text)) * size

    def width_of_each(self, text: str, size: float) -> list[float]:
        """Points that each character of a text takes. Raises KeyError as `width`."""
        return [0.001 * width * size for width in map(self.widths.__getitem__, text)]

    def encoded(self, text: str) -> bytes:
        """Write a text as a string of this font. Raises KeyError as `width`."""
        try:
            return b"(%s)" % codecs.charmap_encode(text, "strict", self._written)[0]
        except UnicodeEncodeError as unknown:
            raise KeyError(text[unknown.start : unknown.end]) from unknown

    @cached_property
    def _written(self) -> dict[int, bytes]:
        return {ord(letter): string for letter, string in self.strings.items()}


@cache
def faces(font: DocumentFont) -> dict[str, Face]:
    """Give the faces of a family by their names, "Regular" and "Bold"."""
    paper = io.BytesIO()
    canvas = Canvas(paper, invariant=1)
    names = {}
    for weight, file in (("Regular", font.regular), ("Bold", font.bold)):
        names[weight] = f"compiled {font.code} {weight}"
        pdfmetrics.registerFont(TTFont(names[weight], str(file)))
        canvas.setFont(names[weight], _SIZE)
        canvas.drawString(0, 0, characters(font))
    canvas.save()
    resources = PdfReader(paper).pages[0]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    for resource, reference in list(fonts.items()):
        if "/FontDescriptor" not in cast(DictionaryObject, reference.get_object()):
            del fonts[resource]  # the Helvetica that reportlab always names
    letters = letters_of(resources)
    made = {}
    for resource, reference in fonts.items():
        embedded = reference.get_object()
        weight = str(embedded["/BaseFont"]).rpartition("-")[2]
        prints = letters[str(resource)[1:].encode()]
        strings = {letter: _escaped(code) for code, letter in prints.items()}
        assert set(characters(font)) <= set(strings), "the characters do not fit one subset"
        widths = pdfmetrics.getFont(names[weight]).face.charWidths
        made[weight] = Face(embedded, strings, {letter: widths[ord(letter)] for letter in characters(font)}, prints)
    return made


@cache
def characters(font: DocumentFont) -> str:
    """Give the characters that compiled pages show: those of Western Europe (cp1252) that the font has."""
    known = (bytes([code]).decode("cp1252", "ignore") for code in range(32, 256))
    wanted = "".join(letter for letter in known if letter and letter.isprintable() and letter not in _NOT_SHOWN)
    missing = missing_characters(wanted, font)
    return "".join(letter for letter in wanted if letter not in missing)


def _escaped(code: int) -> bytes:
    """Characters that end or escape a string, and line ends, which a reader would change (7.3.4.2)."""
    character = bytes([code])
    return b"\\%03o" % code if character in b"()\\\r\n" else character
