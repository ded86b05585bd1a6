"""The colour space that the colours of a document are meant in: an ICC profile of sRGB, written here.

Made from the published figures of IEC 61966-2-1, so it is under this project's licence and nobody else's. Version 4.2,
the one that ISO 32000-1 (8.6.5.5, table 67) knows. Source of the layout: ICC.1:2004-10.
"""

import struct
from functools import cache

_DESCRIPTION = "sRGB IEC61966-2.1"
_COPYRIGHT = "SEM, Plataforma de Servicios Municipales. GPL-3.0-or-later"
_MADE_ON = (2026, 11, 22, 0, 0, 0)
_D50 = (0.9642, 1.0, 0.8249)
# Primaries of IEC 61966-2-1 and its white, adapted to D50 with the Bradford matrix below (ICC.1:2004-10, annex E).
_RED = (0.43607, 0.22249, 0.01392)
_GREEN = (0.38515, 0.71687, 0.09708)
_BLUE = (0.14307, 0.06061, 0.71410)
_D65_TO_D50 = (1.04791, 0.02293, -0.05020, 0.02960, 0.99046, -0.01707, -0.00925, 0.01506, 0.75179)
# Y = ((X + 0.055) / 1.055) ^ 2.4 from 0.04045 on, X / 12.92 below: g, a, b, c, d of function type 3 (10.15).
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb_profile() -> bytes:
    """Give the profile: always the same bytes."""
    curve = b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags = [
        (b"desc", _text(_DESCRIPTION)),
        (b"cprt", _text(_COPYRIGHT)),
        (b"wtpt", _xyz(*_D50)),
        (b"chad", b"sf32\0\0\0\0" + _fixed(*_D65_TO_D50)),
        (b"rXYZ", _xyz(*_RED)),
        (b"gXYZ", _xyz(*_GREEN)),
        (b"bXYZ", _xyz(*_BLUE)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    table, values, placed = b"", b"", {}
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags:
        if value not in placed:
            placed[value] = start + len(values)
            values += value + b"\0" * (-len(value) % 4)
        table += struct.pack(">4sII", name, placed[value], len(value))
    return _header(start + len(values)) + struct.pack(">I", len(tags)) + table + values


def _header(size: int) -> bytes:
    """7.2: a display profile (mntr) of RGB over XYZ, perceptual, with D50 as the illuminant."""
    fields = struct.pack(">II4s4s4s4s6H", size, 0, b"\x04\x20\0\0", b"mntr", b"RGB ", b"XYZ ", *_MADE_ON)
    return (fields + b"acsp" + b"\0" * 28 + _fixed(*_D50)).ljust(128, b"\0")


def _fixed(*numbers: float) -> bytes:
    """s15Fixed16Number (5.1.3)."""
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(x, y, z)


def _text(text: str) -> bytes:
    """multiLocalizedUnicodeType (10.13) with one language."""
    words = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(words), 28) + words
