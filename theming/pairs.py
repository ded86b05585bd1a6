"""Every colour of text with every ground that it is really printed on: what the contrast gate looks at.

`tests/journeys/test_contrast.py` draws widget, pages, mails and documents in a browser and compares what it finds there
with this table, both ways.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple


class Surface(StrEnum):
    """Where a pair is seen."""

    WIDGET = "WIDGET"
    PAGE = "PAGE"
    MAIL = "MAIL"
    DOCUMENT = "DOCUMENT"


class Pair(NamedTuple):
    """Names of two colours of `palette.swatches`."""

    text: str
    ground: str


_WIDGET, _PAGE, _MAIL, _DOCUMENT = Surface

PAIRS: Final[Mapping[Pair, tuple[Surface, ...]]] = MappingProxyType(
    {
        Pair("text", "background"): (_WIDGET, _PAGE, _MAIL),
        Pair("primary", "background"): (_WIDGET, _PAGE, _MAIL),
        Pair("on_primary", "primary"): (_WIDGET, _PAGE, _DOCUMENT),
        Pair("error", "background"): (_WIDGET, _PAGE),
        Pair("error", "tint"): (_MAIL,),
        Pair("ok", "background"): (_WIDGET,),
        Pair("background", "error"): (_PAGE,),
        Pair("muted", "background"): (_PAGE, _MAIL),
        Pair("text", "tint"): (_PAGE, _MAIL),
        Pair("primary", "tint"): (_PAGE, _MAIL),
        Pair("muted", "tint"): (_PAGE,),
        Pair("text", "strong_tint"): (_PAGE,),
        Pair("text", "paper"): (_DOCUMENT,),
        Pair("primary", "paper"): (_DOCUMENT,),
        Pair("error", "paper"): (_DOCUMENT,),
        Pair("paper_muted", "paper"): (_DOCUMENT,),
        Pair("text", "paper_tint"): (_DOCUMENT,),
        Pair("primary", "paper_tint"): (_DOCUMENT,),
        Pair("paper_muted", "paper_tint"): (_DOCUMENT,),
        Pair("primary", "paper_strong_tint"): (_DOCUMENT,),
    }
)

TOKENS_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "muted": ("text",),
        "paper_muted": ("text",),
        "tint": ("primary", "background"),
        "strong_tint": ("primary", "background"),
        "paper_tint": ("primary",),
        "paper_strong_tint": ("primary",),
        "paper": (),
        "ok": (),
    }
)
"""Tokens that a colour follows from; one that is not here is a token itself."""


def tokens_of(swatch: str) -> tuple[str, ...]:
    """Return the tokens that a municipality changes to change that colour, the first one first."""
    return TOKENS_OF.get(swatch, (swatch,))
