"""Type: fonts, lines, fitting."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rendering.captions import LONGEST, phrases
from app.rendering.layout import layout_for
from app.rendering.text import fit, prepare

words = st.text(alphabet="abcdefghijklmnoprstuvwzäéßñ ,.-$0123456789", min_size=1, max_size=120).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(words, st.integers(150, 800), st.integers(60, 300))
def test_words_stay_in_their_box_and_none_is_lost(text, width, height):
    text = " ".join(text.split())
    block = fit(text, "inter", 700, width, height, 64, 6, max_lines=3)
    assert block.width <= width and block.height <= height and 1 <= len(block.lines) <= 3
    drawn = "".join(block.lines).replace(" ", "")
    assert drawn == text.replace(" ", "") or drawn.endswith("…")


def test_lines_are_even():
    block = fit("Meet the bottle that keeps up with you", "inter", 700, 500, 200, 60, 10)
    assert block.lines == ("Meet the bottle that", "keeps up with you")


def test_type_is_as_large_as_it_may_be_when_there_is_room():
    assert fit("Hi", "outfit", 700, 500, 200, 60, 10).font.size == 60


def test_what_cannot_fit_is_cut_with_an_ellipsis():
    block = fit("Supercalifragilistic " * 5, "inter", 700, 120, 40, 30, 18, max_lines=1)
    assert block.lines[-1].endswith("…") and block.width <= 120


def test_heavier_type_is_wider():
    assert fit("Weight", "inter", 900, 500, 90, 60, 9).width > fit("Weight", "inter", 300, 500, 90, 60, 9).width


def test_emoji_are_left_out_and_letters_are_kept():
    assert prepare("Hot 🔥 deal", "outfit") == ("Hot deal", "outfit")
    assert prepare("Скидка", "outfit") == ("Скидка", "inter")
    with pytest.raises(InvalidInput, match="あ"):
        prepare("あい", "inter")


@given(words)
def test_phrases_hold_all_words_and_are_short(text):
    parts = phrases(text)
    assert "".join(parts).replace(" ", "") == "".join(text.split())
    longest_word = max(len(word) for word in text.split())
    assert all(len(part) <= max(LONGEST, longest_word) + longest_word for part in parts)


def test_phrases_break_at_pauses():
    assert phrases("It is light, strong and quiet. It lasts for forty hours without a stop.") == [
        "It is light,",
        "strong and quiet.",
        "It lasts for forty",
        "hours without a stop.",
    ]


@given(st.integers(90, 1080), st.integers(90, 1920))
def test_bands_do_not_meet_and_keep_clear_of_the_apps_buttons(half_width, half_height):
    width, height = 2 * half_width, 2 * half_height
    layout = layout_for(width, height)
    bands = [layout.watermark, layout.title, layout.badge, layout.captions]
    for upper, lower in pairwise(bands):
        assert upper.bottom <= lower.top
    for band in bands:
        assert band.top >= 0.1 * height - 1 and band.bottom <= 0.8 * height + 1
        assert band.right <= 0.88 * width + 1 and band.left >= 0.12 * width - 1
