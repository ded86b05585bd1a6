"""The font families that a municipality can choose from."""

from dataclasses import dataclass
from pathlib import Path

FONTS_FOLDER = Path(__file__).parent / "fonts"

#: Widget and pages: fonts that the reader's device already has, so that nothing is downloaded.
SCREEN_STACKS = {
    "system": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif",
    "humanist": "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'DejaVu Sans', source-sans-pro, sans-serif",
    "serif": "Charter, 'Bitstream Charter', 'Sitka Text', Cambria, 'Noto Serif', Georgia, serif",
}


@dataclass(frozen=True)
class DocumentFont:
    """A family embedded in documents: TrueType files shipped with the project."""

    code: str
    family: str

    @property
    def regular(self) -> Path:
        return FONTS_FOLDER / self.code / "Regular.ttf"

    @property
    def bold(self) -> Path:
        return FONTS_FOLDER / self.code / "Bold.ttf"


DOCUMENT_FONTS = {
    font.code: font
    for font in (
        DocumentFont(code="public-sans", family="Public Sans"),
        DocumentFont(code="lora", family="Lora"),
    )
}
