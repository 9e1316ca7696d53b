"""Which typefaces a film lists."""

from __future__ import annotations

from typing import get_args

import pytest

from app.errors import InvalidInput
from app.models import Style
from app.rendering.clips import DrawnScene
from app.rendering.credits import families, font_notes
from app.rendering.jobs import Caption, ClipJob
from app.rendering.theme import theme_for


def scene(**wishes: object) -> ClipJob:
    wanted = {"image": "x.jpg", "motion": "zoom_in", "seconds": 2, "output": "x.mp4"} | wishes
    return ClipJob.model_validate(wanted)


def said(words: str) -> list[Caption]:
    return [Caption(start=0, end=1, text=words)]


@pytest.mark.parametrize("style", get_args(Style))
def test_each_style_lists_its_own(style: Style) -> None:
    look = theme_for(style, []).look
    assert families(scene(style=style, on_screen_text="A cup"), look) == {look.display.family, look.text.family}


@pytest.mark.parametrize(
    ("wishes", "name"),
    [
        ({"on_screen_text": "ふた", "language": "ja"}, "Noto Sans CJK"),
        ({"on_screen_text": "كوب", "language": "ar"}, "Rubik"),
        ({"on_screen_text": "A cup \N{HOT BEVERAGE}"}, "Noto Emoji"),
        ({"points": [{"label": "ספל"}], "layout": "specs"}, "Rubik"),
        ({"captions": said("แก้ว")}, "Noto Sans Thai"),
        ({"watermark": "Հատ"}, "Noto Sans Armenian"),
        ({"on_screen_text": "A cup", "font": "lora"}, "Lora"),
        ({"on_screen_text": "A cup", "font": "not installed"}, "Inter"),
    ],
)
def test_what_other_words_are_drawn_in_is_listed(wishes: dict[str, object], name: str) -> None:
    (note,) = font_notes(DrawnScene(scene(**wishes)).families)
    assert name in note.removeprefix("fonts: ").split(", ")
    assert note.endswith(", SIL OFL 1.1")


def test_captions_that_are_not_drawn_list_nothing() -> None:
    assert DrawnScene(scene(captions=said("A cup"))).families == {"inter"}
    assert DrawnScene(scene(captions=said("A cup"), caption_style="none")).families == set()
    assert font_notes([]) == []


def test_letters_that_no_font_has_are_told() -> None:
    with pytest.raises(InvalidInput, match="no installed font"):
        _ = DrawnScene(scene(on_screen_text="\N{EGYPTIAN HIEROGLYPH A001}")).families
