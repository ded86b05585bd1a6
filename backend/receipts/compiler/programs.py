"""The programs of this process: which shapes are compiled, which are not worth it, and the way that always works."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.receipts.compiler.bases import Base, base_of
from backend.receipts.compiler.compiling import CompiledPage, compile_like, compile_page
from backend.receipts.compiler.drawings import Template
from backend.receipts.compiler.looks import blank, block_of_theme, with_palette
from backend.receipts.compiler.paragraphs import DoesNotFit
from backend.receipts.compiler.pieces import Prepared
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.compiler.values import taken_apart
from backend.receipts.rendering import (
    PermitDocument,
    RenderingFailed,
    about,
    lines_of,
    page_html,
    printable_document,
    render_permit,
    written,
)
from backend.receipts.rendering_fit import Setting, likeliest_setting
from theming.tokens import Theme

_log = logging.getLogger(__name__)

_WORTH_COMPILING = 2
"""Compiling takes as long as composing four pages: one document of a kind alone is composed. Another program of a kind
takes as long as composing two, and draws the document right away."""

_MOST_REFUSALS = 3
"""Documents of one kind that could not be compiled, until no other is tried."""

_MOST_SHAPES = 24
"""Programs of one kind, which differ in how many lines their values take. The one compiled first goes."""

_MOST_KINDS = 200


@dataclass(frozen=True)
class Program:
    """A compiled shape and the base of its documents, for whatever theme."""

    page: CompiledPage
    base: Base

    def prepared(self, document: PermitDocument, values: Mapping[str, str], theme: Theme) -> Prepared:
        """Prepare a document with these values for its signature. Raises `DoesNotFit`."""
        contents, look = self.page.drawn(values), block_of_theme(theme)
        return Prepared(self.base, contents, document.verification_url, about(document), values, look)


@dataclass
class _Kind:
    programs: list[Program] = field(default_factory=list)
    missed: int = 0
    refused: int = 0


class Programs:
    """Programs by font, parts of the page and size of its letters; may be used by several threads."""

    def __init__(self, template: Template = page_html) -> None:
        self._template = template
        self._kinds: OrderedDict[tuple[str, bool, tuple[object, ...], Setting], _Kind] = OrderedDict()
        self._lock = threading.Lock()

    def prepared(self, document: PermitDocument, theme: Theme) -> Prepared | None:
        """Prepare a document, compiling its shape where that is worth it; None: it must be composed.

        Raises `RenderingFailed` where it cannot be printed at all.
        """
        values, shape = taken_apart(_printed(document, theme))
        kind = self._kind(theme, shape, likeliest_setting(lines_of(document)))
        found = _first_that_fits(kind, document, values, theme)
        if found is not None:
            return found
        document = printable_document(document, theme.document_font)
        values = taken_apart(_printed(document, theme)).values
        return _first_that_fits(kind, document, values, theme) or self._compiled(kind, document, values, theme)

    def _kind(self, theme: Theme, shape: tuple[object, ...], setting: Setting) -> _Kind:
        key = (theme.document_font.code, theme.logo is not None, shape, setting)
        with self._lock:
            kind = self._kinds.setdefault(key, _Kind())
            self._kinds.move_to_end(key)
            while len(self._kinds) > _MOST_KINDS:
                self._kinds.popitem(last=False)
        return kind

    def _compiled(
        self, kind: _Kind, document: PermitDocument, values: Mapping[str, str], theme: Theme
    ) -> Prepared | None:
        with self._lock:
            kind.missed += 1
            if (kind.missed < _WORTH_COMPILING and not kind.programs) or kind.refused >= _MOST_REFUSALS:
                return None
            try:
                page = self._page(kind, document, theme)
                program = Program(page, base_of(page))
                prepared = program.prepared(document, values, theme)
            except (NotCompilable, RenderingFailed, DoesNotFit) as reason:
                kind.refused += 1
                _log.warning("a document is composed, not compiled: %s", reason)
                return None
            kind.programs = [program, *kind.programs[: _MOST_SHAPES - 1]]
            return prepared

    def _page(self, kind: _Kind, document: PermitDocument, theme: Theme) -> CompiledPage:
        """Compile for a document; half the work is done where another of its shape was compiled before."""
        look, footer = blank(theme), theme.footer
        if kind.programs:
            try:
                known = kind.programs[0].page
                return with_palette(compile_like(known, document, look, self._template, footer=footer))
            except NotCompilable:
                pass  # what follows says why
        return with_palette(compile_page(document, look, self._template, footer=footer))


def _first_that_fits(kind: _Kind, document: PermitDocument, values: Mapping[str, str], theme: Theme) -> Prepared | None:
    for program in kind.programs:
        try:
            return program.prepared(document, values, theme)
        except DoesNotFit:
            continue
    return None


def _printed(document: PermitDocument, theme: Theme) -> dict[str, Any]:
    return written(document) | {"footer": theme.footer}


_programs = Programs()


def draw_permit(document: PermitDocument, theme: Theme, programs: Programs = _programs) -> bytes | Prepared:
    """Draw a document: by a program where one fits, else as `render_permit` does. Raises `RenderingFailed`."""
    return programs.prepared(document, theme) or render_permit(document, theme)
