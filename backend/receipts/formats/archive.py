"""What PDF/A-2b (ISO 19005-2) asks of a file beside its pages: metadata, output intent, nothing left to chance."""

import hashlib
import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from backend.receipts.formats.colour import srgb_profile
from backend.receipts.formats.fonts import embed_every_font, letters_of
from backend.receipts.formats.marking import mark
from backend.receipts.formats.structure import Structure
from backend.receipts.formats.tree import write_tree
from backend.receipts.formats.xmp import About, xmp_packet

_NOT_FOR_PAPER = ("/Trans", "/Rotate")
"""Entries of a page that reportlab always writes: a way of turning pages on a screen, and no rotation."""


def archival(pdf: PdfReader, structure: Structure, about: About) -> bytes:
    """Write a drawn PDF again, tagged and ready to be kept; the same input gives the same bytes.

    Raises `MarkingFailed`, `ContentUnclear` where the pages and the structure do not say the same.
    """
    writer = PdfWriter(clone_from=pdf)
    contents, fonts = [], {}
    for page in writer.pages:
        resources = page["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        embed_every_font(resources)
        fonts.update(letters_of(resources))
        for entry in _NOT_FOR_PAPER:
            page.pop(NameObject(entry), None)
        drawn = page.get_contents()
        assert drawn is not None
        contents.append(drawn.get_data())
    marked = mark(contents, structure, fonts)
    for page, of_page in zip(writer.pages, marked, strict=True):
        page[NameObject("/Contents")] = writer._add_object(_stream(of_page.content).flate_encode())
    write_tree(writer, structure.document, marked)
    _say(writer, about)
    writer.compress_identical_objects(remove_duplicates=False)  # drops the pages' content before it was marked
    paper = io.BytesIO()
    writer.write(paper)
    return paper.getvalue()


def _say(writer: PdfWriter, about: About) -> None:
    writer.metadata = {
        "/Title": about.title,
        "/Author": about.author,
        "/Subject": about.subject,
        "/Creator": about.creator,
        "/Producer": about.producer,
        "/CreationDate": f"D:{about.issued_on:%Y%m%d}000000Z",
    }
    catalog = writer.root_object
    catalog.pop(NameObject("/Outlines"), None)
    catalog[NameObject("/Lang")] = TextStringObject(about.language)
    catalog[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(value=True)}
    )
    metadata = _stream(xmp_packet(about))  # never compressed: archives search for it (ISO 19005-2, 6.6.2.1)
    metadata[NameObject("/Type")] = NameObject("/Metadata")
    metadata[NameObject("/Subtype")] = NameObject("/XML")
    catalog[NameObject("/Metadata")] = writer._add_object(metadata)
    catalog[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(_output_intent(writer))])
    writer.pdf_header = "%PDF-1.7"
    identity = ByteStringObject(hashlib.sha256(xmp_packet(about)).digest()[:16])
    # pypdf has no public way to set the identifier.
    writer._ID = ArrayObject([identity, identity])


def _output_intent(writer: PdfWriter) -> DictionaryObject:
    """Say that DeviceRGB means sRGB. Source: ISO 32000-1, 14.11.5; ISO 19005-2, 6.2.3."""
    profile = _stream(srgb_profile()).flate_encode()
    profile[NameObject("/N")] = NumberObject(3)
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/Info"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/DestOutputProfile"): writer._add_object(profile),
        }
    )


def _stream(content: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(content)
    return stream
