"""How a script begins, what stands together as a table, and what only praises and is not told at all."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from app.models import Product, Scene, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.bank import facts_of
from app.scenario.bank.praise import only_praises
from app.scenario.script.language import language_for, languages
from app.scenario.script.tellings import fits


def scenes_of(title: str = "Larkfield Gooseneck Kettle", language: str = "en", **fields: Any) -> list[Scene]:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": title, "brand": "Larkfield", "price": Decimal(60), "currency": "GBP",
         "language": language, "images": ["https://shop.example/p.jpg"], **fields}
    )  # fmt: skip
    return scenarios_of(product, Wishes(), 1)[0].scenes


POURS = ["Pours in a slow and steady arc", "Two-layer wall that stays cool", "Whistle made of brass", "Folds flat"]


@pytest.mark.parametrize(("rating", "buyers", "opens"), [(4.8, 64, True), (4.4, 180, True), (4.1, 180, False)])
def test_a_good_rating_by_some_opens(rating: float, buyers: int, opens: bool) -> None:
    first = scenes_of(features=POURS, rating=rating, review_count=buyers)[0]
    assert (first.layout == "review") == opens
    assert (str(buyers) in first.narration) == opens


def test_where_no_fact_holds_anybody_the_name_opens_and_is_introduced_beside_itself() -> None:
    scenes = scenes_of(specs={"Height": "22 cm", "Material": "steel", "Spout": "narrow"})
    assert scenes[0].on_screen_text == "Larkfield Gooseneck Kettle"
    assert "kettle" in scenes[0].narration.casefold()


@pytest.mark.parametrize("features", [POURS, ["Brass whistle, double wall, 22 cm", "Steel body with rubber feet"]])
def test_a_product_is_introduced_only_where_its_name_is_shown(features: list[str]) -> None:
    for scene in scenes_of(features=features, specs={"Height": "22 cm"}):
        if re.match(r"(?:This is|Here's) the", scene.narration):
            assert scene.on_screen_text == "Larkfield Gooseneck Kettle"


ROWS = {
    "en": {"Width": "20 cm", "Height": "22 cm", "Weight": "1.1 kg", "Cable length": "75 cm"},
    "de": {"Breite": "20 cm", "Höhe": "22 cm", "Gewicht": "1,1 kg", "Kabellänge": "75 cm"},
    "fr": {"Largeur": "20 cm", "Hauteur": "22 cm", "Poids": "1,1 kg", "Longueur": "75 cm"},
    "es": {"Ancho": "20 cm", "Alto": "22 cm", "Peso": "1,1 kg", "Largo": "75 cm"},
    "it": {"Larghezza": "20 cm", "Altezza": "22 cm", "Peso": "1,1 kg", "Lunghezza": "75 cm"},
    "pt": {"Largura": "20 cm", "Altura": "22 cm", "Peso": "1,1 kg", "Comprimento": "75 cm"},
}
ITEMS = {
    "en": POURS,
    "de": ["Gießt in ruhigem Bogen", "Doppelte Wand bleibt kühl", "Pfeife aus Messing", "Lässt sich flach falten"],
    "fr": ["Verse un filet régulier", "Double paroi qui reste froide", "Sifflet en laiton", "Se plie à plat"],
    "es": ["Vierte un chorro constante", "Doble pared que no quema", "Silbato de latón", "Se pliega del todo"],
    "it": ["Versa un filo costante", "Doppia parete che resta fresca", "Fischio in ottone", "Si piega del tutto"],
    "pt": ["Verte um fio constante", "Parede dupla que fica fria", "Apito de latão", "Dobra por completo"],
}


@pytest.mark.parametrize("code", languages())
def test_rows_stand_together_under_one_heading_where_there_is_enough_else(code: str) -> None:
    language = language_for(code)
    assert language is not None
    scenes = scenes_of(language=code, features=ITEMS[code], specs=ROWS[code])
    tables = [scene for scene in scenes if scene.layout == "specs"]
    assert [scene.on_screen_text for scene in tables] == [language.labels["details"]]
    assert 2 <= len(tables[0].points) <= 4
    assert tables[0].seconds >= 0.55 * (1 + len(tables[0].points)) - 0.01
    labels = tuple(f"{label}{language.colon}" for label in ROWS[code])
    for scene in scenes:
        assert not scene.on_screen_text.startswith(labels) and not scene.badge.startswith(labels)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Premium quality kettle"),
        ("en", "It offers a better user experience."),
        ("en", "Larkfield: better every day"),
        ("de", "Höchste Qualität und elegantes Design"),
        ("fr", "Une qualité exceptionnelle"),
        ("es", "La mejor calidad"),
        ("it", "Un prodotto di alta qualità"),
        ("pt", "Produto de excelente qualidade"),
    ],
)
def test_praise_is_no_fact(code: str, text: str) -> None:
    kettle = Product(
        title="Larkfield Kettle", brand="Larkfield", language=code, features=[text, "Brass whistle inside"]
    )
    assert only_praises(text, kettle, code)
    assert text.rstrip(".") not in {fact.text.rstrip(".") for fact in facts_of(kettle)}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Perfect grip with wet hands"),
        ("en", "Best before 24 months"),
        ("en", "Brass whistle"),
        ("de", "Elegantes Design aus Eichenholz"),
        ("fr", "Une belle toile en lin"),
        ("pl", "Najlepsza jakość"),
    ],
)
def test_praise_with_something_in_it_stays(code: str, text: str) -> None:
    assert not only_praises(text, Product(title="Larkfield Kettle", brand="Larkfield"), code)


def test_a_seller_s_place_is_no_fact() -> None:
    bowl = Product(
        title="Maple Bowl", language="en", highlights=["Maple Grove, MN, USA", "Carved from solid maple wood"]
    )
    texts = {fact.text for fact in facts_of(bowl)}
    assert "Carved from solid maple wood" in texts and "Maple Grove, MN, USA" not in texts


def test_a_hyphen_makes_no_second_fact_and_a_line_is_said_once() -> None:
    scenes = scenes_of(
        title="Larkfield Trolley Bag",
        features=[
            "4 inline skate wheels",
            "4 In-line Skate Wheels For Quiet Rolling",
            "Handle that folds into the base",
        ],
    )
    shown = [scene.on_screen_text.casefold() for scene in scenes]
    assert sum("skate wheels" in text for text in shown) <= 1
    lines = [scene.narration.casefold() for scene in scenes if scene.narration]
    assert len(lines) == len(set(lines))


def test_a_side_opens_no_film() -> None:
    scenes = scenes_of(description="Handle height of 4.5 cm.", features=["Brass whistle", "Double wall", "Copper base"])
    assert "4.5 cm" not in scenes[0].on_screen_text


MORE = ["Fits gas and induction", "Lid that locks", "Handle of beech", "Spout with a filter", "Base of copper"]


def test_two_rows_make_no_table_where_there_is_enough_else() -> None:
    scenes = scenes_of(features=[*POURS, *MORE], specs={"Width": "20 cm", "Height": "22 cm"})
    assert not [scene for scene in scenes if scene.layout == "specs"]


@pytest.mark.parametrize(("first", "second"), [("Memory card support", "Memory card supported"), ("9 jets", "9 jet")])
def test_one_thing_in_two_forms_is_shown_once(first: str, second: str) -> None:
    scenes = scenes_of(features=[first, *POURS, second])
    shown = [text for scene in scenes for text in (scene.on_screen_text, scene.badge, *(p.label for p in scene.points))]
    assert not {first, second} <= set(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The chance of hanging the AUTOMATIC to the wall", False),
        ("PERSONALISED Made for loud rooms", False),
        ("LED lamp with USB plug", True),
        ("Fits the BRANNOW rail", True),
        ("FITS GAS AND INDUCTION", True),
    ],
)
def test_a_line_that_shouts_in_its_middle_is_not_shown(text: str, shown: bool) -> None:
    assert fits(text, language_for("en")) == shown
