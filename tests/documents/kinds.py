"""Looks and kinds of documents: every number of lines, with and without each optional block."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from backend.receipts.rendering import Fact, PermitDocument
from tests.documents.samples import permit, receipt
from theming import load_preset, load_theme, preset_tokens
from theming.tokens import Theme, preset_slugs

THEMES: dict[str, Callable[[], Theme]] = {
    **{slug: partial(load_preset, slug) for slug in preset_slugs()},
    "no logo": lambda: load_theme(preset_tokens("nunoa"), None),
}
ACCOUNTS = tuple(Fact(f"115.03.01.{number:03d}", f"$1{number}.000") for number in range(4))
NOTE = "Documento sin valor: fecha desplazada."
BLOCKS: dict[str, Callable[[], PermitDocument]] = {
    "everything": lambda: replace(permit(), accounts=ACCOUNTS, shifted_date_note=NOTE, municipality_rut="69.070.500-1"),
    "evidence": permit,
    "nothing": lambda: replace(permit(), evidence=(), municipality_rut="", subtitle=""),
    "accounts": receipt,
    "a shifted date": lambda: replace(receipt(), accounts=(), shifted_date_note=NOTE),
}
LINES = (1, 2, 5, 12, 20, 30, 40)
KINDS: dict[str, Callable[[], PermitDocument]] = {
    "permit": permit,
    "receipt": receipt,
    **{
        f"{lines} lines, {block}": partial(lambda *of: of_lines(*of), block, lines)
        for block in BLOCKS
        for lines in LINES
    },
    "rows of several lines": lambda: with_long_values(permit()),
    "three pages": lambda: with_long_values(replace(permit(), vehicle=permit().vehicle * 3, lines=permit().lines * 14)),
}
# Every number of lines with every block, and with every look: each pair once.
CASES = [(slug, "permit") for slug in THEMES] + [
    (slug, f"{lines} lines, {list(BLOCKS)[(look + place) % len(BLOCKS)]}")
    for look, slug in enumerate(THEMES)
    for place, lines in enumerate(LINES)
]


def of_lines(block: str, lines: int) -> PermitDocument:
    document = BLOCKS[block]()
    return replace(document, lines=(document.lines * lines)[:lines])


def with_long_values(document: PermitDocument) -> PermitDocument:
    long = tuple(fact._replace(value=f"{fact.value} de nombre largo en varias líneas") for fact in document.vehicle)
    return replace(document, vehicle=long)


def another(document: PermitDocument) -> PermitDocument:
    """A document of the same shape whose values differ, wider and narrower, with what a PDF must escape."""
    return replace(
        document,
        folio="2025-1",
        period="2026",
        owner_name="Müller (Ñuñoa) \\ O’Higgins & «Güell» <Cía.>",
        owner_rut="4.000.001-K",
        total="$1.711",
        vehicle=tuple(fact._replace(value=fact.value[::-1]) for fact in document.vehicle),
        lines=tuple(line._replace(amount="$1", rate="0,5 ‰") if line.rate else line for line in document.lines),
        paid_at="01-01-2026 00:00",
        verification_url="https://pagos.nunoa.example/v/2025-0000099/AAAA-BBBB-CCCC-7777",
        verification_code="AAAA-BBBB-CCCC-7777",
    )
