"""What a municipality looks like, apart from the shape of its documents, so that one program serves them all.

Programs are compiled with colours that cannot be mistaken and a blank logo. In the base those colours are places in a
palette (an Indexed colour space, ISO 32000-1, 8.6.6.3) and the logo is a form (8.10); both are objects with numbers of
their own that the block of a theme brings. What a theme prints besides, its footer, is a value like any other.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from pypdf.generic import DictionaryObject, StreamObject

from backend.receipts.compiler.base_pages import LOOK
from backend.receipts.compiler.bases import LOGO, LOGO_MASK, LOGO_PICTURE, PALETTE
from backend.receipts.compiler.beginnings import Block, block_of
from backend.receipts.compiler.compiling import CompiledPage
from backend.receipts.compiler.paragraphs import number
from backend.receipts.rendering import LOGO_BOX, composed, data_uri, fitted
from theming.palette import PAPER, palette_of
from theming.tokens import Theme

_PROBES = {
    "primary": "#123456",
    "on_primary": "#fedcba",
    "accent": "#2468ac",
    "text": "#135724",
    "error": "#987654",
}
"""Colours of a theme that documents are printed in, while a program is compiled."""

_BLANK = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000003000000010802000000948283e30000000b4944415478da63f80f03002cdd"
    "08f84d4d646e0000000049454e44ae426082"
)
"""A picture of three by one points (PNG), which takes all the room that a logo may take."""

_MOST_LOOKS = 1_000
_COLOUR = re.compile(rb"(?<![\d.])([\d.]+ [\d.]+ [\d.]+) (rg|RG)\b")


def blank(theme: Theme) -> Theme:
    """Give the theme that programs for this one are compiled with: of its font, with a logo where it has one."""
    return replace(
        theme,
        primary=_PROBES["primary"],
        on_primary=_PROBES["on_primary"],
        accent=_PROBES["accent"],
        text=_PROBES["text"],
        error=_PROBES["error"],
        logo=_BLANK if theme.logo else None,
        footer="",
        version="blank",
    )


def with_palette(page: CompiledPage) -> CompiledPage:
    """Name the colours of a page that was compiled with a blank theme by their places in a palette."""
    places = {_operands(colour): place for place, colour in enumerate(_colours(_PROBES))}

    def named(found: re.Match[bytes]) -> bytes:
        place = places.get(found[1])
        if place is None:
            return found[0]
        written = "/%s cs %d sc" if found[2] == b"rg" else "/%s CS %d SC"
        return (written % (LOOK, place)).encode()

    return replace(
        page,
        has_palette=True,
        constants=tuple(_COLOUR.sub(named, constant) for constant in page.constants),
        paragraphs=tuple(
            tuple(replace(paragraph, paint=_COLOUR.sub(named, paragraph.paint)) for paragraph in paragraphs)
            for paragraphs in page.paragraphs
        ),
    )


@lru_cache(maxsize=_MOST_LOOKS)
def block_of_theme(theme: Theme) -> Block:
    """Write what documents of a theme share: its palette and its logo."""
    colours = _colours({name: getattr(theme, name) for name in _PROBES})
    palette = b"[ /Indexed /DeviceRGB %d <%s> ]" % (len(colours) - 1, "".join(each[1:] for each in colours).encode())
    return block_of([(PALETTE, palette), *(_logo(theme.logo) if theme.logo else ())])


def _logo(png: bytes) -> list[tuple[int, bytes]]:
    """A form of one by one, laid over the room of a logo, with the picture as xhtml2pdf embeds it at its upper left."""
    page = composed(f'<html><body><img src="{data_uri(png)}"></body></html>').pages[0]
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    pictures = resources["/XObject"].get_object()
    assert isinstance(pictures, DictionaryObject)
    (picture,) = (each.get_object() for each in pictures.values())
    mask = picture.get("/SMask")
    width, height = (of / room for of, room in zip(fitted(png), LOGO_BOX, strict=True))
    drawing = b"%s 0 0 %s 0 %s cm /Logo Do" % (number(width), number(height), number(1 - height))
    form = b"<< /Type /XObject /Subtype /Form /BBox [ 0 0 1 1 ] /Resources << /XObject << /Logo %d 0 R >> >>"
    written = [
        (LOGO, b"%s /Length %d >>\nstream\n%s\nendstream" % (form % LOGO_PICTURE, len(drawing), drawing)),
        (LOGO_PICTURE, _picture(picture, b" /SMask %d 0 R" % LOGO_MASK if mask is not None else b"")),
    ]
    return [*written, (LOGO_MASK, _picture(mask.get_object(), b""))] if mask is not None else written


def _picture(picture: StreamObject, more: bytes) -> bytes:
    repacked = StreamObject()
    repacked.set_data(picture.get_data())
    packed = repacked.flate_encode()._data  # the bytes as they are written; pypdf has no public name for them
    said = b" ".join(
        b"/%s %s" % (name.encode(), str(picture[f"/{name}"]).encode())
        for name in ("Width", "Height", "BitsPerComponent", "ColorSpace")
    )
    entries = b"/Type /XObject /Subtype /Image %s%s /Filter /FlateDecode" % (said, more)
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(packed), packed)


def _colours(theme: Mapping[str, str]) -> tuple[str, ...]:
    """Give the colours that a document is printed in: those of the theme and those that follow from them."""
    palette = palette_of(primary=theme["primary"], text=theme["text"], ground=PAPER)
    return (*(theme[name] for name in _PROBES), palette.line, palette.muted, palette.tint, palette.strong_tint)


def _operands(colour: str) -> bytes:
    """Write #rrggbb as reportlab does (8.6.8)."""
    parts = (number(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return b" ".join(part if part == b"0" else part.removeprefix(b"0") for part in parts)
