"""Rows in another language than the script: numbers, measures, colours and materials are told, words are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.models import Product, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.bank import facts_of
from app.scenario.script.brief import brief_of
from app.scenario.script.language import language_for, languages, left_in
from app.scenario.script.translated import translated


def product(language: str, **fields: Any) -> Product:
    return Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield L2", "brand": "Larkfield", "price": Decimal(60),
         "currency": "EUR", "language": language, "images": ["https://shop.example/p.jpg"], **fields}
    )  # fmt: skip


def told(source: str, code: str, label: str, value: str) -> tuple[str, str]:
    """Return what is shown and said in one language of a row in another."""
    fact = next(fact for fact in facts_of(product(source, specs={label: value})) if fact.label == label)
    known, own = language_for(source), language_for(code)
    assert known is not None and own is not None
    telling = translated(fact, known, own)
    return (telling.screen.replace("\u00a0", " "), telling.say) if telling else ("", "")


@pytest.mark.parametrize(
    ("source", "code", "label", "value", "screen", "say"),
    [
        ("en", "de", "Width", "16.2 cm", "Breite: 16,2 cm", "Die Breite beträgt 16,2 Zentimeter."),
        ("de", "en", "Kabellänge", "1,5 m", "Cable length: 1.5 m", "The cable is 1.5 metres long."),
        ("it", "fr", "Potenza", "900 W", "Puissance : 900 W", "La puissance est de 900 watts."),
        ("en", "es", "Item weight", "1,338 g", "Peso: 1.338 g", "El peso es de 1.338 gramos."),
        ("en", "it", "Colour", "Beige", "Colore: beige", "Il colore è beige."),
        ("pt", "de", "Número de peças", "12", "Teile: 12", "Das Set hat 12 Teile."),
        ("en", "fr", "Length", "Approx. 25 cm", "Longueur : ≈ 25 cm", ""),
        ("en", "de", "Diameter", "25 cm x 30 cm", "", ""),
        ("en", "de", "Length", "25 cm when folded", "", ""),
        ("pt", "en", "Capacidade do depósito de água", "180 ml", "", ""),
        ("en", "de", "Colour", "Moonlit sage", "", ""),
        ("en", "de", "Style", "Modern", "", ""),
    ],
)
def test_a_row_is_told_where_its_value_is_the_same_in_all_languages(
    source: str, code: str, label: str, value: str, screen: str, say: str
) -> None:
    shown, said = told(source, code, label, value)
    assert shown == screen
    assert said.replace("\u00a0", " ") in (say, say.replace("metres", "meters"))


@pytest.mark.parametrize("code", sorted(set(languages()) - {"de"}))
def test_a_script_in_another_language_shows_the_measures_in_its_own_words(code: str) -> None:
    rows = {"Breite": "16,2 cm", "Höhe": "22 cm", "Gewicht": "1,3 kg", "Leistung": "900 W", "Kabellänge": "1,5 m"}
    scenes = scenarios_of(product("de", specs=rows), Wishes(language=code), 1)[0].scenes
    own = language_for(code)
    assert own is not None
    names = {row.name for row in own.rows} | {own.labels["weight"]}
    texts = [
        text
        for scene in scenes
        for text in (scene.on_screen_text, scene.badge, *(point.label for point in scene.points))
    ]
    shown = {name for name in names - {""} if any(text.startswith((f"{name}{own.colon}", name)) for text in texts)}
    assert len(shown) >= 3
    assert not any(text.startswith(label) for label in rows.keys() - names for text in texts)


@pytest.mark.parametrize(
    ("language", "label", "left"),
    [
        ("fr", "Item weight", "en"),
        ("it", "Colour", "en"),
        ("de", "Material", None),
        ("en", "Weight", None),
        ("fr", "Poids", None),
    ],
)
def test_a_label_that_a_seller_left_in_english_is_known_by_it(language: str, label: str, left: str | None) -> None:
    known = language_for(language)
    assert known is not None
    assert left_in(label, known) == left


def test_what_a_seller_left_in_english_is_told_in_the_language_of_the_page() -> None:
    rows = {"Colour": "Black", "Item weight": "1.3 kg", "Style": "Modern", "Fabric type": "100% cotton"}
    tellings = brief_of(product("it", specs=rows), Wishes()).tellings
    shown = {one.screen.replace("\u00a0", " ") for one in tellings}
    assert {"Colore: nero", "Peso: 1,3 kg", "Cotone"} <= shown
    assert not any("Modern" in text or "Black" in text for text in shown)
