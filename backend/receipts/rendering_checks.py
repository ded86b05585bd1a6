"""What must be true of a rendered page: xhtml2pdf drops what it may not or cannot read without a word."""

import re

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from backend.receipts.formats.fonts import fonts_of
from theming.tokens import Theme

# Operators of ISO 32000-1, 9.3.1 and 9.4.3.
_SELECTS_FONT = re.compile(rb"(/[^\s/]+)\s+[\d.]+\s+Tf\b")
_PRINTS = re.compile(rb"[)>\]]\s*(?:Tj|TJ|'|\")")


def find_faults(pdf: PdfReader, theme: Theme, *, pages: int) -> list[str]:
    """List what is wrong with a document of that many pages, which must be in one embedded family, with its images."""
    faults = []
    if len(pdf.pages) != pages:
        faults.append(f"{len(pdf.pages)} pages instead of {pages}")
    embedded: set[str] = set()
    images: set[int] = set()
    for page in pdf.pages:
        resources = page["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        drawn = page.get_contents()
        content = drawn.get_data() if drawn is not None else b""
        faults += [
            f"the font {name} is used but not embedded"
            for resource, name, is_embedded in fonts_of(resources)
            if not is_embedded and _uses(content, resource)
        ]
        embedded |= {name.partition("+")[2] for _, name, is_embedded in fonts_of(resources) if is_embedded}
        images |= _images(resources)
    family = theme.document_font.family.replace(" ", "")
    wanted = {f"{family}-{weight}" for weight in ("Regular", "Bold")}
    if missing := wanted - embedded:
        faults.append("missing the fonts " + ", ".join(sorted(missing)))
    if len(images) != (expected := 2 if theme.logo else 1):
        faults.append(f"{len(images)} images instead of {expected}")
    return faults


def _uses(content: bytes, resource: str) -> bool:
    """Tell whether something is printed between the selection of this font and that of the next."""
    selections = _SELECTS_FONT.split(content)
    runs = zip(selections[1::2], selections[2::2], strict=True)
    return any(name == resource.encode() and _PRINTS.search(run) for name, run in runs)


def _images(resources: DictionaryObject) -> set[int]:
    """Give the object numbers of the images that a page may draw."""
    objects = resources.get("/XObject", DictionaryObject()).values()
    return {
        reference.indirect_reference.idnum
        for reference in objects
        if reference.get_object().get("/Subtype") == "/Image"
    }
