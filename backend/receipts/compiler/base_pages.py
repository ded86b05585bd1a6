"""Compiled pages as a signed PDF of probes: whole fonts, and places for what each document writes anew."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject, TextStringObject

from backend.receipts.compiler.compiling import CompiledPage
from backend.receipts.compiler.probes import short_probe
from backend.signing.first_revision import SignatureEntries, with_hole

_CONTENT_PLACE = b"% the paragraphs of page "
PALETTE_PLACE = b"/PalettePlace"
LOOK = "Look"
"""Name of the palette among the resources of a page."""

_ROOM = 64
"""Bytes of a hole that never holds anything."""

SIGNATURE_NAMES = (
    "signature.name",
    "signature.reason",
    "signature.location",
    "signature.contact",
    "signature.signed_at",
)
NAMES_BESIDE_THE_PAGE = {
    **dict(enumerate(SIGNATURE_NAMES, start=900)),
    **dict(enumerate(("about.title", "about.author", "about.subject", "about.created"), start=910)),
}
"""By number of their probe; those on the page count from 0."""


def page_with_places(compiled: CompiledPage) -> bytes:
    """Write the pages of probes with everything that their base needs, probes and places where the tail comes in."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(compiled.archived)))
    # pypdf has no public way to add an object.
    embedded = {id(face): face.embedded.clone(writer).indirect_reference for face in compiled.faces.values()}
    for number, (page, constant) in enumerate(zip(writer.pages, compiled.constants, strict=True)):
        resources = page["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        fonts = resources["/Font"].get_object()
        assert isinstance(fonts, DictionaryObject)
        for name in list(fonts):
            fonts[NameObject(name)] = embedded[id(compiled.faces[str(name)[1:]])]
        if compiled.has_palette:
            palette = DictionaryObject({NameObject(f"/{LOOK}"): NameObject(PALETTE_PLACE.decode())})
            resources[NameObject("/ColorSpace")] = palette
        place = _stream(_CONTENT_PLACE + b"%d" % number)
        streams = [writer._add_object(stream) for stream in (_stream(constant).flate_encode(), place)]
        page[NameObject("/Contents")] = ArrayObject(streams)
    information = writer._info
    assert information is not None
    information[NameObject("/CreationDate")] = TextStringObject(short_probe(913))
    paper = io.BytesIO()
    writer.write(paper)
    entries = SignatureEntries(*(short_probe(number) for number in range(900, 905)))
    return with_hole(paper.getvalue(), entries, _ROOM)[0]


def page_of_place(stream: StreamObject) -> int | None:
    """Tell of which page, counted from 0, the paragraphs with values come there; None: it is no such place."""
    before, place, number = stream.get_data().partition(_CONTENT_PLACE)
    return int(number) if place and not before else None


def is_picture_place(stream: StreamObject) -> bool:
    """Tell whether a stream is where the QR code of a document comes."""
    return stream.get("/Subtype") == "/Image" and {str(stream["/Width"]), str(stream["/Height"])} == {"2"}


def is_logo_place(found: PdfObject) -> bool:
    """Tell whether a stream is where the logo of a theme comes."""
    if not isinstance(found, StreamObject) or found.get("/Subtype") != "/Image":
        return False
    return (str(found["/Width"]), str(found["/Height"])) == ("3", "1")


def _stream(content: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(content)
    return stream
