"""The contrast gate: which texts of a theme could not be read, and the nearest colours with which they could.

Least contrast is that of normal text, 4.5 (WCAG 2.1, 1.4.3), for every pair of `pairs.PAIRS`, whatever its size.
"""

from collections.abc import Callable, Iterator, Mapping
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass, field

from theming.contrast import MINIMUM_TEXT_CONTRAST, contrast
from theming.pairs import PAIRS, Pair, Surface, tokens_of
from theming.palette import COLOURS, swatches
from theming.tokens import Theme

_STEPS = 255
_MENDED = ("primary", "error", "text", "on_primary")
"""In this order: tints follow from the primary colour, and text stands on them."""

Colours = Mapping[str, str]


@dataclass(frozen=True)
class ContrastFinding:
    """A pair below the least contrast, and a token whose nearest colour of the same hue lets every text pass.

    `passing` is part of the verdict's proposal.
    """

    pair: Pair
    surfaces: tuple[Surface, ...]
    text_colour: str
    ground_colour: str
    ratio: float
    token: str
    colour: str
    passing: str


@dataclass(frozen=True)
class ContrastVerdict:
    """What the gate says of a theme."""

    findings: tuple[ContrastFinding, ...] = ()
    """None for a theme that may be saved."""
    proposal: Mapping[str, str] = field(default_factory=dict)
    """Tokens and colours with which, all together, every text can be read. May name more than the findings do: where
    the primary colour must become darker, a dark text on it must become light."""


def judge_contrast(theme: Theme) -> ContrastVerdict:
    """Say which pairs of a theme nobody could read well, and what would do."""
    colours = {name: getattr(theme, name) for name in COLOURS}
    known = swatches(colours)
    low = [(pair, ratio) for pair in PAIRS if (ratio := _ratio(pair, known)) < MINIMUM_TEXT_CONTRAST]
    if not low:
        return ContrastVerdict()
    mended = passing_colours(colours)
    return ContrastVerdict(
        findings=tuple(_finding(pair, ratio, colours, known, mended) for pair, ratio in low),
        proposal={token: colour for token, colour in mended.items() if colour != colours[token]},
    )


def passing_colours(colours: Colours) -> dict[str, str]:
    """Return the tokens with the fewest and smallest changes of lightness that let every pair pass.

    The ground stays as long as texts can be mended on it; else it becomes lighter. Hues stay.
    """
    for background in _lighter(colours["background"]):
        mended = _mended_on(background, colours)
        if mended is not None:
            return mended
    raise AssertionError("on white every colour passes when it is dark enough")


def _finding(pair: Pair, ratio: float, colours: Colours, known: Colours, mended: Colours) -> ContrastFinding:
    candidates = [*tokens_of(pair.text), *tokens_of(pair.ground), *COLOURS]
    token = next(name for name in candidates if mended[name] != colours[name])
    return ContrastFinding(
        pair=pair,
        surfaces=PAIRS[pair],
        text_colour=known[pair.text],
        ground_colour=known[pair.ground],
        ratio=ratio,
        token=token,
        colour=colours[token],
        passing=mended[token],
    )


def _mended_on(background: str, colours: Colours) -> dict[str, str] | None:
    mended = {**colours, "background": background}
    if not _passes(mended, Pair("ok", "background")):
        return None
    for token in _MENDED:
        found = _nearest(mended[token], _passes_with(mended, token))
        if found is None:
            return None
        mended[token] = found
    return mended if all(_passes(mended, pair) for pair in PAIRS) else None


def _passes_with(colours: Colours, token: str) -> Callable[[str], bool]:
    """Return the test of a colour for a token: every text that follows from it can be read."""
    pairs = [
        pair for pair in PAIRS if token in tokens_of(pair.text) or (pair.text, pair.ground) == ("background", token)
    ]
    return lambda colour: all(_passes({**colours, token: colour}, pair) for pair in pairs)


def _passes(colours: Colours, pair: Pair) -> bool:
    return _ratio(pair, swatches(colours)) >= MINIMUM_TEXT_CONTRAST


def _ratio(pair: Pair, known: Colours) -> float:
    return contrast(known[pair.text], known[pair.ground])


def _nearest(colour: str, passes: Callable[[str], bool]) -> str | None:
    return next((shade for shade in _shades(colour) if passes(shade)), None)


def _shades(colour: str) -> Iterator[str]:
    """Give a colour, then its darker and lighter shades of the same hue by distance, down to black and up to white."""
    yield colour
    hue, lightness, saturation = _hls(colour)
    for step in range(1, _STEPS + 1):
        for changed in (lightness - step / _STEPS, lightness + step / _STEPS):
            if -1 / _STEPS < changed < 1 + 1 / _STEPS:
                yield _colour(hue, min(1.0, max(0.0, changed)), saturation)


def _lighter(colour: str) -> Iterator[str]:
    yield colour
    hue, lightness, saturation = _hls(colour)
    for step in range(1, _STEPS + 2):
        yield _colour(hue, min(1.0, lightness + step / _STEPS), saturation)


def _hls(colour: str) -> tuple[float, float, float]:
    return rgb_to_hls(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)))


def _colour(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in hls_to_rgb(hue, lightness, saturation))
