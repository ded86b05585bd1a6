"""Draw the logos of the presets: abstract marks of our own, no crest of any municipality.

Run `python -m theming.draw_logos` after changing a drawing; needs Pillow, which the documents need too.
"""

from collections.abc import Callable
from math import pi, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from theming.stacks import DOCUMENT_FONTS
from theming.tokens import preset_tokens

_WIDTH, _HEIGHT = 480, 160
_SCALE = 4
"""Drawn this much larger, then reduced: smooth edges."""


def draw_plaza(pen: ImageDraw.ImageDraw, primary: str, accent: str) -> None:
    """A round square with four paths that meet under a sun."""
    pen.rounded_rectangle(_scaled(8, 12, 144, 148), radius=34 * _SCALE, fill=primary)
    for radius, colour in ((50, "#ffffff"), (40, primary), (30, "#ffffff"), (20, primary)):
        pen.pieslice(_scaled(76 - radius, 112 - radius, 76 + radius, 112 + radius), 180, 360, fill=colour)
    pen.rectangle(_scaled(26, 112, 126, 118), fill="#ffffff")
    pen.ellipse(_scaled(64, 28, 88, 52), fill=accent)


def draw_rivers(pen: ImageDraw.ImageDraw, primary: str, accent: str) -> None:
    """Three rivers that run side by side under a rising sun."""
    pen.ellipse(_scaled(8, 12, 144, 148), fill=primary)
    pen.pieslice(_scaled(48, 34, 104, 90), 180, 360, fill="#f2b632")
    for row, colour in enumerate(("#ffffff", "#9cc3e6", "#ffffff")):
        crest = 74 + row * 20
        reach = (54, 50, 36)[row]
        upper = [(76 + x, crest + 5 * sin(x / 18 * pi)) for x in range(-reach, reach + 1)]
        lower = [(x, y + 9) for x, y in reversed(upper)]
        pen.polygon([(x * _SCALE, y * _SCALE) for x, y in upper + lower], fill=colour)


def draw_dunes(pen: ImageDraw.ImageDraw, primary: str, accent: str) -> None:
    """Two dunes and a sea under a low sun."""
    pen.ellipse(_scaled(8, 12, 144, 148), fill=accent)
    pen.ellipse(_scaled(88, 34, 116, 62), fill="#f4c95d")
    pen.polygon([(x * _SCALE, y * _SCALE) for x, y in ((20, 104), (62, 52), (104, 104))], fill=primary)
    pen.polygon([(x * _SCALE, y * _SCALE) for x, y in ((56, 104), (94, 70), (132, 104))], fill="#c8643a")
    pen.rectangle(_scaled(24, 108, 128, 113), fill="#ffffff")
    pen.rectangle(_scaled(38, 120, 114, 125), fill="#ffffff")


def draw_peaks(pen: ImageDraw.ImageDraw, primary: str, accent: str) -> None:
    """Two snowy peaks over a field."""
    pen.rounded_rectangle(_scaled(8, 12, 144, 148), radius=20 * _SCALE, fill=primary)
    for peak, left, right in ((58, 18, 98), (98, 62, 136)):
        snow = ((peak - 13, 66), (peak, 44), (peak + 12, 66))
        pen.polygon([(x * _SCALE, y * _SCALE) for x, y in ((left, 112), (peak, 44), (right, 112))], fill="#9ea1d6")
        pen.polygon([(x * _SCALE, y * _SCALE) for x, y in snow], fill="#ffffff")
    pen.rectangle(_scaled(8, 112, 144, 126), fill=accent)


_DRAWINGS: dict[str, Callable[[ImageDraw.ImageDraw, str, str], None]] = {
    "coyhaique": draw_peaks,
    "iquique": draw_dunes,
    "nunoa": draw_plaza,
    "valdivia": draw_rivers,
}


def draw_logo(slug: str) -> Image.Image:
    tokens = preset_tokens(slug)
    canvas = Image.new("RGBA", (_WIDTH * _SCALE, _HEIGHT * _SCALE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(canvas)
    _DRAWINGS[slug](pen, tokens["primary"], tokens["accent"])
    kind, _, place = tokens["name"].partition(" de ")
    font = DOCUMENT_FONTS[tokens["document_font"]]
    small = ImageFont.truetype(font.regular, 30 * _SCALE)
    large = ImageFont.truetype(font.bold, 60 * _SCALE)
    pen.text((168 * _SCALE, 62 * _SCALE), f"{kind} de", font=small, fill=tokens["text"], anchor="ls")
    pen.text((166 * _SCALE, 122 * _SCALE), place, font=large, fill=tokens["primary"], anchor="ls")
    return canvas.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)


def _scaled(*corners: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (corner * _SCALE for corner in corners)
    return left, top, right, bottom


def main() -> None:
    for slug in _DRAWINGS:
        draw_logo(slug).save(Path(__file__).parent / "presets" / slug / "logo.png", optimize=True)


if __name__ == "__main__":
    main()
