"""Pictures that are kept in git, and what may differ from them."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from backend.cli.paths import ROOT

ARTIFACTS = ROOT / "artifacts" / "pictures"
"""Every picture as it came out, and where it differs; git knows nothing of it."""

COLOURS = 128
"""Of a picture that is kept: they leave no block further off than 3 of 255."""

HALF = 2
"""A picture that is kept has half the width and height of what people look at."""

BLOCK = 8
MOST = 10.0
"""Of 255: how far the mean of a block of 8 × 8 pixels may be, in any colour. Another version of the program that draws
smooths edges a little differently, which changes single pixels; a figure or a line that is another changes blocks."""

_STRONGER = 8


@dataclass(frozen=True)
class Album:
    """`folder` holds the pictures; `renews` writes them anew instead of comparing."""

    folder: Path
    renews: bool

    def compare(self, name: str, png: bytes) -> None:
        """Compare a picture with the one that is kept. Where they differ, both and the difference are in ARTIFACTS."""
        large = opened(png)
        drawn = large.reduce(HALF)
        kept = self.folder / f"{name}.png"
        made = ARTIFACTS / f"{name}.png"
        made.parent.mkdir(parents=True, exist_ok=True)
        large.save(made)
        if self.renews:
            kept.parent.mkdir(parents=True, exist_ok=True)
            few = drawn.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            few.save(kept, optimize=True)
            return
        if not kept.exists():
            pytest.fail(f"no picture of {name} is kept: look at {made}, then run this test with --renew-pictures")
        known = opened(kept.read_bytes())
        assert drawn.size == known.size, f"{name} has another size: look at {made}"
        far = furthest_block(known, drawn)
        if far > MOST:
            known.save(made.with_suffix(".kept.png"))
            difference(known, drawn).save(made.with_suffix(".difference.png"))
        assert far <= MOST, f"{name} looks different (by {far:.0f}): look at {made.with_suffix('.difference.png')}"


def furthest_block(one: Image.Image, other: Image.Image) -> float:
    """How far the means of the two blocks are that are furthest apart, of 255."""
    width, height = (-(-side // BLOCK) for side in one.size)
    means = [_padded(image).resize((width, height), Image.Resampling.BOX) for image in (one, other)]
    return float(max(most for _least, most in ImageChops.difference(*means).getextrema()))  # type: ignore[misc] # three bands


def difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where two pictures differ: dark on white, also the slightest."""
    return ImageChops.invert(ImageChops.difference(one, other).point(lambda value: min(255, value * _STRONGER)))


def _padded(image: Image.Image) -> Image.Image:
    size = tuple(-(-side // BLOCK) * BLOCK for side in image.size)
    padded = Image.new("RGB", (size[0], size[1]), "white")
    padded.paste(image)
    return padded


def opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGB")
