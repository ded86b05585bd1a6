"""What xhtml2pdf makes of a template with probes: the pages, what they show where, and the room of each paragraph."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from backend.receipts.compiler import refusals
from backend.receipts.compiler.drawn import Block, read_page
from backend.receipts.compiler.fonts import Face, faces
from backend.receipts.compiler.probes import PROBE_ABOUT, PROBE_PICTURE, listening
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.formats.archive import archival
from backend.receipts.formats.fonts import letters_of
from backend.receipts.formats.structure import read_structure
from backend.receipts.rendering import composed
from backend.receipts.rendering_checks import find_faults, together
from backend.receipts.rendering_fit import Setting
from theming.stacks import DocumentFont
from theming.tokens import Theme

Template = Callable[[Mapping[str, Any], Theme, Setting, bytes], str]
"""Gives the HTML of a document, as `rendering.page_html` does."""

_DIGITS = 3
"""Of the size of letters: what is drawn has six."""


class TakesOtherPages(NotCompilable):
    """Raised where a setting does not give the pages that it was chosen for."""


@dataclass(frozen=True)
class Page:
    """The content of a page and the text objects in it."""

    content: bytes
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Drawn:
    """A document of probes."""

    archived: bytes
    pages: Sequence[Page]
    faces: Mapping[str, Face]
    heard: Mapping[tuple[str, float], tuple[str, frozenset[float]]]
    """Text and rooms of each paragraph, by its letters and their size."""

    @property
    def blocks(self) -> list[Block]:
        """Give those of all pages."""
        return [block for page in self.pages for block in page.blocks]

    def heard_of(self, block: Block) -> tuple[str, frozenset[float]]:
        """Give the text of a paragraph with its spaces, and its rooms in points; an empty text: nobody heard of it."""
        known_as = block.letters, round(block.lines[0].style.size, _DIGITS)
        return self.heard.get(known_as, ("", frozenset({0.0})))


def draw(document: Mapping[str, Any], theme: Theme, setting: Setting, template: Template) -> Drawn:
    """Have a document drawn and read it back. Raises `NotCompilable`, `TakesOtherPages`, `TemplateFault`."""
    html = template(document, theme, setting, PROBE_PICTURE)
    with listening() as heard:
        pdf = composed(html)
    if found := find_faults(pdf, theme, pages=setting.pages):
        kind = NotCompilable if len(pdf.pages) == setting.pages else TakesOtherPages
        raise kind(reason=refusals.FAULTS.format(faults=together(found)))
    archived = archival(pdf, read_structure(html), PROBE_ABOUT)
    pages, known = [], {}
    for page in PdfReader(io.BytesIO(archived)).pages:
        resources, contents = page["/Resources"].get_object(), page.get_contents()
        assert isinstance(resources, DictionaryObject)
        assert contents is not None
        content = contents.get_data()
        known.update(_faces(resources, theme.document_font))
        pages.append(Page(content, read_page(content, letters_of(resources))))
    rooms: dict[tuple[str, float], tuple[str, frozenset[float]]] = {}
    for text, size, room in heard:
        known_as = "".join(text.split()), round(size, _DIGITS)
        rooms[known_as] = text, rooms.get(known_as, ("", frozenset()))[1] | {room}
    return Drawn(archived, pages, known, rooms)


def _faces(resources: DictionaryObject, font: DocumentFont) -> dict[str, Face]:
    known = faces(font)
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    return {
        str(name)[1:]: known[str(each.get_object()["/BaseFont"]).rpartition("-")[2]] for name, each in fonts.items()
    }
