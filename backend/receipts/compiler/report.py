"""Whether every kind of document is drawn by a program, and why not where it is composed one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.receipts.compiler.compiling import compile_page
from backend.receipts.compiler.drawings import Template
from backend.receipts.compiler.looks import blank
from backend.receipts.compiler.refusals import NotCompilable
from backend.receipts.examples import example_documents
from backend.receipts.rendering import RenderingFailed, page_html
from backend.shared.text import Text
from theming.tokens import Theme


@dataclass(frozen=True)
class Compiled:
    """A kind of document in a theme."""

    theme: str
    kind: str
    pages: int
    """0: it was refused."""

    refusal: Text | None = None


def compile_examples(themes: Mapping[str, Theme], template: Template = page_html) -> Iterator[Compiled]:
    """Compile each kind in each theme; gives one after the other, since each takes a second."""
    for name, theme in themes.items():
        for kind, document in example_documents():
            try:
                compiled = compile_page(document, blank(theme), template, footer=theme.footer)
            except (NotCompilable, RenderingFailed) as refusal:
                yield Compiled(name, kind, 0, refusal.message)
            else:
                yield Compiled(name, kind, len(compiled.constants))


def refusals_of(results: Sequence[Compiled]) -> list[Compiled]:
    """Give those that are composed one by one."""
    return [result for result in results if result.refusal is not None]
