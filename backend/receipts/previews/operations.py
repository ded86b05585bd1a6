"""The preview of a look: everything drawn as it would be, nothing kept."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from backend.profile.logos.rasterising import rasterise_logo
from backend.profile.queries import current_version
from backend.profile.theme_words import COLOURS, SURFACES, printed_ratio
from backend.profile.themes import checked_theme
from backend.receipts.previews.pictures import page_picture, sample_pdf
from backend.receipts.previews.samples import sample_mail
from backend.receipts.previews.widget import widget_page
from theming.gate import ContrastFinding, ContrastVerdict, judge_contrast
from theming.templates import render


@dataclass(frozen=True)
class ThemePreview:
    """A look in use. Pages are whole and fetch nothing; put them into a frame with `sandbox`."""

    widget: str
    """HTML with the real widget, which answers itself; its frame needs `allow-scripts allow-forms`, nothing else."""
    document_pdf: bytes
    document_png: bytes | None
    """Its first page, where the machine can draw it."""
    mail_subject: str
    mail_html: str
    mail_text: str
    side_by_side: str
    """HTML with all three and what the contrast gate found."""
    verdict: ContrastVerdict
    """Without findings the look could be saved."""


def preview_theme(*, tokens: Mapping[str, object], logo: bytes | None, has_logo: bool = True) -> ThemePreview:
    """Draw widget, document and mail in a look, with sample data; nothing is kept.

    The arguments are those of `save_theme`. A look that the contrast gate would refuse is drawn all the same, so that
    whoever mends it sees it. Raises `ThemeNotUsable`, `LogoNotUsable`, `RasteriserBusy`, `RenderingFailed`.
    """
    theme = checked_theme(tokens, _logo_of(logo) if has_logo else b"")
    verdict = judge_contrast(theme)
    pdf = sample_pdf(theme)
    mail = sample_mail()
    widget = widget_page(theme, (settings.SEM_FRONTEND_DIR / "widget" / "v1.js").read_text(encoding="utf-8"))
    mail_html = render("mail/documents_ready.html", mail, theme)
    mail_subject = render("mail/documents_ready.subject.txt", mail, theme)
    png = page_picture(pdf)
    return ThemePreview(
        widget=widget,
        document_pdf=pdf,
        document_png=png,
        mail_subject=mail_subject,
        mail_html=mail_html,
        mail_text=render("mail/documents_ready.txt", mail, theme),
        side_by_side=render(
            "previews/side_by_side.html",
            {
                "widget": widget,
                "document_png": f"data:image/png;base64,{_base64(png)}" if png else "",
                "mail": mail_html,
                "mail_subject": mail_subject,
                "findings": [_written(finding) for finding in verdict.findings],
            },
            theme,
        ),
        verdict=verdict,
    )


def _logo_of(sent: bytes | None) -> bytes:
    if sent is not None:
        return rasterise_logo(sent)
    current = current_version()
    return bytes(current.logo) if current else b""


def _written(finding: ContrastFinding) -> dict[str, str]:
    return {
        "text": COLOURS[finding.pair.text].es,
        "ground": COLOURS[finding.pair.ground].es,
        "text_colour": finding.text_colour,
        "ground_colour": finding.ground_colour,
        "where": ", ".join(SURFACES[surface].es for surface in finding.surfaces),
        "ratio": printed_ratio(finding.ratio, "es"),
        "token": COLOURS[finding.token].es,
        "passing": finding.passing,
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
