"""What a logo must be before anything decodes it."""

import struct

MAXIMUM_BYTES = 256 * 1024
MAXIMUM_SIDE = 1600
"""Pixels."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class LogoRefused(ValueError):
    """Raised by `check_logo`, with a sentence for the person who chose the file."""


def check_logo(logo: bytes) -> None:
    """Look at the header of a PNG: kind, bytes and pixels, without decoding it.

    Source: PNG specification (third edition), 5.2 and 11.2.1. Raises `LogoRefused`.
    """
    if len(logo) > MAXIMUM_BYTES:
        raise LogoRefused(f"El logo puede pesar hasta {MAXIMUM_BYTES // 1024} kB.")
    if not logo.startswith(_SIGNATURE) or logo[12:16] != b"IHDR" or len(logo) < 33:
        raise LogoRefused("El logo debe ser una imagen PNG.")
    width, height = logo_size(logo)
    if not (0 < width <= MAXIMUM_SIDE and 0 < height <= MAXIMUM_SIDE):
        raise LogoRefused(f"El logo puede medir hasta {MAXIMUM_SIDE} × {MAXIMUM_SIDE} píxeles.")


def logo_size(logo: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG that `check_logo` accepted."""
    width, height = struct.unpack(">II", logo[16:24])
    return int(width), int(height)
