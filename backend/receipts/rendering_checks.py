"""What must be true of a rendered page: xhtml2pdf drops what it may not or cannot read without a word."""

import re

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from backend.receipts.formats.fonts import fonts_of

# Operators of ISO 32000-1, 9.3.1 and 9.4.3.
_SELECTS_FONT = re.compile(rb"(/[^\s/]+)\s+[\d.]+\s+Tf\b")
_PRINTS = re.compile(rb"[)>\]]\s*(?:Tj|TJ|'|\")")


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
        for resource, name, is_embedded in fonts_of(resources)
        if not is_embedded and _uses(content, resource)
    ]
    embedded = {name.partition("+")[2] for _, name, is_embedded in fonts_of(resources) if is_embedded}
    wanted = {f"{family.replace(' ', '')}-{weight}" for weight in ("Regular", "Bold")}
    if missing := wanted - embedded:
        faults.append("missing the fonts " + ", ".join(sorted(missing)))
    if (found := _images(resources)) != images:
        faults.append(f"{found} images instead of {images}")
    return faults


def _uses(content: bytes, resource: str) -> bool:
    """Tell whether something is printed between the selection of this font and that of the next."""
    selections = _SELECTS_FONT.split(content)
    runs = zip(selections[1::2], selections[2::2], strict=True)
    return any(name == resource.encode() and _PRINTS.search(run) for name, run in runs)


def _images(resources: DictionaryObject) -> int:
    objects = resources.get("/XObject", DictionaryObject()).values()
    return sum(1 for reference in objects if reference.get_object().get("/Subtype") == "/Image")
