"""The last touch on a rendered PDF: what it says about itself, without anything that changes from run to run."""

import hashlib
import io
from datetime import date

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from backend.receipts.rendering_checks import embed_every_font


def finish(pdf: PdfReader, *, title: str, author: str, subject: str, issued_on: date) -> bytes:
    """Write the PDF again with its title, author, subject, language and day of issue; same input, same bytes."""
    writer = PdfWriter(clone_from=pdf)
    for page in writer.pages:
        resources = page["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        embed_every_font(resources)
    writer.metadata = {
        "/Title": title,
        "/Author": author,
        "/Subject": subject,
        "/Creator": "SEM, Plataforma de Servicios Municipales",
        "/Producer": "xhtml2pdf",
        "/CreationDate": f"D:{issued_on:%Y%m%d}000000Z",
    }
    catalog = writer.root_object
    catalog[NameObject("/Lang")] = TextStringObject("es-CL")
    catalog[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(value=True)}
    )
    writer.pdf_header = "%PDF-1.7"
    identity = ByteStringObject(hashlib.sha256(f"{title}\n{author}\n{subject}".encode()).digest()[:16])
    # pypdf has no public way to set the identifier.
    writer._ID = ArrayObject([identity, identity])
    paper = io.BytesIO()
    writer.write(paper)
    return paper.getvalue()
