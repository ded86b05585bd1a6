"""From a template to a program: what is always the same on a page, and how its values are set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backend.receipts.compiler import refusals
from backend.receipts.compiler.comparing import NEAR, SAME, compare_pages, moved_text
from backend.receipts.compiler.drawings import Drawn, Page, TakesOtherPages, Template, draw
from backend.receipts.compiler.drawn import Block, read_page
from backend.receipts.compiler.fonts import Face
from backend.receipts.compiler.paragraphs import (
    Alignment,
    Anchor,
    Broken,
    DoesNotFit,
    Paragraph,
    Remembering,
    break_lines,
)
from backend.receipts.compiler.probes import (
    MOST_PROBES,
    PROBE,
    Frame,
    long_probe,
    short_probe,
)
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.compiler.values import replaced, taken_apart
from backend.receipts.formats.faults import TemplateFault, shortened
from backend.receipts.rendering import TEMPLATE, PermitDocument, lines_of, page_html, written
from backend.receipts.rendering_fit import Setting, settings_for
from backend.shared.text import Text
from theming.plain_values import changed_values
from theming.tokens import Theme

Alignments = Mapping[tuple[bytes, tuple[str, ...]], Alignment]


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

    frames: Mapping[str, Frame]
    """The room of each value that is a paragraph of its own."""

    setting: Setting
    has_palette: bool = False
    """Its colours are places in a palette: see `looks`."""

    def drawn(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """Write the content of each page that differs from document to document. Raises `DoesNotFit`."""
        return tuple([b"".join([each.set(values) for each in page]) for page in self._remembering])

    def alignments(self) -> Alignments:
        """Tell how each paragraph is aligned, by what opens it and its parts."""
        return {(each.opening, each.parts): each.alignment for page in self.paragraphs for each in page}

    @cached_property
    def _remembering(self) -> tuple[tuple[Remembering, ...], ...]:
        return tuple(tuple(map(Remembering, page)) for page in self.paragraphs)


def compile_page(
    document: PermitDocument, theme: Theme, template: Template = page_html, *, footer: str | None = None
) -> CompiledPage:
    """Compile the template for documents of the shape of this one. Raises `NotCompilable`, `RenderingFailed`.

    `footer`: instead of the theme's, as a value.
    """
    if changed := changed_values(TEMPLATE):
        raise NotCompilable(reason=refusals.CHANGED_VALUES.format(places=", ".join(changed)))
    fields = written(document) | ({} if footer is None else {"footer": footer})
    refusal: NotCompilable | None = None
    for setting in settings_for(lines_of(document)):
        try:
            return _Compiler(fields, theme, setting, template).compiled()
        except TakesOtherPages as other:  # as `render_permit` goes on to the next setting
            refusal = other
        except TemplateFault as unclear:
            reason = Text(es=told(unclear.reason.es, fields), en=told(unclear.reason.en, fields))
            raise NotCompilable(reason=reason) from unclear
    assert refusal is not None, "there is always a setting"
    raise refusal


def compile_like(
    compiled: CompiledPage, document: PermitDocument, theme: Theme, template: Template = page_html, *, footer: str
) -> CompiledPage:
    """Compile for a document that differs from another of its shape only in how many lines its values take.

    What room each paragraph has, and that nothing else moves with what it says, is known by then. What was compiled is
    compared with a composed document as ever. Raises as `compile_page`.
    """
    return _Compiler(written(document) | {"footer": footer}, theme, compiled.setting, template).compiled(compiled)


class _Compiler:
    def __init__(self, document: Mapping[str, Any], theme: Theme, setting: Setting, template: Template) -> None:
        self._document, self._theme, self._setting, self._template = document, theme, setting, template
        self._values = taken_apart(document).values
        self._names = list(self._values)
        if len(self._names) > MOST_PROBES:
            raise NotCompilable(reason=refusals.TOO_MANY_VALUES.format(count=len(self._names), most=MOST_PROBES))

    def compiled(self, like: CompiledPage | None = None) -> CompiledPage:
        """Draw probes of one line to learn the room of each paragraph, then of the document's lines, twice.

        Where another of the shape is known, probes of the document's lines will do.
        """
        frames = like.frames if like else self._frames(self._first())
        broken = {name: self._broken(name, frame) for name, frame in frames.items()}

        def probe(number: int, *, wide: bool) -> str:
            lines = broken.get(self._names[number])
            if lines is None or len(lines.lines) == 1:
                return short_probe(number, wide=wide)
            frame = frames[self._names[number]]
            return long_probe(number, frame, lines=len(lines.lines), within_a_word=lines.is_within_a_word, wide=wide)

        narrow = self._drawn(lambda number: probe(number, wide=False))
        wide = narrow if like else self._drawn(lambda number: probe(number, wide=True))
        constants = tuple(self._constant(page, narrow.faces) for page in narrow.pages)
        for constant, page in zip(constants, wide.pages, strict=True):
            if constant != self._constant(page, wide.faces):
                moved = moved_text(narrow.blocks, wide.blocks)
                raise NotCompilable(reason=refusals.MOVES.format(text=moved) if moved else refusals.DRAWINGS_MOVE)
        paragraphs = self._paragraphs(narrow, wide, like)
        names = dict(enumerate(self._names))
        compiled = CompiledPage(narrow.archived, constants, paragraphs, narrow.faces, names, frames, self._setting)
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

    def _drawn(self, probe: Callable[[int], str]) -> Drawn:
        numbers = {name: number for number, name in enumerate(self._names)}
        document = replaced(self._document, lambda name, text: probe(numbers[name]))
        return draw(document, self._theme, self._setting, self._template)

    def _first(self) -> Drawn:
        drawn = self._drawn(short_probe)
        shown = {int(probe[1]) for block in drawn.blocks for probe in PROBE.finditer(block.letters)}
        if lost := [name for number, name in enumerate(self._names) if number not in shown]:
            raise NotCompilable(reason=refusals.NOT_VERBATIM.format(values=", ".join(lost)))
        return drawn

    def _frames(self, drawn: Drawn) -> dict[str, Frame]:
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

    def _constant(self, page: Page, faces: Mapping[str, Face]) -> bytes:
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

    def _paragraphs(self, narrow: Drawn, wide: Drawn, like: CompiledPage | None) -> tuple[tuple[Paragraph, ...], ...]:
        known = like.alignments() if like else None
        paragraphs = []
        for pages in zip(narrow.pages, wide.pages, strict=True):
            ones, others = ([block for block in page.blocks if PROBE.search(block.letters)] for page in pages)
            if len(ones) != len(others):
                raise NotCompilable(reason=refusals.PARAGRAPHS_CHANGE)
            paragraphs.append(tuple(self._paragraph(*pair, narrow, known) for pair in zip(ones, others, strict=True)))
        return tuple(paragraphs)

    def _paragraph(self, one: Block, other: Block, drawn: Drawn, known: Alignments | None) -> Paragraph:
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
        alignment = _alignment(one, other, face) if known is None else known.get((one.opening, parts))
        if alignment is None:
            raise NotCompilable(reason=refusals.NO_ALIGNMENT.format(text=said))
        anchors = tuple(
            Anchor(line.x + alignment.value * face.width(line.text.strip(), style.size), line.y) for line in one.lines
        )
        paint = style.colour + b" rg"
        return Paragraph(one.opening, parts, style, face, room, alignment, anchors, broken.is_within_a_word, paint)

    def _heard(self, drawn: Drawn, block: Block) -> tuple[str, float]:
        """Give the text of a paragraph with its spaces, and its room in points; an empty text: nobody heard of it."""
        text, rooms = drawn.heard_of(block)
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
