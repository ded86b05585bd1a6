"""A compiled page as a signed PDF of probes: whole fonts, and places for what each document writes anew."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from backend.receipts.compiler.compiling import CompiledPage
from backend.signing.first_revision import SignatureEntries, with_hole

CONTENT_PLACE = b"% the paragraphs of the document"
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


def page_with_places(page: CompiledPage) -> bytes:
    """Write the page of probes with everything that its base needs, probes and places where the tail comes in."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(page.archived)))
    first = writer.pages[0]
    resources = first["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    # pypdf has no public way to add an object.
    embedded = {id(face): face.embedded.clone(writer).indirect_reference for face in page.faces.values()}
    for name in list(fonts):
        fonts[NameObject(name)] = embedded[id(page.faces[str(name)[1:]])]
    places = [writer._add_object(_stream(content)) for content in (page.constant, CONTENT_PLACE)]
    first[NameObject("/Contents")] = ArrayObject(places)
    information = writer._info
    assert information is not None
    information[NameObject("/CreationDate")] = TextStringObject("~913~")
    paper = io.BytesIO()
    writer.write(paper)
    entries = SignatureEntries(*(f"~{number}~" for number in range(900, 905)))
    return with_hole(paper.getvalue(), entries, _ROOM)[0]


def is_picture_place(stream: StreamObject) -> bool:
    """Tell whether a stream is where the QR code of a document comes."""
    return stream.get("/Subtype") == "/Image" and {str(stream["/Width"]), str(stream["/Height"])} == {"2"}


def _stream(content: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(content)
    return stream.flate_encode() if content is not CONTENT_PLACE else stream
