"""The fonts of a drawn page: which are embedded, and what their codes print."""

import re
from collections.abc import Iterator

from pypdf.generic import DictionaryObject, NameObject, StreamObject

from backend.receipts.formats.marking import Letters

_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")

#: One line of the table from codes to Unicode (ISO 32000-1, 9.10.3), as reportlab writes it for its subsets.
_PRINTS_AS = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{4})?)>")


def fonts_of(resources: DictionaryObject) -> Iterator[tuple[str, str, bool]]:
    """Give the resource name of each font, its own name, and whether it is embedded."""
    for resource, reference in resources.get("/Font", DictionaryObject()).items():
        font = reference.get_object()
        descendants = font.get("/DescendantFonts")
        described = descendants[0].get_object() if descendants else font
        descriptor = described.get("/FontDescriptor", DictionaryObject()).get_object()
        yield str(resource), str(font["/BaseFont"]).lstrip("/"), any(key in descriptor for key in _FONT_FILES)


def embed_every_font(resources: DictionaryObject) -> None:
    """Let every font name of a page stand for an embedded font.

    reportlab selects an unembedded Helvetica at the top of every page and prints nothing with it, which `find_faults`
    has made sure of.
    """
    named = {resource: is_embedded for resource, _, is_embedded in fonts_of(resources)}
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    stand_in = fonts.raw_get(next(resource for resource, is_embedded in named.items() if is_embedded))
    for resource, is_embedded in named.items():
        if not is_embedded:
            fonts[NameObject(resource)] = stand_in


def letters_of(resources: DictionaryObject) -> dict[bytes, Letters]:
    """Give what the codes of each font print, by resource name without the slash."""
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    return {str(name)[1:].encode(): _letters(font.get_object()) for name, font in fonts.items()}


def _letters(font: DictionaryObject) -> dict[int, str]:
    table = font["/ToUnicode"].get_object()
    assert isinstance(table, StreamObject)
    pairs = _PRINTS_AS.findall(table.get_data().partition(b"beginbfchar")[2])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
