"""Contrast between two colours, as WCAG 2.1 defines it."""

import re

#: Least contrast of normal text: WCAG 2.1, success criterion 1.4.3 (AA).
MINIMUM_TEXT_CONTRAST = 4.5

_COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})\Z")


def is_colour(text: str) -> bool:
    """Tell whether `text` is a colour written as #rrggbb."""
    return _COLOUR.match(text) is not None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #rrggbb colours, from 1.0 (the same) to 21.0 (black on white).

    Source: WCAG 2.1, definitions of "contrast ratio" and "relative luminance".
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`share` (0 to 1) of the first colour laid over the second, as #rrggbb."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(above * share + below * (1 - share)):02x}" for above, below in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[int, int, int]:
    match = _COLOUR.match(colour)
    if match is None:
        raise ValueError(f"not a #rrggbb colour: {colour!r}")
    red, green, blue = (int(pair, 16) for pair in match.groups())
    return red, green, blue
