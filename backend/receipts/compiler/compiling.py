"""From a template to a program: what is always the same on a page, and how its values are set."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from backend.receipts.compiler.drawn import Block, Line, PageUnclear, read_page
from backend.receipts.compiler.fonts import Face, faces
from backend.receipts.compiler.paragraphs import Alignment, Anchor, Broken, DoesNotFit, Paragraph, break_lines
from backend.receipts.compiler.probes import PROBE, Frame, listening, long_probe, short_probe
from backend.receipts.compiler.values import replaced, taken_apart
from backend.receipts.formats.archive import archival
from backend.receipts.formats.content import ContentUnclear
from backend.receipts.formats.fonts import letters_of
from backend.receipts.formats.marking import MarkingFailed
from backend.receipts.formats.structure import StructureUnclear, read_structure
from backend.receipts.formats.xmp import About
from backend.receipts.rendering import PermitDocument, composed, lines_of, page_html, written
from backend.receipts.rendering_checks import find_faults
from backend.receipts.rendering_fit import Setting, settings_for
from backend.shared.errors import DomainError
from backend.shared.text import Text
from theming.tokens import Theme

_NEAR = 0.01
"""Points between where a line is composed and where it is drawn: nobody sees that."""

_SAME = 0.02
"""Points: what rounding to six digits leaves between two ends that are the same."""

PROBE_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000104944415478da63f8cff00f8818"
    "20140037be07f5ee0f46a90000000049454e44ae426082"
)
"""A picture of two by two points (PNG) in place of the QR code."""


class NotCompilable(DomainError):
    """Raised by `compile_page`: this template with these parts must be composed each time. Says why to its author."""

    code: ClassVar[str] = "receipts.not_compilable"
    message = Text(
        es="La plantilla no se puede compilar: {reason}. Los documentos se componen uno a uno.",
        en="The template cannot be compiled: {reason}. Documents are composed one by one.",
    )


@dataclass(frozen=True)
class CompiledPage:
    """A page of probes as an archive keeps it, what of its content is always the same, and its paragraphs."""

    archived: bytes
    constant: bytes
    paragraphs: tuple[Paragraph, ...]
    faces: Mapping[str, Face]
    """By name of the font's resource, without the slash."""

    names: Mapping[int, str]
    """The values by the number of their probe."""

    def drawn(self, values: Mapping[str, str]) -> bytes:
        """Write the content that differs from document to document. Raises `DoesNotFit`."""
        return b"".join(paragraph.set(values) for paragraph in self.paragraphs)


@dataclass(frozen=True)
class _Page:
    archived: bytes
    content: bytes
    faces: Mapping[str, Face]
    blocks: Sequence[Block]
    heard: Mapping[str, tuple[str, float]]
    """Text and room of each paragraph, by its letters."""


Template = Callable[[Mapping[str, Any], Theme, Setting, bytes], str]
"""Gives the HTML of a page, as `rendering.page_html` does."""


def compile_page(document: PermitDocument, theme: Theme, template: Template = page_html) -> CompiledPage:
    """Compile the template for pages of the shape of a document. Raises `NotCompilable`, `RenderingFailed`."""
    setting = next(settings_for(lines_of(document)))
    compiler = _Compiler(written(document), theme, setting, template)
    try:
        return compiler.compiled()
    except (PageUnclear, StructureUnclear, MarkingFailed, ContentUnclear) as fault:
        raise NotCompilable(reason=str(fault)) from fault


class _Compiler:
    def __init__(self, document: Mapping[str, Any], theme: Theme, setting: Setting, template: Template) -> None:
        self._document, self._theme, self._setting, self._template = document, theme, setting, template
        self._values = taken_apart(document).values
        self._names = list(self._values)

    def compiled(self) -> CompiledPage:
        """Draw probes of one line to learn the room of each paragraph, then of the document's lines, twice."""
        frames = self._frames(self._page(lambda number: short_probe(number, wide=False)))
        broken = {name: self._broken(name, frame) for name, frame in frames.items()}

        def probe(number: int, *, wide: bool) -> str:
            lines = broken.get(self._names[number])
            if lines is None or len(lines.lines) == 1:
                return short_probe(number, wide=wide)
            frame = frames[self._names[number]]
            return long_probe(number, frame, lines=len(lines.lines), within_a_word=lines.is_within_a_word, wide=wide)

        narrow = self._page(lambda number: probe(number, wide=False))
        wide = self._page(lambda number: probe(number, wide=True))
        constant = self._constant(narrow)
        if constant != self._constant(wide):
            raise NotCompilable(reason="lo fijo de la página se mueve cuando un valor es más ancho")
        paragraphs = self._paragraphs(narrow, wide)
        page = CompiledPage(narrow.archived, constant, paragraphs, narrow.faces, dict(enumerate(self._names)))
        self._compare(page)
        return page

    def _compare(self, page: CompiledPage) -> None:
        """Have the document itself composed and drawn: whatever else may be unsafe shows here."""
        composed_blocks = self._page(lambda number: self._values[self._names[number]]).blocks
        letters = {name.encode(): face.letters for name, face in page.faces.items()}
        try:
            drawn = read_page(page.constant + page.drawn(self._values), letters)
        except DoesNotFit as fault:
            raise NotCompilable(reason=f"no cabe lo que cabía: {fault}") from fault
        ours, theirs = ({block.opening: block.lines for block in blocks} for blocks in (drawn, composed_blocks))
        if ours.keys() != theirs.keys():
            raise NotCompilable(reason="la página compilada no tiene los mismos párrafos que la compuesta")
        for opening, lines in theirs.items():
            if not _are_the_same(ours[opening], lines):
                raise NotCompilable(reason=f"se dibujaría de otra manera: {lines[0].text.strip()[:60]}")

    def _page(self, probe: Callable[[int], str]) -> _Page:
        numbers = {name: number for number, name in enumerate(self._names)}
        document = replaced(self._document, lambda name, text: probe(numbers[name]))
        html = self._template(document, self._theme, self._setting, PROBE_PICTURE)
        with listening() as heard:
            pdf = composed(html)
        if faults := find_faults(pdf, self._theme, pages=1):
            raise NotCompilable(reason="; ".join(faults))
        archived = archival(pdf, read_structure(html), PROBE_ABOUT)
        page = PdfReader(io.BytesIO(archived)).pages[0]
        resources, contents = page["/Resources"].get_object(), page.get_contents()
        assert isinstance(resources, DictionaryObject)
        assert contents is not None
        content = contents.get_data()
        by_letters = {"".join(text.split()): (text, room) for text, room in heard}
        blocks = read_page(content, letters_of(resources))
        return _Page(archived, content, self._faces(resources), blocks, by_letters)

    def _faces(self, resources: DictionaryObject) -> dict[str, Face]:
        known = faces(self._theme.document_font)
        fonts = resources["/Font"].get_object()
        assert isinstance(fonts, DictionaryObject)
        return {
            str(name)[1:]: known[str(font.get_object()["/BaseFont"]).rpartition("-")[2]] for name, font in fonts.items()
        }

    def _frames(self, page: _Page) -> dict[str, Frame]:
        """Give the room of each value that is a paragraph of its own."""
        frames = {}
        for block in page.blocks:
            text, room = page.heard.get(block.letters, ("", 0.0))
            style = block.lines[0].style
            if alone := PROBE.fullmatch(text):
                frames[self._names[int(alone[1])]] = Frame(room, page.faces[style.font.decode()], style.size)
        return frames

    def _broken(self, name: str, frame: Frame) -> Broken:
        text = " ".join(self._values[name].split())
        try:
            return break_lines(text, frame.face, frame.size, frame.room)
        except KeyError as unknown:
            raise NotCompilable(reason=f"la letra compilada no tiene {unknown}") from unknown

    def _constant(self, page: _Page) -> bytes:
        """Give the content without the paragraphs that have values, its texts in the codes of the whole fonts."""
        pieces, taken = [], 0
        for block in page.blocks:
            if PROBE.search(block.letters):
                pieces.append(page.content[taken : block.start])
                taken = block.end
                continue
            for start, end, font, text in block.strings:
                try:
                    string = page.faces[font.decode()].encoded(text)
                except KeyError as unknown:
                    raise NotCompilable(reason=f"la letra compilada no tiene {unknown}") from unknown
                pieces += [page.content[taken:start], string, b" Tj"]
                taken = end
        return b"".join([*pieces, page.content[taken:]])

    def _paragraphs(self, narrow: _Page, wide: _Page) -> tuple[Paragraph, ...]:
        ones, others = ([block for block in page.blocks if PROBE.search(block.letters)] for page in (narrow, wide))
        if len(ones) != len(others):
            raise NotCompilable(reason="un valor más ancho cambia los párrafos")
        paragraphs = tuple(self._paragraph(one, other, narrow) for one, other in zip(ones, others, strict=True))
        shown = {part for paragraph in paragraphs for part in paragraph.parts[1::2]}
        if lost := [name for name in self._names if name not in shown]:
            raise NotCompilable(reason=f"no aparecen tal cual en la página: {', '.join(lost)}")
        return paragraphs

    def _paragraph(self, one: Block, other: Block, page: _Page) -> Paragraph:
        text, room = page.heard.get(one.letters, ("", 0.0))
        if not text:
            raise NotCompilable(reason=f"un valor está en un párrafo que no se reconoce: {one.letters[:40]}")
        pieces = PROBE.split(text)
        parts = tuple(self._names[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces))
        said = " ".join(parts)
        styles = {line.style for line in (*one.lines, *other.lines)}
        if len(styles) != 1:
            raise NotCompilable(reason=f"un párrafo con valores tiene varias letras o colores: {said[:60]}")
        style = styles.pop()
        face = page.faces[style.font.decode()]
        broken = break_lines(text, face, style.size, room)
        drawn = tuple(line.text.strip() for line in one.lines)
        if broken.lines != drawn or len(one.lines) != len(other.lines) or one.opening != other.opening:
            raise NotCompilable(reason=f"un párrafo con valores se corta de otra manera: {said[:60]}")
        if any(abs(line.y - twin.y) > _SAME for line, twin in zip(one.lines, other.lines, strict=True)):
            raise NotCompilable(reason=f"un párrafo sube o baja cuando su valor es más ancho: {said[:60]}")
        alignment = _alignment(one, other, face)
        anchors = tuple(
            Anchor(line.x + alignment.value * face.width(line.text.strip(), style.size), line.y) for line in one.lines
        )
        return Paragraph(one.opening, parts, style, face, room, alignment, anchors, broken.is_within_a_word)


def _are_the_same(ours: Sequence[Line], theirs: Sequence[Line]) -> bool:
    return len(ours) == len(theirs) and all(
        (one.text.strip(), one.style) == (other.text.strip(), other.style)
        and abs(one.x - other.x) <= _NEAR
        and abs(one.y - other.y) <= _NEAR
        for one, other in zip(ours, theirs, strict=True)
    )


def _alignment(one: Block, other: Block, face: Face) -> Alignment:
    pairs = list(zip(one.lines, other.lines, strict=True))
    for alignment in (Alignment.LEFT, Alignment.RIGHT, Alignment.CENTRE):
        ends = [
            [line.x + alignment.value * face.width(line.text.strip(), line.style.size) for line in pair]
            for pair in pairs
        ]
        if all(abs(here - there) <= _SAME for here, there in ends):
            return alignment
    raise NotCompilable(reason=f"un valor no está a la izquierda, a la derecha ni al centro: {one.letters[:40]}")


PROBE_ABOUT = About(title="~910~", author="~911~", subject="~912~", issued_on=date(2000, 1, 1))
