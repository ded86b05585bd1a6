"""What must be true of a rendered page: xhtml2pdf drops what it may not or cannot read without a word."""

import re
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from backend.receipts.formats.fonts import fonts_of
from backend.shared.text import Text
from theming.tokens import Theme

# Operators of ISO 32000-1, 9.3.1 and 9.4.3.
_SELECTS_FONT = re.compile(rb"(/[^\s/]+)\s+[\d.]+\s+Tf\b")
_PRINTS = re.compile(rb"[)>\]]\s*(?:Tj|TJ|'|\")")


_PAGES = Text(es="{found} páginas en vez de {wanted}", en="{found} pages instead of {wanted}")
_NOT_EMBEDDED = Text(
    es="usa la letra {font}, que no va dentro del archivo: use solo DocumentFont",
    en="it uses the font {font}, which is not embedded: use DocumentFont only",
)
_NO_FONT = Text(es="faltan las letras {fonts}", en="the fonts {fonts} are missing")
_IMAGES = Text(
    es="{found} imágenes en vez de {wanted}: una no se puede leer, o sobra",
    en="{found} images instead of {wanted}: one cannot be read, or is too many",
)


def find_faults(pdf: PdfReader, theme: Theme, *, pages: int) -> list[Text]:
    """List what is wrong with a document of that many pages, which must be in one embedded family, with its images."""
    faults = []
    if len(pdf.pages) != pages:
        faults.append(_PAGES.format(found=len(pdf.pages), wanted=pages))
    embedded: set[str] = set()
    images: set[int] = set()
    for page in pdf.pages:
        resources = page["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        drawn = page.get_contents()
        content = drawn.get_data() if drawn is not None else b""
        faults += [
            _NOT_EMBEDDED.format(font=name)
            for resource, name, is_embedded in fonts_of(resources)
            if not is_embedded and _uses(content, resource)
        ]
        embedded |= {name.partition("+")[2] for _, name, is_embedded in fonts_of(resources) if is_embedded}
        images |= _images(resources)
    family = theme.document_font.family.replace(" ", "")
    wanted = {f"{family}-{weight}" for weight in ("Regular", "Bold")}
    if missing := wanted - embedded:
        faults.append(_NO_FONT.format(fonts=", ".join(sorted(missing))))
    if len(images) != (expected := 2 if theme.logo else 1):
        faults.append(_IMAGES.format(found=len(images), wanted=expected))
    return faults


def together(faults: Sequence[Text]) -> Text:
    """Give them as one sentence."""
    return Text(es="; ".join(fault.es for fault in faults), en="; ".join(fault.en for fault in faults))


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
