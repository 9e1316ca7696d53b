"""Words can be read on their ground, whatever the product's colours are and whatever the picture shows."""

import colorsys
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Style
from app.rendering.theme import BLACK, CONTRAST, PLATE, WHITE, blend, contrast, luminance, rgb_of, theme_for

colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(st.sampled_from(get_args(Style)), st.lists(colours, max_size=5))
def test_all_pairs_of_words_and_ground_have_contrast(style: Style, palette: list[str]) -> None:
    theme = theme_for(style, palette)
    pairs = [(theme.on_accent, theme.accent), *((WHITE, blend(end, theme.ink, PLATE)) for end in (BLACK, WHITE))]
    for tone in (theme.light, theme.dark):
        pairs.append((tone.on_accent, tone.accent))
        behind = (tone.ground, tone.glow, tone.shape)
        pairs += [(words, one) for words in (tone.text, tone.muted, tone.highlight) for one in behind]
    for words, ground in pairs:
        assert contrast(words, ground) >= CONTRAST


@pytest.mark.parametrize("colour", ["#2020b4", "#800000", "#303078"])
def test_words_can_be_read_on_a_ground_of_middle_lightness(colour: str) -> None:
    for style in get_args(Style):
        tone = theme_for(style, [colour]).light
        assert min(contrast(tone.text, one) for one in (tone.ground, tone.glow, tone.shape)) >= CONTRAST


@given(st.lists(colours, max_size=5))
def test_styles_are_told_from_one_another(palette: list[str]) -> None:
    """By the ground that a film begins on, the type, and how it moves."""
    themes = {style: theme_for(style, palette) for style in get_args(Style)}
    looks = {(one.look.display.family, one.look.shape, one.look.camera, one.look.enters) for one in themes.values()}
    assert len(looks) == len(themes)
    assert len({one.look.display.family for one in themes.values()}) == len(themes)
    assert all(luminance(one.light.ground) > luminance(one.dark.ground) for one in themes.values())


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast((0x76, 0x76, 0x76), WHITE) == pytest.approx(4.54, abs=0.01)
    assert luminance((255, 0, 0)) == pytest.approx(0.2126)


def test_the_most_vivid_colour_is_the_accent() -> None:
    assert theme_for("clean", ["#ffffff", "#c83c28", "#303030"]).accent == rgb_of("#c83c28")
    assert theme_for("clean", ["#ffffff", "#303030"]).accent == theme_for("clean", []).accent


def test_type_in_the_accent_is_that_colour_or_no_colour() -> None:
    """Yellow that is darkened until it can be read on white is mud."""
    for style in get_args(Style):
        theme = theme_for(style, [])
        for tone in (theme.light, theme.dark):
            hue, saturation, value = colorsys.rgb_to_hsv(*(level / 255 for level in tone.highlight))
            mud = 0.1 < hue < 0.2 and saturation > 0.5 and 0.15 < value < 0.45
            assert not mud, (style, tone.highlight)
