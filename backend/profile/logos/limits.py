"""What a logo may be, and what drawing it may cost."""

from backend.shared.limited import ChildLimits

MEGABYTE = 1024 * 1024
LARGEST_FILE = 2 * MEGABYTE
"""Bytes, as it is sent."""

MOST_PIXELS = 16_000_000
"""Of a picture made of pixels: 4,000 × 4,000 take 64 MB when they are unpacked."""

MOST_ELEMENTS = 5_000
"""Of a drawing."""

BOX = (720, 240)
"""Pixels that the PNG fits into: 346 a inch in the space that documents have for a logo (150 × 50 points)."""

LEAST_SIDE = 16
"""Pixels of a picture that can be told from a spot."""

LIMITS = ChildLimits(memory=512 * MEGABYTE, cpu_seconds=5, output=MEGABYTE, seconds=15)
"""The largest picture takes 300 MB of address space, most of it libraries."""
