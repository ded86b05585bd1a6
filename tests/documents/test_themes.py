"""Tokens: what a municipality may set, and what the presets say."""

import struct
import zlib
from typing import Any

import pytest

from theming import Theme, ThemeError, load_preset, load_theme, preset_tokens
from theming.contrast import MINIMUM_TEXT_CONTRAST, contrast
from theming.draw_logos import draw_logo
from theming.logos import logo_size
from theming.templates import page_css
from theming.tokens import preset_slugs


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.542, abs=0.001)
    assert contrast("#123456", "#123456") == 1.0


@pytest.mark.parametrize("slug", preset_slugs())
def test_presets_can_be_read(slug: str) -> None:
    theme = load_preset(slug)

    assert contrast(theme.on_primary, theme.primary) >= MINIMUM_TEXT_CONTRAST
    for colour in (theme.text, theme.primary, theme.accent, theme.error):
        assert contrast(colour, theme.background) >= MINIMUM_TEXT_CONTRAST
        assert contrast(colour, "#ffffff") >= MINIMUM_TEXT_CONTRAST


def test_the_demo_municipalities_have_presets_of_their_own() -> None:
    one, two = load_preset("nunoa"), load_preset("valdivia")

    assert preset_slugs() == ["coyhaique", "iquique", "nunoa", "valdivia"]
    assert (one.primary, one.font, one.document_font) != (two.primary, two.font, two.document_font)
    assert page_css(one) != page_css(two)
    assert one.version != two.version


@pytest.mark.parametrize("slug", preset_slugs())
def test_the_logos_are_those_that_the_project_draws(slug: str) -> None:
    logo = load_preset(slug).logo

    assert logo is not None
    assert logo_size(logo) == draw_logo(slug).size == (480, 160)


def test_a_preset_that_does_not_exist_is_told() -> None:
    for slug in ("santiago", "../presets/nunoa", ""):
        with pytest.raises(KeyError):
            load_preset(slug)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("primary", "red"),
        ("primary", "#12345"),
        ("primary", "#123456\n"),
        ("primary", "#123456;}body{background:url(http://127.0.0.1)"),
        ("accent", 7),
        ("radius", "4px"),
        ("radius", 25),
        ("radius", True),
        ("font", "Comic Sans"),
        ("document_font", "../../secret"),
        ("name", ""),
        ("name", "x" * 81),
        ("title", "two\nlines"),
        ("title", "one line and a break\n"),
        ("help", "turned\u202earound"),
        ("footer", "x" * 301),
        ("script", "x"),
    ],
)
def test_a_token_outside_its_limits_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ThemeError) as refusal:
        load_theme(preset_tokens("nunoa") | {field: value}, None)

    assert refusal.value.field == field
    assert refusal.value.message


@pytest.mark.parametrize("field", list(preset_tokens("nunoa")))
def test_every_token_is_needed(field: str) -> None:
    tokens = preset_tokens("nunoa")
    del tokens[field]

    with pytest.raises(ThemeError) as refusal:
        load_theme(tokens, None)

    assert refusal.value.field == field


def png(width: int, height: int, *, padding: int = 0) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0" * padding


@pytest.mark.parametrize(
    "logo",
    [b"", b"<svg/>", b"GIF89a" + b"\0" * 40, png(0, 10), png(50_000, 50_000), png(10, 10, padding=300_000)],
    ids=["empty", "svg", "gif", "no width", "too many pixels", "too heavy"],
)
def test_a_logo_that_is_no_small_png_is_refused(logo: bytes) -> None:
    with pytest.raises(ThemeError) as refusal:
        load_theme(preset_tokens("nunoa"), logo)

    assert refusal.value.field == "logo"


def test_a_theme_cannot_hold_a_colour_that_is_none() -> None:
    values: dict[str, Any] = {name: getattr(load_preset("nunoa"), name) for name in Theme.__dataclass_fields__}

    with pytest.raises(ThemeError):
        Theme(**values | {"primary": "red;}"})


def test_any_token_and_the_logo_change_the_version() -> None:
    tokens = preset_tokens("nunoa")
    versions = {
        load_theme(tokens, None).version,
        load_theme(tokens, png(4, 4)).version,
        load_theme(tokens | {"footer": "Otro"}, None).version,
    }

    assert len(versions) == 3
