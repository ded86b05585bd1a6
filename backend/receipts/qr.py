"""The QR code that is printed on a document."""

import io

import segno

_PIXELS_PER_MODULE = 8
_QUIET_ZONE = 4
"""Modules. Source: ISO/IEC 18004, 9.1."""


def qr_png(text: str) -> bytes:
    """Black-on-white PNG of the QR code of `text`, error correction M: readable when folded or stained a little."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        picture, kind="png", scale=_PIXELS_PER_MODULE, border=_QUIET_ZONE, dark="#000000", light="#ffffff"
    )
    return picture.getvalue()
