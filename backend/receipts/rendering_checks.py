"""What must be true of a rendered page: xhtml2pdf drops what it may not or cannot read without a word."""

import re
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NameObject

# Operators of ISO 32000-1, 9.3.1 and 9.4.3.
_SELECTS_FONT = re.compile(rb"(/[^\s/]+)\s+[\d.]+\s+Tf\b")
_PRINTS = re.compile(rb"[)>\]]\s*(?:Tj|TJ|'|\")")

_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def find_faults(pdf: PdfReader, *, family: str, images: int) -> list[str]:
    """List what is wrong with a document that must be one page, in one embedded family, with all its images."""
    faults = []
    if len(pdf.pages) != 1:
        faults.append(f"{len(pdf.pages)} pages instead of one")
    resources = pdf.pages[0]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    drawn = pdf.pages[0].get_contents()
    content = drawn.get_data() if drawn is not None else b""
    faults += [
        f"the font {name} is used but not embedded"
        for resource, name, is_embedded in _fonts(resources)
        if not is_embedded and _uses(content, resource)
    ]
    embedded = {name.partition("+")[2] for _, name, is_embedded in _fonts(resources) if is_embedded}
    wanted = {f"{family.replace(' ', '')}-{weight}" for weight in ("Regular", "Bold")}
    if missing := wanted - embedded:
        faults.append("missing the fonts " + ", ".join(sorted(missing)))
    if (found := _images(resources)) != images:
        faults.append(f"{found} images instead of {images}")
    return faults


def embed_every_font(resources: DictionaryObject) -> None:
    """Let every font name of a page stand for an embedded font.

    reportlab selects an unembedded Helvetica at the top of every page and prints nothing with it, which `find_faults`
    has made sure of.
    """
    named = {resource: is_embedded for resource, _, is_embedded in _fonts(resources)}
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    stand_in = fonts.raw_get(next(resource for resource, is_embedded in named.items() if is_embedded))
    for resource, is_embedded in named.items():
        if not is_embedded:
            fonts[NameObject(resource)] = stand_in


def _uses(content: bytes, resource: str) -> bool:
    """Tell whether something is printed between the selection of this font and that of the next."""
    selections = _SELECTS_FONT.split(content)
    runs = zip(selections[1::2], selections[2::2], strict=True)
    return any(name == resource.encode() and _PRINTS.search(run) for name, run in runs)


def _fonts(resources: DictionaryObject) -> Iterator[tuple[str, str, bool]]:
    for resource, reference in resources.get("/Font", DictionaryObject()).items():
        font = reference.get_object()
        descendants = font.get("/DescendantFonts")
        described = descendants[0].get_object() if descendants else font
        descriptor = described.get("/FontDescriptor", DictionaryObject()).get_object()
        yield str(resource), str(font["/BaseFont"]).lstrip("/"), any(key in descriptor for key in _FONT_FILES)


def _images(resources: DictionaryObject) -> int:
    objects = resources.get("/XObject", DictionaryObject()).values()
    return sum(1 for reference in objects if reference.get_object().get("/Subtype") == "/Image")
