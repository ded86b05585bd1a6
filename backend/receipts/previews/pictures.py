"""A sample's page: composed as documents are, marked so that nobody could take it for one, never signed."""

import io
import logging
import shutil
import subprocess

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backend.receipts.previews.samples import NO_VALUE, sample_document
from backend.receipts.rendering import render_permit
from backend.shared.limited import child_environment
from theming.stacks import DocumentFont
from theming.tokens import Theme

_log = logging.getLogger(__name__)
_SECONDS = 20.0
_DOTS_PER_INCH = 96
_MARKS = (0.78, 0.46, 0.14)
"""How far up the page the middle of each mark is, as shares of its height."""


def sample_pdf(theme: Theme) -> bytes:
    """Compose a sample in a look. Raises `RenderingFailed`, as a document in that look would."""
    writer = PdfWriter(clone_from=io.BytesIO(render_permit(sample_document(theme), theme)))
    mark = PdfReader(io.BytesIO(_mark(theme.document_font))).pages[0]
    for page in writer.pages:
        page.merge_page(mark)
    for entry in ("/Metadata", "/OutputIntents"):  # it is no archival document and says so to programs, too
        writer.root_object.pop(NameObject(entry), None)
    writer.metadata = {"/Title": NO_VALUE, "/Subject": NO_VALUE}
    paper = io.BytesIO()
    writer.write(paper)
    return paper.getvalue()


def page_picture(pdf: bytes) -> bytes | None:
    """Draw the first page as PNG; None where the machine has no poppler, or too much else to do."""
    program = shutil.which("pdftoppm")
    if program is None:
        return None
    try:
        drawn = subprocess.run(
            [program, "-r", str(_DOTS_PER_INCH), "-png", "-singlefile", "-"],
            input=pdf,
            capture_output=True,
            env=child_environment(),
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        _log.warning("pdftoppm drew no preview", exc_info=True)
        return None
    return drawn.stdout


def _mark(font: DocumentFont) -> bytes:
    """Return a page that only says that the other one is worth nothing: large, across all of it, an artifact."""
    name = f"{font.code}-mark"
    pdfmetrics.registerFont(TTFont(name, str(font.bold)))
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=A4)
    canvas._code.append("/Artifact BMC")  # reportlab has no way to say it (ISO 32000-1, 14.8.2.2)
    canvas.setFont(name, 40)
    canvas.setFillColorRGB(0.7, 0.1, 0.1, alpha=0.28)
    for up in _MARKS:
        canvas.saveState()
        canvas.translate(A4[0] / 2, A4[1] * up)
        canvas.rotate(30)
        canvas.drawCentredString(0, 0, NO_VALUE)
        canvas.restoreState()
    canvas._code.append("EMC")
    canvas.showPage()
    canvas.save()
    return paper.getvalue()
