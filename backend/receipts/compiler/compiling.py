"""From a template to a program: what is always the same on a page, and how its values are set."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from backend.receipts.compiler import refusals
from backend.receipts.compiler.comparing import NEAR, SAME, compare_pages, moved_text
from backend.receipts.compiler.drawn import Block, read_page
from backend.receipts.compiler.fonts import Face, faces
from backend.receipts.compiler.paragraphs import Alignment, Anchor, Broken, DoesNotFit, Paragraph, break_lines
from backend.receipts.compiler.probes import MOST_PROBES, PROBE, Frame, listening, long_probe, short_probe
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.compiler.values import replaced, taken_apart
from backend.receipts.formats.archive import archival
from backend.receipts.formats.faults import TemplateFault, shortened
from backend.receipts.formats.fonts import letters_of
from backend.receipts.formats.structure import read_structure
from backend.receipts.formats.xmp import About
from backend.receipts.rendering import TEMPLATE, PermitDocument, composed, lines_of, page_html, written
from backend.receipts.rendering_checks import find_faults, together
from backend.receipts.rendering_fit import Setting, settings_for
from backend.shared.text import Text
from theming.plain_values import changed_values
from theming.tokens import Theme

PROBE_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000104944415478da63f8cff00f8818"
    "20140037be07f5ee0f46a90000000049454e44ae426082"
)
"""A picture of two by two points (PNG) in place of the QR code."""


@dataclass(frozen=True, eq=False)
class CompiledPage:
    """Pages of probes as an archive keeps them, what of each is always the same, and their paragraphs with values."""

    archived: bytes
    constants: tuple[bytes, ...]
    paragraphs: tuple[tuple[Paragraph, ...], ...]
    faces: Mapping[str, Face]
    """By name of the font's resource, without the slash."""

    names: Mapping[int, str]
    """The values by the number of their probe."""

    def drawn(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """Write the content of each page that differs from document to document. Raises `DoesNotFit`."""
        return tuple([b"".join([paragraph.set(values) for paragraph in page]) for page in self.paragraphs])


@dataclass(frozen=True)
class _Page:
    content: bytes
    blocks: Sequence[Block]


@dataclass(frozen=True)
class _Drawn:
    """A document of probes."""

    archived: bytes
    pages: Sequence[_Page]
    faces: Mapping[str, Face]
    heard: Mapping[str, tuple[str, frozenset[float]]]
    """Text and rooms of each paragraph, by its letters."""

    @property
    def blocks(self) -> list[Block]:
        """Give those of all pages."""
        return [block for page in self.pages for block in page.blocks]


Template = Callable[[Mapping[str, Any], Theme, Setting, bytes], str]
"""Gives the HTML of a document, as `rendering.page_html` does."""


def compile_page(document: PermitDocument, theme: Theme, template: Template = page_html) -> CompiledPage:
    """Compile the template for documents of the shape of this one. Raises `NotCompilable`, `RenderingFailed`."""
    if changed := changed_values(TEMPLATE):
        raise NotCompilable(reason=refusals.CHANGED_VALUES.format(places=", ".join(changed)))
    fields = written(document)
    refusal: NotCompilable | None = None
    for setting in settings_for(lines_of(document)):
        try:
            return _Compiler(fields, theme, setting, template).compiled()
        except _TakesOtherPages as other:  # as `render_permit` goes on to the next setting
            refusal = other
        except TemplateFault as unclear:
            reason = Text(es=told(unclear.reason.es, fields), en=told(unclear.reason.en, fields))
            raise NotCompilable(reason=reason) from unclear
    assert refusal is not None, "there is always a setting"
    raise refusal


class _TakesOtherPages(NotCompilable):
    """Raised where a setting does not give the pages that it was chosen for."""


class _Compiler:
    def __init__(self, document: Mapping[str, Any], theme: Theme, setting: Setting, template: Template) -> None:
        self._document, self._theme, self._setting, self._template = document, theme, setting, template
        self._values = taken_apart(document).values
        self._names = list(self._values)
        if len(self._names) > MOST_PROBES:
            raise NotCompilable(reason=refusals.TOO_MANY_VALUES.format(count=len(self._names), most=MOST_PROBES))

    def compiled(self) -> CompiledPage:
        """Draw probes of one line to learn the room of each paragraph, then of the document's lines, twice."""
        first = self._drawn(short_probe)
        self._find_every_value(first)
        frames = self._frames(first)
        broken = {name: self._broken(name, frame) for name, frame in frames.items()}

        def probe(number: int, *, wide: bool) -> str:
            lines = broken.get(self._names[number])
            if lines is None or len(lines.lines) == 1:
                return short_probe(number, wide=wide)
            frame = frames[self._names[number]]
            return long_probe(number, frame, lines=len(lines.lines), within_a_word=lines.is_within_a_word, wide=wide)

        narrow = self._drawn(lambda number: probe(number, wide=False))
        wide = self._drawn(lambda number: probe(number, wide=True))
        constants = tuple(self._constant(page, narrow.faces) for page in narrow.pages)
        for constant, page in zip(constants, wide.pages, strict=True):
            if constant != self._constant(page, wide.faces):
                moved = moved_text(narrow.blocks, wide.blocks)
                raise NotCompilable(reason=refusals.MOVES.format(text=moved) if moved else refusals.DRAWINGS_MOVE)
        paragraphs = self._paragraphs(narrow, wide)
        names = dict(enumerate(self._names))
        compiled = CompiledPage(narrow.archived, constants, paragraphs, narrow.faces, names)
        self._compare(compiled)
        return compiled

    def _compare(self, compiled: CompiledPage) -> None:
        """Have the document itself composed and drawn: whatever else may be unsafe shows here."""
        theirs = self._drawn(lambda number: self._values[self._names[number]])
        letters = {name.encode(): face.letters for name, face in compiled.faces.items()}
        try:
            drawn = compiled.drawn(self._values)
        except DoesNotFit as fault:
            raise NotCompilable(reason=refusals.BREAKS_OTHERWISE.format(text=shortened(str(fault)))) from fault
        for constant, own, page in zip(compiled.constants, drawn, theirs.pages, strict=True):
            compare_pages(read_page(constant + own, letters), page.blocks)

    def _drawn(self, probe: Callable[[int], str]) -> _Drawn:
        numbers = {name: number for number, name in enumerate(self._names)}
        document = replaced(self._document, lambda name, text: probe(numbers[name]))
        html = self._template(document, self._theme, self._setting, PROBE_PICTURE)
        with listening() as heard:
            pdf = composed(html)
        if found := find_faults(pdf, self._theme, pages=self._setting.pages):
            kind = NotCompilable if len(pdf.pages) == self._setting.pages else _TakesOtherPages
            raise kind(reason=refusals.FAULTS.format(faults=together(found)))
        archived = archival(pdf, read_structure(html), PROBE_ABOUT)
        pages, known = [], {}
        for page in PdfReader(io.BytesIO(archived)).pages:
            resources, contents = page["/Resources"].get_object(), page.get_contents()
            assert isinstance(resources, DictionaryObject)
            assert contents is not None
            content = contents.get_data()
            known.update(self._faces(resources))
            pages.append(_Page(content, read_page(content, letters_of(resources))))
        rooms: dict[str, tuple[str, frozenset[float]]] = {}
        for text, room in heard:
            letters = "".join(text.split())
            rooms[letters] = text, rooms.get(letters, ("", frozenset()))[1] | {room}
        return _Drawn(archived, pages, known, rooms)

    def _faces(self, resources: DictionaryObject) -> dict[str, Face]:
        known = faces(self._theme.document_font)
        fonts = resources["/Font"].get_object()
        assert isinstance(fonts, DictionaryObject)
        return {
            str(name)[1:]: known[str(font.get_object()["/BaseFont"]).rpartition("-")[2]] for name, font in fonts.items()
        }

    def _find_every_value(self, drawn: _Drawn) -> None:
        shown = {int(probe[1]) for block in drawn.blocks for probe in PROBE.finditer(block.letters)}
        if lost := [name for number, name in enumerate(self._names) if number not in shown]:
            raise NotCompilable(reason=refusals.NOT_VERBATIM.format(values=", ".join(lost)))

    def _frames(self, drawn: _Drawn) -> dict[str, Frame]:
        """Give the room of each value that is a paragraph of its own."""
        frames = {}
        for block in drawn.blocks:
            text, room = self._heard(drawn, block)
            style = block.lines[0].style
            if alone := PROBE.fullmatch(text):
                frames[self._name(alone[1], text)] = Frame(room, drawn.faces[style.font.decode()], style.size)
        return frames

    def _broken(self, name: str, frame: Frame) -> Broken:
        text = " ".join(self._values[name].split())
        try:
            return break_lines(text, frame.face, frame.size, frame.room)
        except KeyError as unknown:
            raise NotCompilable(reason=refusals.NO_LETTER.format(letters=unknown)) from unknown

    def _constant(self, page: _Page, faces: Mapping[str, Face]) -> bytes:
        """Give the content without the paragraphs that have values, its texts in the codes of the whole fonts."""
        pieces, taken = [], 0
        for block in page.blocks:
            if PROBE.search(block.letters):
                pieces.append(page.content[taken : block.start])
                taken = block.end
                continue
            for start, end, font, text in block.strings:
                try:
                    string = faces[font.decode()].encoded(text)
                except KeyError as unknown:
                    raise NotCompilable(reason=refusals.NO_LETTER.format(letters=unknown)) from unknown
                pieces += [page.content[taken:start], string, b" Tj"]
                taken = end
        return b"".join([*pieces, page.content[taken:]])

    def _paragraphs(self, narrow: _Drawn, wide: _Drawn) -> tuple[tuple[Paragraph, ...], ...]:
        paragraphs = []
        for pages in zip(narrow.pages, wide.pages, strict=True):
            ones, others = ([block for block in page.blocks if PROBE.search(block.letters)] for page in pages)
            if len(ones) != len(others):
                raise NotCompilable(reason=refusals.PARAGRAPHS_CHANGE)
            paragraphs.append(tuple(self._paragraph(*pair, narrow) for pair in zip(ones, others, strict=True)))
        return tuple(paragraphs)

    def _paragraph(self, one: Block, other: Block, drawn: _Drawn) -> Paragraph:
        text, room = self._heard(drawn, one)
        if not text:
            raise NotCompilable(reason=refusals.UNKNOWN_PARAGRAPH.format(text=self._told(one.letters)))
        pieces = PROBE.split(text)
        parts = tuple(self._name(piece, text) if place % 2 else piece for place, piece in enumerate(pieces))
        said = self._told(text if PROBE.search(text) else one.letters)
        styles = {line.style for line in (*one.lines, *other.lines)}
        if len(styles) != 1:
            raise NotCompilable(reason=refusals.SEVERAL_STYLES.format(text=said))
        style = styles.pop()
        face = drawn.faces[style.font.decode()]
        broken = break_lines(text, face, style.size, room)
        shown = tuple(line.text.strip() for line in one.lines)
        if broken.lines != shown or len(one.lines) != len(other.lines) or one.opening != other.opening:
            raise NotCompilable(reason=refusals.BREAKS_OTHERWISE.format(text=said))
        if any(abs(line.y - twin.y) > SAME for line, twin in zip(one.lines, other.lines, strict=True)):
            raise NotCompilable(reason=refusals.RISES.format(text=said))
        alignment = _alignment(one, other, face)
        if alignment is None:
            raise NotCompilable(reason=refusals.NO_ALIGNMENT.format(text=said))
        anchors = tuple(
            Anchor(line.x + alignment.value * face.width(line.text.strip(), style.size), line.y) for line in one.lines
        )
        return Paragraph(one.opening, parts, style, face, room, alignment, anchors, broken.is_within_a_word)

    def _heard(self, drawn: _Drawn, block: Block) -> tuple[str, float]:
        """Give the text of a paragraph with its spaces, and its room in points; an empty text: nobody heard of it."""
        text, rooms = drawn.heard.get(block.letters, ("", frozenset({0.0})))
        if max(rooms) - min(rooms) > NEAR and PROBE.search(text):
            raise NotCompilable(reason=refusals.TWO_ROOMS.format(text=self._told(text)))
        return text, min(rooms)

    def _name(self, number: str, text: str) -> str:
        if int(number) >= len(self._names):
            raise NotCompilable(reason=refusals.UNKNOWN_PARAGRAPH.format(text=self._told(text)))
        return self._names[int(number)]

    def _told(self, text: str) -> str:
        return shortened(told(text, self._document))


def told(text: str, document: Mapping[str, Any]) -> str:
    """Name the values of a text with probes as its author does: "Folio {folio}"."""
    names = dict(enumerate(taken_apart(document).values))
    return PROBE.sub(lambda found: "{" + names.get(int(found[1]), "?") + "}", text)


def _alignment(one: Block, other: Block, face: Face) -> Alignment | None:
    pairs = list(zip(one.lines, other.lines, strict=True))
    for alignment in (Alignment.LEFT, Alignment.RIGHT, Alignment.CENTRE):
        ends = [
            [line.x + alignment.value * face.width(line.text.strip(), line.style.size) for line in pair]
            for pair in pairs
        ]
        if all(abs(here - there) <= SAME for here, there in ends):
            return alignment
    return None


PROBE_ABOUT = About(
    title=short_probe(910), author=short_probe(911), subject=short_probe(912), issued_on=date(2000, 1, 1)
)
