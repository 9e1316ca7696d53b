"""Type: fonts, lines, fitting."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.errors import InvalidInput
from app.rendering.captions import LONGEST, phrases
from app.rendering.fonts import has, runs
from app.rendering.layout import Box, aspect_of, layout_for
from app.rendering.text import Face, capitals, draw, fit, measure, prepare
from tests.present import present

words = st.text(alphabet="abcdefghijklmnoprstuvwzäéßñ ,.-$0123456789", min_size=1, max_size=120).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(words, st.integers(150, 800), st.integers(60, 300))
def test_words_stay_in_their_box_and_none_is_lost(text: str, width: int, height: int) -> None:
    text = " ".join(text.split())
    block = fit(text, "inter", 700, width, height, 64, 6, max_lines=3)
    assert block.width <= width and block.height <= height and len(block.lines) <= 3
    assert not block.lines or "".join(block.lines).replace(" ", "") == text.replace(" ", "")


def test_lines_are_even() -> None:
    block = fit("Meet the bottle that keeps up with you", "inter", 700, 500, 200, 60, 10)
    assert block.lines == ("Meet the bottle that", "keeps up with you")


@pytest.mark.parametrize(
    ("title", "together"),
    [
        ("TRAILRUCKSACK HÖHENWEG 28 LITER", "28 LITER"),
        ("Maceta con un depósito de 1,2 litros", "1,2 litros"),
        ("Jetzt nur noch 129,95 € im Laden", "129,95 €"),
        ("Holds hot drinks for 40 hours", "40 hours"),
    ],
)
def test_a_number_stays_with_its_unit(title: str, together: str) -> None:
    for width in range(200, 700, 20):
        lines = fit(title, "inter", 700, width, 400, 60, 20, 4).lines
        assert any(together in line for line in lines), (width, lines)


def test_no_line_ends_with_a_dot_between_two_things() -> None:
    assert fit("28 Liter · 980 Gramm", "inter", 700, 300, 200, 60, 20).lines == ("28 Liter", "980 Gramm")


def test_type_is_as_large_as_it_may_be_when_there_is_room() -> None:
    assert fit("Hi", "outfit", 700, 500, 200, 60, 10).font.size == 60


def test_what_cannot_fit_is_refused() -> None:
    """Nothing is left out of a line, and none ends with an ellipsis that nobody wrote."""
    assert fit("Supercalifragilistic " * 5, "inter", 700, 120, 40, 30, 18, max_lines=1).lines == ()


def test_heavier_type_is_wider() -> None:
    assert fit("Weight", "inter", 900, 500, 90, 60, 9).width > fit("Weight", "inter", 300, 500, 90, 60, 9).width


SCRIPTS = {
    "Greek": ("el", "Καφές που μένει ζεστός", "inter"),
    "Cyrillic": ("ru", "Скидка до пятницы", "inter"),
    "Japanese": ("ja", "静かな夜にコーヒーを", "japanese"),
    "Korean": ("ko", "조용한 밤의 커피", "korean"),
    "Chinese": ("zh", "安静的夜晚，一杯咖啡", "chinese"),
    "Hebrew": ("he", "חיי סוללה של 40 שעות", "rubik"),
    "Arabic": ("ar", "سماعات Nocturne لاسلكية", "rubik"),
    "Thai": ("th", "กาแฟยามเช้า", "thai"),
    "Hindi": ("hi", "सुबह की कॉफ़ी", "devanagari"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_drawn_in_a_font_that_has_it(script: str) -> None:
    """Each line puts ink into its box, and nothing of it is the sign for a missing letter."""
    language, text, expected = SCRIPTS[script]
    drawable, family = prepare(text, "outfit", language)
    assert (drawable, family) == (unicodedata.normalize("NFC", text), expected)
    for char in set(drawable) - {" "}:
        assert has(family, char)
    block = fit(drawable, family, 700, 400, 60, 40, 12, 1, language)
    image = Image.new("RGBA", (440, 80), (0, 0, 0, 0))
    draw(image, block, 220, 10, (255, 255, 255))
    left, top, right, bottom = present(image.getchannel("A").getbbox())
    assert left >= 220 - block.width / 2 - 4 and right <= 220 + block.width / 2 + 4 and top >= 0 and bottom < 80


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    """Joined letters are narrower than the same letters apart; what comes first stands at the right."""
    face = Face("rubik", 500, "ar")
    apart = sum(measure(char, face, 40) for char in "لاسلكية")
    assert measure("لاسلكية", face, 40) < 0.9 * apart
    image = Image.new("RGBA", (600, 80), (0, 0, 0, 0))
    block = fit("ا 🎧", "rubik", 500, 560, 60, 40, 12, 1, "ar")
    draw(image, block, 590, 10, (255, 255, 255), "right")
    columns = np.flatnonzero(np.array(image.getchannel("A")).max(axis=0) > 80)
    widest_gap = int(np.argmax(np.diff(columns)))
    # A thin stroke at the right end, then a gap, then the emoji.
    assert columns[-1] - columns[widest_gap + 1] < 14 < columns[widest_gap] - columns[0]


def test_emoji_are_drawn_and_what_no_font_has_is_left_out_or_named() -> None:
    assert prepare("Hot 🔥 deal", "outfit") == ("Hot 🔥 deal", "outfit")
    assert runs("Hot 🔥 deal", "outfit") == [("Hot ", "outfit"), ("🔥", "emoji"), (" deal", "outfit")]
    assert prepare("Hot \U0001fffe deal", "outfit") == ("Hot deal", "outfit")
    with pytest.raises(InvalidInput, match="𒀀"):
        prepare("𒀀𒀁", "inter")


@pytest.mark.parametrize("word", ["W" * 500, "Donaudampfschifffahrtsgesellschaft" * 12, "ا" * 500])
def test_a_word_of_hundreds_of_letters_is_refused(word: str) -> None:
    assert fit(word, prepare(word, "inter")[1], 700, 400, 150, 60, 20, 3).lines == ()


def test_a_long_word_is_set_smaller_and_never_broken() -> None:
    lines = fit("Wasserabweisender, gewachster Stoff", "inter", 900, 500, 190, 76, 20).lines
    assert "Wasserabweisender," in lines
    lines = fit("shop.example/kaffee-und-tee", "inter", 700, 200, 200, 60, 20).lines
    assert "".join(lines) == "shop.example/kaffee-und-tee" and all(line[-1] in "-/" for line in lines[:-1])


@given(words)
def test_phrases_hold_all_words_and_are_short(text: str) -> None:
    parts = phrases(text)
    assert "".join(parts).replace(" ", "") == "".join(text.split())
    longest_word = max(len(word) for word in text.split())
    assert all(len(part) <= max(LONGEST, longest_word) + longest_word for part in parts)


def test_phrases_break_at_pauses() -> None:
    assert phrases("It is light, strong and quiet. It lasts for forty hours without a stop.") == [
        "It is light,",
        "strong and quiet.",
        "It lasts for forty",
        "hours without a stop.",
    ]


@given(st.integers(90, 1080), st.integers(90, 1920))
def test_boxes_do_not_meet_and_keep_clear_of_the_apps_buttons(half_width: int, half_height: int) -> None:
    width, height = 2 * half_width, 2 * half_height
    layout = layout_for(width, height)
    columns = [layout.column(rtl=rtl, centred=centred) for rtl in (False, True) for centred in (False, True)]
    for box in (*columns, layout.watermark):
        assert 0 <= box.left < box.right <= width and 0 <= box.top < box.bottom <= height
        if aspect_of(width, height) == "9:16":
            assert box.top >= 0.1 * height - 1 and box.bottom <= 0.785 * height + 1
    assert all(apart(column, layout.watermark) for column in columns)
    if aspect_of(width, height) == "9:16":
        assert columns[0].right <= 600 / 720 * width + 1 and columns[2].left >= 120 / 720 * width - 1


def apart(one: Box, other: Box) -> bool:
    return one.right <= other.left or other.right <= one.left or one.bottom <= other.top or other.bottom <= one.top


def test_a_short_word_stands_alone_where_the_line_would_be_much_smaller_with_it() -> None:
    name = fit("Porcelain Cup", "fraunces", 650, 552, 512, 132, 48, 4)
    assert name.lines == ("Porcelain", "Cup")
    assert fit("Tins and a Jug", "inter", 700, 552, 512, 60, 20, 3).lines == ("Tins and a Jug",)
    nearly = fit("Made of oak", "inter", 700, 330, 512, 64, 20, 4)
    assert nearly.lines == ("Made of oak",) and nearly.font.size < 60


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Coton 280 g/m²", "COTON 280 g/m²"),
        ("350\u00a0ml mug", "350\u00a0ml MUG"),
        ("de 55 à 61 cm", "DE 55 À 61 cm"),
        ("10h battery, 4000 mAh", "10h BATTERY, 4000 mAh"),
        ("5 mW or 3 MW", "5 mW OR 3 MW"),
        ("5 stars, 24 months, 3 in 1", "5 STARS, 24 MONTHS, 3 IN 1"),
        ("g/m² ml", "G/M² ML"),
        ("Straße 5 m", "Straße 5 m"),
        ("οδός 5 ώρες", "ΟΔΟΣ 5 ΩΡΕΣ"),
    ],
)
def test_capitals_leave_units_after_numbers_as_they_are(written: str, shown: str) -> None:
    assert capitals(written) == shown
