"""Whatever is sent as a logo, what is kept is a small PNG that we drew, or nothing and a reason."""

import io
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from backend.profile.logos.limits import BOX, LARGEST_FILE, MOST_ELEMENTS
from backend.profile.logos.rasterising import LogoNotUsable, rasterise_logo
from backend.profile.logos.refusals import SENTENCES, Why
from theming.logos import MAXIMUM_BYTES, check_logo
from theming.tokens import preset_logo

HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 100">'
SHAPE = b'<rect width="280" height="80" x="10" y="10" fill="#12406f"/>'
BLUE = (0x12, 0x40, 0x6F, 255)


def drawing(inside: bytes = SHAPE, *, head: bytes = HEAD, before: bytes = b"") -> bytes:
    return before + head + inside + b"</svg>"


def picture(kind: str, size: tuple[int, int] = (300, 100), mode: str = "RGB", **options: object) -> bytes:
    image = Image.new(mode, size, "white" if mode != "RGBA" else (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((4, 4, size[0] - 4, size[1] - 4), fill="#12406f" if mode != "CMYK" else None)
    paper = io.BytesIO()
    image.save(paper, kind, **options)
    return paper.getvalue()


def opened(png: bytes) -> Image.Image:
    check_logo(png)
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def refusal(data: bytes) -> Why:
    with pytest.raises(LogoNotUsable) as refused:
        rasterise_logo(data)
    assert refused.value.field == "logo"
    assert refused.value.message == SENTENCES[refused.value.why]
    return refused.value.why


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_become_a_png_of_their_size(kind: str) -> None:
    logo = opened(rasterise_logo(picture(kind)))

    assert (logo.format, logo.size, logo.mode) == ("PNG", (300, 100), "RGBA")
    assert max(abs(one - other) for one, other in zip(logo.getpixel((150, 50)), BLUE, strict=True)) <= 6  # type: ignore[arg-type]


def test_a_drawing_becomes_pixels_that_fill_the_box() -> None:
    logo = opened(rasterise_logo(drawing()))

    assert logo.size == BOX
    assert logo.getpixel((360, 120)) == BLUE
    assert logo.getpixel((2, 2)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "head",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" width="30cm" height="10cm">',
        b'<svg xmlns="http://www.w3.org/2000/svg" width="1000000000" height="1000000000" viewBox="0,0 300,100">',
        b'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%" viewBox="0 0 3e-3 1e-3">',
    ],
    ids=["by width and height", "a million kilometres wide", "very fine"],
)
def test_whatever_a_drawing_says_of_its_size_the_result_is_bounded(head: bytes) -> None:
    inside = SHAPE if b"3e-3" not in head else b'<rect width="1" height="1" fill="#12406f"/>'

    assert opened(rasterise_logo(drawing(inside, head=head))).size == BOX


def test_large_pictures_are_made_smaller_and_small_ones_stay() -> None:
    assert opened(rasterise_logo(picture("PNG", (3000, 3000)))).size == (240, 240)
    assert opened(rasterise_logo(picture("PNG", (40, 20)))).size == (40, 20)


def test_a_picture_that_packs_badly_is_made_smaller_until_it_is_light() -> None:
    paper = io.BytesIO()
    Image.frombytes("RGB", (720, 240), random.Random(17).randbytes(720 * 240 * 3)).save(paper, "PNG")

    assert len(rasterise_logo(paper.getvalue())) <= MAXIMUM_BYTES


def test_what_a_picture_says_about_itself_is_dropped() -> None:
    notes = PngInfo()
    notes.add_text("Author", "Contribuyente de prueba")
    notes.add_itxt("Where", "Calle de prueba 17", zip=True)
    exif = Image.Exif()
    exif[0x010F] = "Calle de prueba 17"
    exif[0x0112] = 6  # turned by a quarter

    logos = [rasterise_logo(picture("PNG", pnginfo=notes)), rasterise_logo(picture("JPEG", exif=exif))]

    assert [opened(logo).info for logo in logos] == [{}, {}]
    assert opened(logos[1]).size == (80, 240), "shown upright"
    assert all(b"prueba" not in logo for logo in logos)


def test_the_same_file_gives_the_same_logo_and_a_logo_stays_what_it_is() -> None:
    once = rasterise_logo(preset_logo("valdivia"))

    assert rasterise_logo(preset_logo("valdivia")) == once
    assert opened(rasterise_logo(once)).tobytes() == opened(once).tobytes()


def test_colours_of_print_and_moving_pictures_are_still_pictures() -> None:
    moving = io.BytesIO()
    frames = [Image.new("RGB", (60, 30), colour) for colour in ("#12406f", "red", "green")]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    assert opened(rasterise_logo(moving.getvalue())).getpixel((30, 15)) == BLUE
    assert opened(rasterise_logo(picture("JPEG", mode="CMYK"))).size == (300, 100)


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf",
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- Inkscape -->\n',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        b'<?xml-stylesheet href="http://127.0.0.1:9/x.css"?>',
    ],
    ids=["byte order mark", "declaration and comment", "document type", "style sheet of somebody"],
)
def test_what_drawing_programs_put_before_a_drawing_is_passed_over(before: bytes) -> None:
    assert opened(rasterise_logo(drawing(before=before))).getpixel((360, 120)) == BLUE


def test_what_drawing_programs_note_in_a_drawing_is_dropped() -> None:
    notes = (
        b'<metadata><rdf xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata><title>Logo</title>'
        b'<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" n:x="file:///etc/passwd"/>'
        b'<g onload="alert(1)" xml:base="http://127.0.0.1:9/">' + SHAPE + b"</g>"
    )

    assert opened(rasterise_logo(drawing(notes))).getpixel((360, 120)) == BLUE


def test_gradients_classes_and_parts_used_again_are_drawn() -> None:
    inside = (
        b'<defs><linearGradient id="g"><stop offset="0" stop-color="#12406f"/><stop offset="1" stop-color="#12406f"/>'
        b'</linearGradient><rect id="r" class="a" width="300" height="100"/></defs><style>.a{fill:url(#g)}</style>'
        b'<use xlink:href="#r"/>'
    )

    assert opened(rasterise_logo(drawing(inside))).getpixel((360, 120)) == BLUE


LAUGHS = b"".join(
    b'<g id="l%d">' % level + b'<use href="#l%d"/>' % (level - 1) * 10 + b"</g>" for level in range(1, 10)
)
HOSTILE = {
    "a file of the machine": (b'<image href="file:///etc/passwd"/>', Why.PICTURES),
    "a picture elsewhere": (b'<image xlink:href="http://127.0.0.1:9/x.png"/>', Why.PICTURES),
    "a picture inside": (b'<image href="data:image/png;base64,AAAA"/>', Why.PICTURES),
    "another drawing": (b'<use href="http://127.0.0.1:9/x.svg#a"/>', Why.OUTSIDE),
    "a file used": (b'<use xlink:href="/etc/passwd"/>', Why.OUTSIDE),
    "a style sheet elsewhere": (b"<style>@import 'http://127.0.0.1:9/x.css';</style>" + SHAPE, Why.OUTSIDE),
    "a style that hides its address": (b"<style>.a{fill:u\\72l(http://127.0.0.1:9/x)}</style>", Why.OUTSIDE),
    "an address in a style": (
        b'<rect style="fill:url( \'http://127.0.0.1:9/#a\' )" width="9" height="9"/>',
        Why.OUTSIDE,
    ),
    "an address in an attribute": (b'<rect fill="url(//127.0.0.1:9/x#a)" width="9" height="9"/>', Why.OUTSIDE),
    "a script": (b"<script>alert(1)</script>" + SHAPE, Why.ACTIVE),
    "an animation": (b'<rect width="9" height="9"><animate attributeName="x" to="9"/></rect>', Why.ACTIVE),
    "a page": (b'<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">x</div></foreignObject>', Why.PICTURES),
    "letters": (b"<text>Municipalidad</text>", Why.LETTERS),
    "a filter": (b'<filter id="f"><feGaussianBlur stdDeviation="9999"/></filter>', Why.UNSUPPORTED),
    "too many parts": (b"<g/>" * (MOST_ELEMENTS + 1), Why.TOO_MANY_ELEMENTS),
    "parts that use parts": (b'<rect id="l0" width="9" height="9"/>' + LAUGHS, Why.TOO_COSTLY),
    "nothing to see": (b'<rect width="9" height="9" fill="none"/>', Why.EMPTY),
    "an end that is missing": (b"<g>", Why.BROKEN),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_drawing_that_is_more_than_a_drawing_is_refused(name: str) -> None:
    inside, why = HOSTILE[name]

    assert refusal(drawing(inside)) == why


def test_entities_are_refused_whatever_they_would_give() -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10))
    bombs = {
        "billion laughs": b'<!DOCTYPE svg [<!ENTITY l0 "ja">' + laughs + b"]>",
        "a file": b'<!DOCTYPE svg [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        "an address": b'<!DOCTYPE svg [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
        "a parameter": b'<!DOCTYPE svg [<!ENTITY % l9 SYSTEM "http://127.0.0.1:9/x"> %l9;]>',
    }

    said = {name: refusal(drawing(b"<title>&l9;</title>" + SHAPE, before=before)) for name, before in bombs.items()}

    assert said == dict.fromkeys(bombs, Why.ENTITIES)


def test_an_entity_that_nobody_defined_is_a_broken_file() -> None:
    assert refusal(drawing(b"<title>&l9;</title>" + SHAPE)) == Why.BROKEN


def png_of(width: int, height: int, content: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(content, 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png_of(50_000, 50_000, bytes(1_000_000)), Why.TOO_MANY_PIXELS),
        (png_of(300_000, 1, bytes(1_200_001)), Why.TOO_SMALL),
        (picture("PNG")[:200], Why.BROKEN),
        (picture("JPEG")[:300], Why.BROKEN),
        (picture("WEBP")[:40], Why.BROKEN),
        (picture("PNG", (8, 8)), Why.TOO_SMALL),
        (png_of(40, 40, bytes(161 * 40)), Why.EMPTY),
        (picture("GIF"), Why.UNKNOWN_KIND),
        (picture("BMP"), Why.UNKNOWN_KIND),
        (b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), Why.UNKNOWN_KIND),
        (b"", Why.UNKNOWN_KIND),
        (b"%PDF-1.7", Why.UNKNOWN_KIND),
        (b"<html><svg></svg></html>", Why.UNKNOWN_KIND),
        (zlib.compress(drawing()), Why.UNKNOWN_KIND),
        (b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_FILE), Why.TOO_LARGE),
    ],
    ids=[
        "too many pixels", "a line", "half a PNG", "half a JPEG", "half a WebP", "a spot", "clear", "GIF", "BMP",
        "a sound", "nothing", "a document", "a page", "packed", "too large",
    ],
)  # fmt: skip
def test_a_picture_that_is_none_or_a_bomb_is_refused(data: bytes, why: Why) -> None:
    assert refusal(data) == why


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket()",
        "open('/etc/passwd')",
        "open('/tmp/x', 'w')",
        "import os; os.pipe()",
        "import subprocess; subprocess.run(['true'], stdout=subprocess.PIPE)",
    ],
)
def test_the_process_opens_no_connection_and_no_file(act: str) -> None:
    start = "import socket, subprocess; from backend.shared.limited import open_nothing_more; "

    free, limited = (
        subprocess.run([sys.executable, "-c", start + shut + act], capture_output=True, text=True, check=False)
        for shut in ("", "open_nothing_more(); ")
    )

    assert free.returncode == 0
    assert limited.returncode != 0
    assert "Too many open files" in limited.stderr


def test_the_process_limits_itself_before_it_reads_and_shuts_itself_in() -> None:
    source = Path("backend/profile/logos/child.py").read_text(encoding="utf-8")

    order = [source.index(step) for step in ("limit_itself(LIMITS)", "open_nothing_more()\n    try", "stdin")]

    assert order == sorted(order)
