"""Every colour that a theme gives: those that a municipality sets, and those that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass

from theming.contrast import mix

PAPER = "#ffffff"
"""Documents are printed: their ground is white whatever the screen's is."""

OK = "#17692f"
"""Of the widget (--sem-ok): no municipality sets it."""

COLOURS = ("primary", "on_primary", "accent", "text", "background", "error")
"""The tokens that are colours."""


@dataclass(frozen=True)
class Palette:
    """Colours that follow from those of a theme, over the ground given."""

    line: str
    muted: str
    tint: str
    strong_tint: str


def palette_of(*, primary: str, text: str, ground: str) -> Palette:
    """Mix the colours that follow, over a ground."""
    return Palette(
        line=mix(text, ground, 0.22),
        muted=mix(text, ground, 0.72),
        tint=mix(primary, ground, 0.06),
        strong_tint=mix(primary, ground, 0.14),
    )


def swatches(colours: Mapping[str, str]) -> dict[str, str]:
    """Name every colour that text or its ground can have; `colours` are the tokens of `COLOURS`."""
    screen = palette_of(primary=colours["primary"], text=colours["text"], ground=colours["background"])
    paper = palette_of(primary=colours["primary"], text=colours["text"], ground=PAPER)
    return {
        **{name: colours[name] for name in COLOURS},
        "muted": screen.muted,
        "tint": screen.tint,
        "strong_tint": screen.strong_tint,
        "paper": PAPER,
        "paper_muted": paper.muted,
        "paper_tint": paper.tint,
        "paper_strong_tint": paper.strong_tint,
        "ok": OK,
    }
