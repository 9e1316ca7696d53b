"""What a product is or can be is told of the product: not what its page denies, nor what a part or an ingredient is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.models import Product, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.attributes import attributes_in
from app.scenario.checks.content import is_foreign


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [
        ("en", "Suitable for all hobs, excluding induction.", "induction"),
        ("en", "The lid fits all pans; a remote control is sold separately.", "remote"),
        ("en", "For every hob, induction excluded.", "induction"),
        ("de", "Für alle Herdarten außer Induktion geeignet.", "induction"),
        ("fr", "Compatible tous feux sauf induction.", "induction"),
        ("es", "Apta para todo tipo de cocinas excepto inducción.", "induction"),
        ("it", "Per tutti i piani cottura tranne induzione.", "induction"),
        ("pt", "Para todos os fogões exceto indução.", "induction"),
    ],
)
def test_what_a_page_excludes_is_not_told(code: str, text: str, name: str) -> None:
    assert name not in attributes_in(text, code)
    told = {"en": "Suitable for all hobs including induction.", "fr": "Compatible tous feux dont induction."}
    assert code not in told or name == "remote" or name in attributes_in(told[code], code)


def told_of(language: str, title: str, *features: str, **fields: object) -> str:
    product = Product.model_validate(
        {
            "url": "https://shop.example/x", "title": title, "language": language, "price": Decimal(30),
            "currency": "EUR", "features": list(features), "images": ["https://shop.example/x.jpg"],
        } | fields
    )  # fmt: skip
    scenes = scenarios_of(product, Wishes(), 1)[0].scenes
    lines = [
        (scene.on_screen_text, scene.badge, scene.narration, *(t for p in scene.points for t in p.texts))
        for scene in scenes
    ]
    return " · ".join(text for line in lines for text in line if text)


PLAIN = ("Two deep pockets", "A collar that stands up against the wind", "Buttons carved by hand")


def test_what_a_part_is_of_is_not_told_of_the_whole() -> None:
    told = told_of(
        "en", "Larkfield T-Shirt", "The print on the chest is silk screened by two sisters in Leeds.", *PLAIN
    )
    assert "made with silk" not in told and "· Silk ·" not in told
    told = told_of("en", "Larkfield T-Shirt", "It is made from organic cotton, grown without a drop of poison.", *PLAIN)
    assert "otton" in told
    told = told_of(
        "de",
        "Larkfeld Sofa",
        "Das Inlett der Kissen hat einen Bezug, in den Baumwolle gewebt ist.",
        "Zwei Personen sitzen bequem darauf",
        "Die Füße lassen sich ohne Werkzeug drehen",
    )
    assert "aus Baumwolle" not in told


def test_an_ingredient_is_no_scent_and_a_name_no_taste() -> None:
    told = told_of(
        "en",
        "Larkfield Garlic Rub",
        "Ground salt, garlic and lemon peel, mixed by hand.",
        "For wings and drumsticks",
        "Rub it in an hour before the grill",
    )
    assert "Citrus" not in told
    told = told_of(
        "en",
        "The Fox of Harrow Lane",
        "Vanilla runs away from home with her spicy aunt.",
        "Eleven pictures in ink",
        "For readers from nine years",
    )
    assert "There's vanilla" not in told and "It's spicy" not in told


def test_weight_and_dull_materials_are_shown_not_said() -> None:
    told = told_of(
        "en",
        "Larkfield Cheese Slicer",
        "Cuts slices as thin as paper",
        "The wire can be changed in a minute",
        specs={"Weight": "0.16 kg", "Material": "Metal"},
    )
    assert "weighs" not in told and "made of metal" not in told
    told = told_of("en", "Larkfield Cheese Board", "A groove keeps the crumbs together", specs={"Material": "Beech"})
    assert "It's made of beech." in told


@pytest.mark.parametrize(
    ("code", "text", "foreign"),
    [
        ("it", "Great sound for such a small box", True),
        ("de", "Wash instructions according to care label", True),
        ("fr", "Reißverschluss vorn, weich gefüttert", True),
        ("de", "Reißverschluss vorn, weich gefüttert", False),
        ("it", "Suono chiaro e robusto", False),
        ("pt", "Cama de casal com molas", False),
        ("de", "Slim Fit mit Stretch", False),
    ],
)
def test_a_line_in_another_language_is_known_by_its_words(code: str, text: str, foreign: bool) -> None:
    assert is_foreign(text, code) is foreign


@pytest.mark.parametrize("code", ["en", "de", "fr", "es", "it", "pt"])
def test_a_mark_has_one_name_everywhere(code: str) -> None:
    assert attributes_in("GREENGUARD Gold, GOTS, bluesign", code) == ["greenguard_gold", "gots", "bluesign"]
    assert not attributes_in("gotscha, hybrids", code)


def test_a_mark_that_a_long_sentence_names_is_shown() -> None:
    long = "The whole of this quilt is GREENGUARD Gold certified for air indoors and for how little it gives off there."
    assert "GREENGUARD Gold" in told_of("en", "Larkfield Quilt", *PLAIN, description=long)


@pytest.mark.parametrize(
    ("code", "text", "food"),
    [
        ("en", "Soft vegan leather", "Vegan bars"),
        ("de", "Bezug aus veganem Leder", "Vegane Riegel"),
        ("fr", "Coussin en cuir vegan", "Barres véganes"),
        ("es", "De cuero vegano", "Barritas veganas"),
        ("it", "In pelle vegana", "Barrette vegane"),
        ("pt", "Em couro vegano", "Barras veganas"),
    ],
)
def test_vegan_leather_makes_no_thing_vegan(code: str, text: str, food: str) -> None:
    assert attributes_in(text, code) == ["vegan_leather"]
    assert "vegan" in attributes_in(food, code)
