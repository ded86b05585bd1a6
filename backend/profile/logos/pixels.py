"""Pictures made of pixels, and the PNG that is kept; runs in the limited child only."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from backend.profile.logos.limits import BOX, LEAST_SIDE, MOST_PIXELS
from backend.profile.logos.refusals import NotALogo, Why
from theming.logos import MAXIMUM_BYTES

_KINDS = ("PNG", "JPEG", "WEBP")
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
_SMALLER = 0.8


def is_picture(data: bytes) -> bool:
    """Tell whether a file begins as one of the kinds that are read."""
    return data.startswith(_SIGNATURES)


def read_pixels(data: bytes) -> Image.Image:
    """Read a PNG, JPEG or WebP, upright and no larger than it is needed. Raises `NotALogo`."""
    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotALogo(Why.TOO_MANY_PIXELS)
            picture.load()
            upright = ImageOps.exif_transpose(picture) or picture
            return _fitted(upright.convert("RGBA"))
    except UnidentifiedImageError as error:
        raise NotALogo(Why.UNKNOWN_KIND) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotALogo(Why.TOO_MANY_PIXELS) from error
    except (OSError, ValueError, SyntaxError, IndexError, EOFError) as error:  # what Pillow says of broken files
        raise NotALogo(Why.BROKEN) from error


def as_logo(picture: Image.Image) -> bytes:
    """Write the PNG that is kept: pixels alone, no note of where they came from. Raises `NotALogo`."""
    if min(picture.size) < LEAST_SIDE:
        raise NotALogo(Why.TOO_SMALL)
    if picture.getbbox(alpha_only=True) is None:
        raise NotALogo(Why.EMPTY)
    while len(png := _png(picture)) > MAXIMUM_BYTES:
        picture = _scaled(picture, _SMALLER)
    return png


def _fitted(picture: Image.Image) -> Image.Image:
    scale = min(BOX[0] / picture.width, BOX[1] / picture.height)
    return picture if scale >= 1 else _scaled(picture, scale)


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _png(picture: Image.Image) -> bytes:
    pixels = Image.frombytes("RGBA", picture.size, picture.tobytes())
    paper = io.BytesIO()
    pixels.save(paper, "PNG", optimize=True)
    return paper.getvalue()
