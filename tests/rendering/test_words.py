"""Words of a shot: set until they fit, drawn once."""

from typing import Any

import pytest

from app.rendering import text
from app.rendering.theme import theme_for
from app.rendering.words import Leaving, TypeSettings, layers, lines_of, plate, stack


def test_words_that_are_set_smaller_and_smaller_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    draw = text.draw

    def noted(*order: Any) -> None:
        drawn.append(order)
        draw(*order)

    monkeypatch.setattr(text, "draw", noted)
    theme = theme_for("bold", [])
    setting = TypeSettings(theme.look, theme.light, 1.0, 500, "en", rtl=False)
    items = [(0.0, lines_of("A kettle that whistles", 180, 0.0, lines=3)), (20.0, plate("$25", 80, 0.2))]
    block = stack(items, setting, 300)
    assert 0 < block.height <= 300 and not drawn
    layers(block, 40, 100, 1.0, False, Leaving())
    assert len(drawn) == len(block.pieces)
