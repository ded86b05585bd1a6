"""From the frozen data of a permit and a municipality's theme to the page that will be signed."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple

from pypdf import PdfReader
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.document import pisaDocument

from backend.receipts.formats.archive import archival
from backend.receipts.formats.faults import TemplateFault
from backend.receipts.formats.structure import read_structure
from backend.receipts.formats.xmp import About
from backend.receipts.qr import qr_png
from backend.receipts.rendering_checks import find_faults, together
from backend.receipts.rendering_fit import Lines, Setting, lines_in, rows_of, settings_for
from backend.receipts.rendering_glyphs import missing_characters, printable
from backend.shared.errors import DomainError
from backend.shared.text import Text
from theming.logos import logo_size
from theming.stacks import FONTS_FOLDER, DocumentFont
from theming.templates import render
from theming.tokens import Theme

TEMPLATE = "documents/document.html"

LOGO_BOX = (150.0, 50.0)
"""Points: the largest width and height of a logo on paper."""


class RenderingFailed(DomainError):
    """Raised by `render_permit`: the page would not show everything that it must show."""

    code: ClassVar[str] = "receipts.rendering_failed"
    message = Text(
        es="No fue posible componer el documento: {reason}.", en="The document cannot be composed: {reason}."
    )


class Fact(NamedTuple):
    label: str
    value: str


class ChargeLine(NamedTuple):
    """One line of what was paid, as it is printed."""

    text: str
    base: str
    rate: str
    law: str
    amount: str


@dataclass(frozen=True)
class PermitDocument:
    """Everything that a permit prints, in the order of the page. Texts are printed literally.

    Never the owner's address or telephone. Fields: DOMAIN A12; DL 3.063 art. 2.
    """

    municipality: str
    municipality_code: str
    folio: str
    issued_on: date
    title: str
    period: str
    option: str
    plate: str
    """With its check digit."""
    valid_until: date
    owner_name: str
    owner_rut: str
    vehicle: tuple[Fact, ...]
    evidence: tuple[Fact, ...]
    lines: tuple[ChargeLine, ...]
    total: str
    paid_at: str
    means: str
    operation_id: str
    order_number: str
    verification_url: str
    verification_code: str
    signer_name: str
    signer_role: str
    subtitle: str = ""
    municipality_rut: str = ""
    accounts: tuple[Fact, ...] = ()
    """Budget account and amount, where the document says how the money is credited (DS Hacienda 854/2004)."""
    object_label: str = "Placa patente única"
    holder_heading: str = "Propietario"
    facts_heading: str = "Vehículo"
    hero_label: str = "Válido hasta"
    hero_value: str = ""
    """Empty: the last day of validity."""
    closing: str = (
        "Este permiso debe llevarse en el vehículo y mostrarse cuando la autoridad lo pida; "
        "puede exhibirse impreso o en formato electrónico."
    )
    shifted_date_note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Give the values as JSON types, to be frozen with the receipt."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {
            "issued_on": self.issued_on.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "vehicle": [list(fact) for fact in self.vehicle],
            "evidence": [list(fact) for fact in self.evidence],
            "lines": [list(line) for line in self.lines],
            "accounts": [list(fact) for fact in self.accounts],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "PermitDocument":
        """Give back what `as_json` wrote."""
        return cls(
            **values
            | {
                "issued_on": date.fromisoformat(values["issued_on"]),
                "valid_until": date.fromisoformat(values["valid_until"]),
                "vehicle": tuple(Fact(*fact) for fact in values["vehicle"]),
                "evidence": tuple(Fact(*fact) for fact in values["evidence"]),
                "lines": tuple(ChargeLine(*line) for line in values["lines"]),
                "accounts": tuple(Fact(*fact) for fact in values.get("accounts", ())),
            }
        )


def render_permit(document: PermitDocument, theme: Theme) -> bytes:
    """Compose the PDF of a permit, PDF/A-2b and PDF/UA-1; the same input gives the same bytes.

    Nothing is fetched, and no file is read but the fonts of the project. Raises `RenderingFailed` rather than leaving
    out a font, the logo, the QR or a character, or going on to a page that does not say which one it is.
    """
    printed = printable_document(document, theme.document_font)
    faults: list[Text] = []
    for setting in settings_for(lines_of(printed)):
        html = page_html(written(printed), theme, setting, qr_png(document.verification_url))
        pdf = composed(html)
        faults = find_faults(pdf, theme, pages=setting.pages)
        if not faults:
            return _to_be_kept(pdf, html, printed)
        if len(pdf.pages) == setting.pages:
            break
    raise RenderingFailed(reason=together(faults))


def about(document: PermitDocument) -> About:
    """Say what a document is, for programs and archives."""
    return About(
        title=f"{document.title} {document.period} · {document.plate}",
        author=document.municipality,
        subject=f"Folio {document.folio}",
        issued_on=document.issued_on,
    )


def _to_be_kept(pdf: PdfReader, html: str, document: PermitDocument) -> bytes:
    try:
        return archival(pdf, read_structure(html), about(document))
    except TemplateFault as fault:
        raise RenderingFailed(reason=fault.reason) from fault


def page_html(document: Mapping[str, Any], theme: Theme, setting: Setting, qr: bytes) -> str:
    """Fill the template of documents with what `written` gave and the picture of a QR code (PNG)."""
    logo_width, logo_height = fitted(theme.logo)
    return render(
        TEMPLATE,
        {
            "document": document,
            "vehicle": _in_rows(document["vehicle"], 4, "vehicle", setting),
            "evidence": _in_rows(document["evidence"], 3, "evidence", setting),
            "accounts": _in_rows(document["accounts"], 3, "accounts", setting),
            "charges": [
                _Charge(line, setting.page_begun_by("charges", row)) for row, line in enumerate(document["lines"])
            ],
            "proof_page": setting.page_begun_by("proof"),
            "pages": str(setting.pages) if setting.breaks else "",
            "font_regular": str(theme.document_font.regular),
            "font_bold": str(theme.document_font.bold),
            "footer": document.get("footer", theme.footer),
            "logo": data_uri(theme.logo) if theme.logo else "",
            "logo_width": f"{logo_width:.2f}",
            "logo_height": f"{logo_height:.2f}",
            "qr": data_uri(qr),
            "size": f"{setting.size}",
            "space": f"{setting.space}",
        },
        theme,
    )


def composed(html: str) -> PdfReader:
    """Have xhtml2pdf draw a page. Raises `RenderingFailed`."""
    paper = io.BytesIO()
    policy = ResourceAccessPolicy.server(FONTS_FOLDER, allow_remote=False)
    status = pisaDocument(html, paper, encoding="utf-8", resource_policy=policy)
    if status.err:
        raise RenderingFailed(
            reason=Text(es="{count} errores de composición", en="{count} errors of composing").format(count=status.err)
        )
    return PdfReader(paper)


def lines_of(document: PermitDocument) -> Lines:
    """Estimate the lines of the parts that grow."""
    return Lines(
        vehicle=rows_of([fact.value for fact in document.vehicle], columns=4, characters=24),
        evidence=rows_of([fact.value for fact in document.evidence], columns=3, characters=33),
        charges=tuple(max(lines_in(line.text, 34), lines_in(line.law, 24)) for line in document.lines),
        accounts=rows_of([fact.value for fact in document.accounts], columns=3, characters=33),
        owner=lines_in(document.owner_name, 56),
        has_note=bool(document.shifted_date_note),
    )


def printable_document(document: PermitDocument, font: DocumentFont) -> PermitDocument:
    """Write every text of a document with the letters of a font. Raises `RenderingFailed` where it lacks one."""
    missing: set[str] = set()

    def write(value: Any) -> Any:
        match value:
            case str():
                text = printable(value, font)
                missing.update(missing_characters(text, font))
                return text
            case Fact() | ChargeLine():
                return type(value)(*map(write, value))
            case tuple():
                return tuple(map(write, value))
            case _:
                return value

    anew = replace(document, **{field.name: write(getattr(document, field.name)) for field in fields(document)})
    if missing:
        lacks = Text(es="la letra del documento no tiene {letters}", en="the document's font does not have {letters}")
        raise RenderingFailed(reason=lacks.format(letters=" ".join(sorted(missing))))
    return anew


def written(document: PermitDocument) -> dict[str, Any]:
    """Give the fields of a document as they are printed."""
    values = vars(document).copy()
    for name in ("issued_on", "valid_until"):
        day: date = values[name]
        values[name] = f"{day.day:02d}-{day.month:02d}-{day.year:04d}"
    values["hero_value"] = document.hero_value or values["valid_until"]
    return values


class _Facts(NamedTuple):
    """A row of facts; the number of the page that begins with it, if one does."""

    facts: tuple[Fact | None, ...]
    page: str


class _Charge(NamedTuple):
    """A line of what was paid; the number of the page that begins with it, if one does."""

    line: ChargeLine
    page: str


def _in_rows(facts: tuple[Fact, ...], width: int, part: str, setting: Setting) -> list[_Facts]:
    padded = (*facts, *([None] * (-len(facts) % width)))
    starts = range(0, len(padded), width)
    return [_Facts(padded[start : start + width], setting.page_begun_by(part, row)) for row, start in enumerate(starts)]


def fitted(logo: bytes | None) -> tuple[float, float]:
    if logo is None:
        return 0.0, 0.0
    width, height = logo_size(logo)
    scale = min(LOGO_BOX[0] / width, LOGO_BOX[1] / height)
    return width * scale, height * scale


def data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
