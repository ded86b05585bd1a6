"""Shapes of the look: its tokens, its versions, what the contrast gate finds."""

import base64
from dataclasses import asdict
from datetime import datetime

import strawberry

from backend.profile.models import ThemeVersion as VersionRow
from backend.profile.theme_words import COLOURS
from backend.receipts.previews.operations import ThemePreview as Preview
from backend.schema.nodes import Node, node_id
from theming.gate import ContrastFinding as Finding
from theming.gate import ContrastVerdict
from theming.pairs import Surface

THEME_VERSION = "ThemeVersion"
strawberry.enum(Surface, name="ThemeSurface", description="Where texts of a look are read.")

_NAME = "Name of the municipality, as it signs; 80 characters at most, as each of the short texts."
_PRIMARY = "Colour of buttons, headings and links, as #rrggbb."
_ON_PRIMARY = "Colour of text on the primary colour."
_ACCENT = "Colour of lines and highlights; no text has it."
_TEXT = "Colour of running text."
_BACKGROUND = "Colour behind running text."
_ERROR = "Colour of what went wrong."
_RADIUS = "Rounding of corners in CSS pixels, 0 to 24."
_FONT = 'Font of widget and pages: "system", "humanist" or "serif".'
_DOCUMENT_FONT = 'Font of documents: "public-sans" or "lora".'
_TITLE = "Heading of the widget."
_INTRO = "What the widget says first; 300 characters at most, as each of the long texts."
_HELP = "Where to ask for help."
_FOOTER = "Foot of documents, pages and mails."
_MAIL_SENDER = "Name that mails are sent under."


@strawberry.input(description="The tokens of a look. Texts are plain text, printed literally.")
class ThemeTokensInput:
    """What `theming/tokens.schema.json` allows."""

    name: str = strawberry.field(description=_NAME)
    primary: str = strawberry.field(description=_PRIMARY)
    on_primary: str = strawberry.field(description=_ON_PRIMARY)
    accent: str = strawberry.field(description=_ACCENT)
    text: str = strawberry.field(description=_TEXT)
    background: str = strawberry.field(description=_BACKGROUND)
    error: str = strawberry.field(description=_ERROR)
    radius: int = strawberry.field(description=_RADIUS)
    font: str = strawberry.field(description=_FONT)
    document_font: str = strawberry.field(description=_DOCUMENT_FONT)
    title: str = strawberry.field(description=_TITLE)
    intro: str = strawberry.field(description=_INTRO)
    help: str = strawberry.field(description=_HELP)
    footer: str = strawberry.field(description=_FOOTER)
    mail_sender: str = strawberry.field(description=_MAIL_SENDER)


@strawberry.type(description="The tokens of a look.")
class ThemeTokens:
    """As they were saved."""

    name: str = strawberry.field(description=_NAME)
    primary: str = strawberry.field(description=_PRIMARY)
    on_primary: str = strawberry.field(description=_ON_PRIMARY)
    accent: str = strawberry.field(description=_ACCENT)
    text: str = strawberry.field(description=_TEXT)
    background: str = strawberry.field(description=_BACKGROUND)
    error: str = strawberry.field(description=_ERROR)
    radius: int = strawberry.field(description=_RADIUS)
    font: str = strawberry.field(description=_FONT)
    document_font: str = strawberry.field(description=_DOCUMENT_FONT)
    title: str = strawberry.field(description=_TITLE)
    intro: str = strawberry.field(description=_INTRO)
    help: str = strawberry.field(description=_HELP)
    footer: str = strawberry.field(description=_FOOTER)
    mail_sender: str = strawberry.field(description=_MAIL_SENDER)


@strawberry.type(description="One version of the look; it never changes, and documents keep the one that they have.")
class ThemeVersion(Node):
    """A version."""

    version: int = strawberry.field(description="Counted from 1; the highest is in force.")
    is_current: bool = strawberry.field(description="Whether it is in force.")
    saved_by: str = strawberry.field(description="Who saved it.")
    saved_at: datetime = strawberry.field(description="When it was saved (UTC).")
    restored_from: int | None = strawberry.field(description="The version that it repeats, where somebody went back.")
    tokens: ThemeTokens = strawberry.field(description="Its tokens.")
    row: strawberry.Private[VersionRow]

    @strawberry.field(description="Its logo: a PNG in base64; null where it has none.")
    def logo(self) -> str | None:
        """Encode the logo where it is asked for."""
        return base64.b64encode(bytes(self.row.logo)).decode() or None


@strawberry.type(description="A text that could not be read, and a colour with which it could.")
class ContrastFinding:
    """A pair of colours below 4.5:1 (WCAG 2.1, 1.4.3)."""

    text: str = strawberry.field(description='Name of the colour of the text, e.g. "on_primary" or "muted".')
    ground: str = strawberry.field(description='Name of the colour behind it, e.g. "primary" or "paper".')
    text_name: str = strawberry.field(description="Its name for people, in the language asked for.")
    ground_name: str = strawberry.field(description="Its name for people, in the language asked for.")
    text_colour: str = strawberry.field(description="What the text's colour is, as #rrggbb.")
    ground_colour: str = strawberry.field(description="What the ground's colour is, as #rrggbb.")
    surfaces: list[Surface] = strawberry.field(description="Where the pair is read.")
    ratio: float = strawberry.field(description="Its contrast; 4.5 would pass.")
    token: str = strawberry.field(description="The token to change.")
    passing: str = strawberry.field(description="The nearest colour of the same hue, as in the proposal.")


@strawberry.type(description="A token and a colour for it.")
class ColourProposal:
    """One of those that hold together."""

    token: str = strawberry.field(description="The token to change.")
    colour: str = strawberry.field(description="As #rrggbb: of the same hue, as near as every text on it allows.")


@strawberry.type(description="What the contrast gate says of a look.")
class ThemeContrast:
    """Findings, and what would do."""

    findings: list[ContrastFinding] = strawberry.field(description="Texts that could not be read; none: it is fine.")
    proposal: list[ColourProposal] = strawberry.field(
        description="All together they let every text pass; may name more tokens than the findings."
    )


@strawberry.type(description="A look in use, with sample data. Nothing was kept. Pages are whole and fetch nothing.")
class ThemePreview:
    """Widget, document, mail."""

    widget: str = strawberry.field(
        description='A page with the real widget: for a frame with sandbox="allow-scripts allow-forms".'
    )
    document_pdf: str = strawberry.field(
        description="A permit marked as a sample, without folio or signature: a PDF in base64."
    )
    document_png: str | None = strawberry.field(
        description="Its first page as PNG in base64; null where the server cannot draw it."
    )
    mail_subject: str = strawberry.field(description="Subject of the mail with the documents.")
    mail_html: str = strawberry.field(description='That mail: for a frame with sandbox="".')
    mail_text: str = strawberry.field(description="That mail without markup.")
    page: str = strawberry.field(description="A page with all three side by side.")
    contrast: ThemeContrast = strawberry.field(description="Whether it could be saved, and why not.")


def theme_version(row: VersionRow, current: int) -> ThemeVersion:
    """Shape a version; `current` is the one in force."""
    return ThemeVersion(
        id=node_id(THEME_VERSION, row.version),
        version=row.version,
        is_current=row.version == current,
        saved_by=row.saved_by,
        saved_at=row.created_at,
        restored_from=row.restored_from,
        tokens=ThemeTokens(**row.tokens),
        row=row,
    )


def tokens_of(tokens: ThemeTokensInput) -> dict[str, object]:
    """Return tokens as the profile keeps them."""
    return asdict(tokens)


def contrast(verdict: ContrastVerdict, language: str) -> ThemeContrast:
    """Shape what the contrast gate says."""
    return ThemeContrast(
        findings=[_finding(found, language) for found in verdict.findings],
        proposal=[ColourProposal(token=token, colour=colour) for token, colour in verdict.proposal.items()],
    )


def _finding(found: Finding, language: str) -> ContrastFinding:
    return ContrastFinding(
        text=found.pair.text,
        ground=found.pair.ground,
        text_name=COLOURS[found.pair.text].in_language(language),
        ground_name=COLOURS[found.pair.ground].in_language(language),
        text_colour=found.text_colour,
        ground_colour=found.ground_colour,
        surfaces=list(found.surfaces),
        ratio=found.ratio,
        token=found.token,
        passing=found.passing,
    )


def preview(drawn: Preview, language: str) -> ThemePreview:
    """Shape a preview."""
    return ThemePreview(
        widget=drawn.widget,
        document_pdf=_base64(drawn.document_pdf),
        document_png=_base64(drawn.document_png) if drawn.document_png else None,
        mail_subject=drawn.mail_subject,
        mail_html=drawn.mail_html,
        mail_text=drawn.mail_text,
        page=drawn.side_by_side,
        contrast=contrast(drawn.verdict, language),
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
