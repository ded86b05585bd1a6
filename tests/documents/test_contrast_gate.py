"""The contrast gate: which texts of a look cannot be read, and what would do."""

import colorsys
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.profile.theme_words import COLOURS as WORDS
from backend.profile.theme_words import SURFACES, printed_ratio, sentence_of
from theming.contrast import MINIMUM_TEXT_CONTRAST, contrast
from theming.gate import ContrastFinding, judge_contrast, passing_colours
from theming.pairs import PAIRS, Pair, Surface
from theming.palette import COLOURS, OK, swatches
from theming.templates import page_css
from theming.tokens import Theme, load_preset, load_theme, preset_slugs, preset_tokens

TINT = swatches(preset_tokens("nunoa"))["tint"]
"""The darkest ground of errors in that preset."""

HEX = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
ANY_COLOURS = st.fixed_dictionaries(dict.fromkeys(COLOURS, HEX))


def dressed(**changes: str) -> Theme:
    return load_theme(preset_tokens("nunoa") | changes, None)


def hls(colour: str) -> tuple[float, float, float]:
    return colorsys.rgb_to_hls(*(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)))


def low(theme: Theme) -> dict[Pair, ContrastFinding]:
    return {finding.pair: finding for finding in judge_contrast(theme).findings}


@pytest.mark.parametrize("slug", preset_slugs())
def test_the_presets_pass(slug: str) -> None:
    assert judge_contrast(load_preset(slug)).findings == ()


def test_the_ratio_is_that_of_the_recommendation() -> None:
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.542, abs=0.001)
    assert MINIMUM_TEXT_CONTRAST == 4.5


def test_a_hundredth_too_little_is_too_little() -> None:
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    passing = max(grey for grey in greys if contrast(grey, TINT) >= 4.5)
    failing = greys[greys.index(passing) + 1]

    assert low(dressed(error=passing)) == {}
    assert set(low(dressed(error=failing))) == {("error", "tint")}
    assert contrast(failing, TINT) > 4.4


def test_each_failing_pair_is_named_with_its_ratio_its_places_and_what_would_do() -> None:
    found = low(dressed(primary="#6fbfa8"))

    finding = found["on_primary", "primary"]  # type: ignore[index] # a pair is a tuple
    assert set(found) == {pair for pair in PAIRS if "primary" in pair}
    assert finding.surfaces == (Surface.WIDGET, Surface.PAGE, Surface.DOCUMENT)
    assert (finding.text_colour, finding.ground_colour) == ("#ffffff", "#6fbfa8")
    assert finding.ratio == pytest.approx(contrast("#ffffff", "#6fbfa8"))
    assert (finding.token, finding.colour, finding.passing) == ("primary", "#6fbfa8", "#347462")


def test_the_proposal_is_the_nearest_shade_of_the_same_hue() -> None:
    finding = low(dressed(error="#ff8080"))["error", "background"]  # type: ignore[index] # as above

    was, is_now = (
        colorsys.rgb_to_hls(*(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5))) for c in ("#ff8080", finding.passing)
    )
    one_step_back = "#" + "".join(
        f"{round(each * 255):02x}" for each in colorsys.hls_to_rgb(was[0], is_now[1] + 1.5 / 255, was[2])
    )
    assert is_now[0] == pytest.approx(was[0], abs=0.01)
    assert contrast(finding.passing, TINT) >= 4.5
    assert contrast(one_step_back, TINT) < 4.5


def test_text_on_a_ground_that_is_too_dark_is_mended_by_a_lighter_ground() -> None:
    findings = judge_contrast(dressed(background="#202020")).findings

    assert {finding.token for finding in findings} >= {"background"}
    assert Pair("ok", "background") in {finding.pair for finding in findings}, f"{OK} is no token"


@settings(deadline=None)
@given(colours=ANY_COLOURS)
def test_with_the_whole_proposal_every_text_passes_and_what_passes_is_left_alone(colours: dict[str, str]) -> None:
    verdict = judge_contrast(dressed(**colours))

    assert judge_contrast(dressed(**colours | dict(verdict.proposal))).findings == ()
    assert all(finding.ratio < 4.5 for finding in verdict.findings)
    assert all(verdict.proposal[finding.token] == finding.passing for finding in verdict.findings)
    assert bool(verdict.proposal) == bool(verdict.findings)


def test_what_must_change_along_with_it_is_proposed_too() -> None:
    verdict = judge_contrast(dressed(primary="#04d89a", on_primary="#000000"))

    assert {finding.token for finding in verdict.findings} == {"primary"}
    assert verdict.proposal.keys() == {"primary", "on_primary"}, "black on a primary colour that must become dark"


@settings(deadline=None)
@given(colours=ANY_COLOURS)
def test_the_accent_carries_no_text_and_is_never_changed(colours: dict[str, str]) -> None:
    assert passing_colours(colours)["accent"] == colours["accent"]


def test_every_colour_and_place_has_a_name_for_people() -> None:
    named = {name for pair in PAIRS for name in pair}

    assert named <= set(swatches(dict.fromkeys(COLOURS, "#123456")))
    assert set(WORDS) == named | {"accent"}
    assert set(SURFACES) == set(Surface)
    assert set(COLOURS) <= {field.name for field in fields(Theme)}


def test_people_are_told_in_their_words() -> None:
    said = sentence_of(judge_contrast(dressed(error="#ff8080")))

    assert said.es.startswith(
        "El contraste debe ser de al menos 4,5:1. Color de los errores sobre fondo (#ff8080, #ffffff): 2,"
    )
    assert "(formulario de pago, páginas)" in said.es
    assert "Pasaría con: color de los errores #" in said.es
    assert "colour of errors" in said.en


def test_a_ratio_is_cut_and_not_rounded() -> None:
    assert printed_ratio(4.4999, "es") == "4,49:1"
    assert printed_ratio(4.5, "en") == "4.50:1"


def test_the_green_of_the_widget_is_the_one_that_is_judged() -> None:
    from backend.cli.paths import ROOT

    assert f"--sem-ok: {OK};" in (ROOT / "frontend/widget/style.css").read_text(encoding="utf-8")
    assert contrast("#1b1b1b", "#ffe9a8") >= 4.5, "the notice of demonstrations, no token either"
    assert OK not in page_css(load_preset("nunoa"))
