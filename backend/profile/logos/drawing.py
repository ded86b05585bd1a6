"""From a file that somebody sent to the PNG that is kept; runs in the limited child only."""

import io

from PIL import Image

from backend.profile.logos.pixels import as_logo, is_picture, read_pixels
from backend.profile.logos.refusals import NotALogo, Why
from backend.profile.logos.vectors import draw_vectors, is_drawing


def draw_logo(data: bytes) -> bytes:
    """Draw a PNG, JPEG, WebP or SVG anew, as a PNG. Raises `NotALogo`."""
    if is_picture(data):
        return as_logo(read_pixels(data))
    if not is_drawing(data):
        raise NotALogo(Why.UNKNOWN_KIND)
    with Image.open(io.BytesIO(draw_vectors(data)), formats=("PNG",)) as drawn:
        return as_logo(drawn.convert("RGBA"))
