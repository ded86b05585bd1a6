"""What must be true of a rendered page: xhtml2pdf drops what it may not or cannot read without a word."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

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


def _uses(content: bytes, resource: str) -> bool:
    return any(line.startswith(resource.encode() + b" ") and b"Tj" in line for line in _text_runs(content))


def _text_runs(content: bytes) -> Iterator[bytes]:
    """Split a content stream where the font changes. Each run begins with the name of its font."""
    for run in content.split(b"/")[1:]:
        yield b"/" + run


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


@contextmanager
def warnings_of(logger_name: str) -> Iterator[list[str]]:
    """Collect what a library warns about while the block runs."""
    messages: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger, collector = logging.getLogger(logger_name), Collector(level=logging.WARNING)
    logger.addHandler(collector)
    try:
        yield messages
    finally:
        logger.removeHandler(collector)
