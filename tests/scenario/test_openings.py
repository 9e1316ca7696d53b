"""How a script begins, what stands together as a table, and what only praises and is not told at all."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.models import Product, Scene, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.bank import facts_of
from app.scenario.bank.facts import Fact
from app.scenario.bank.praise import only_praises
from app.scenario.script.brief import brief_of
from app.scenario.script.hooks import hooks
from app.scenario.script.language import language_for, languages, spoken
from app.scenario.script.plan import Left, _listed
from app.scenario.script.tellings import Telling, fits, tell


def scenes_of(
    title: str = "Larkfield Gooseneck Kettle", language: str = "en", wishes: Wishes | None = None, **fields: Any
) -> list[Scene]:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": title, "brand": "Larkfield", "price": Decimal(60), "currency": "GBP",
         "language": language, "images": ["https://shop.example/p.jpg"], **fields}
    )  # fmt: skip
    return scenarios_of(product, wishes or Wishes(), 1)[0].scenes


POURS = ["Pours in a slow and steady arc", "Two-layer wall that stays cool", "Whistle made of brass", "Folds flat"]


@pytest.mark.parametrize(("rating", "buyers", "opens"), [(4.8, 64, True), (4.4, 180, True), (4.1, 180, False)])
def test_a_good_rating_by_some_opens(rating: float, buyers: int, opens: bool) -> None:
    first = scenes_of(features=POURS, rating=rating, review_count=buyers)[0]
    assert (first.layout == "review") == opens
    assert (str(buyers) in first.narration) == opens


@pytest.mark.parametrize(
    ("rating", "buyers", "features", "opens"),
    [
        (4.1, 460, ["3 side pockets", "Zipper closure"], True),
        (3.9, 460, ["3 side pockets", "Zipper closure"], False),
        (4.1, 150, ["3 side pockets", "Zipper closure"], False),
        (4.1, 460, ["Keeps the water at 94 °C for 60 minutes", *POURS], False),
    ],
)
def test_a_good_rating_by_very_many_opens_where_nothing_is_better(
    rating: float, buyers: int, features: list[str], opens: bool
) -> None:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield Gooseneck Kettle", "language": "en", "price": Decimal(60),
         "currency": "GBP", "features": features, "rating": rating, "review_count": buyers}
    )  # fmt: skip
    found = hooks(brief_of(product, Wishes()))
    assert (bool(found) and found[0].tells == "rating") == opens


def test_a_line_that_only_writes_the_name_in_more_words_is_not_told() -> None:
    said = "Larkfield harbour mist 100 series b-22 edt. Smells of salt, cedar and smoke."
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Harbour Mist 100", "language": "en", "description": said}
    )
    shown = [one.screen for one in brief_of(product, Wishes()).tellings]
    assert shown == ["Smells of salt, cedar and smoke"]


def test_words_that_all_have_capitals_are_a_heading_and_not_a_sentence() -> None:
    language = language_for("en")
    assert language is not None
    assert spoken("Heavy Duty Holdall for Sports, Gym, Travel", language) is None
    assert spoken("The Larkfield Travel Holdall folds into its pocket", language) is not None


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


def weight_of(text: str, **fields: Any) -> float:
    """Return what a text, or the rating, weighs as a beginning."""
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield Kettle", "language": "en", "price": Decimal(60),
         "currency": "GBP", "images": ["https://shop.example/p.jpg"], **fields}
    )  # fmt: skip
    found = hooks(brief_of(product, Wishes()))
    return next(one.weight for one in found if text in (one.tells, one.draft.screen))


@pytest.mark.parametrize(("buyers", "more"), [(150, True), (60, False)])
def test_an_excellent_rating_by_a_hundred_is_a_better_beginning(buyers: int, more: bool) -> None:
    excellent, good = (weight_of("rating", features=POURS, rating=rating, review_count=buyers) for rating in (4.8, 4.4))
    assert (excellent > good) == more


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Spruce, felt and 30 mm cork", "Spruce, felt, 30 mm cork"),
        ("Made for painters and pupils", "Made for painters from 6 years"),
    ],
)
def test_a_list_and_an_age_hold_less(better: str, worse: str) -> None:
    assert weight_of(better, features=[better]) > weight_of(worse, features=[worse])


@pytest.mark.parametrize(
    ("label", "value", "shown"),
    [("Watt", "2000 Watt", "2000 Watt"), ("Spout", "narrow brass", "Spout: narrow brass"), ("Lids", "1", "")],
)
def test_a_row_says_nothing_twice_and_not_that_there_is_one(label: str, value: str, shown: str) -> None:
    language = language_for("en")
    bullet = Fact("power", f"{label}: {value}", "features[0]", "bullet", 0.8, 2, label=label, value=value)
    assert tell(bullet, language, "en").screen in (shown, value)
    row = tell(replace(bullet, region="table"), language, "en")
    assert (row.screen, row.value) in ((shown, value), (value, "")) if shown else not row.screen
    assert tell(bullet, language, "en").screen == shown or not shown


@pytest.mark.parametrize(
    ("code", "label", "kept"),
    [("fr", "Colour", False), ("fr", "Couleur", True), ("de", "Material", True), ("it", "Shape", False)],
)
def test_a_label_that_a_seller_left_in_english_is_not_shown_on_another_languages_page(
    code: str, label: str, kept: bool
) -> None:
    fact = Fact("feature", f"{label}: Larkgrau", "features[0]", "bullet", 0.8, 2, label=label, value="Larkgrau")
    assert bool(tell(fact, language_for(code), code).screen) == kept


@pytest.mark.parametrize(
    ("label", "value", "told"),
    [("Condition", "Used", False), ("Zustand", "gebraucht", False), ("Condition", "good, one small dent", True)],
)
def test_that_a_thing_is_used_is_told_by_its_offer_alone(label: str, value: str, told: bool) -> None:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield Kettle", "language": "en", "specs": {label: value}}
    )
    assert any(value in fact.text for fact in facts_of(product)) == told


@pytest.mark.parametrize(
    "text",
    [
        "Selection of kettles and pots made for you",
        "Sélection de bouilloires faite pour vous",
        "1 año sobre el resto de los componentes",
        "Two years on the other parts",
    ],
)
def test_what_speaks_of_other_things_than_the_product_is_no_fact(text: str) -> None:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield Kettle", "features": [text, "Whistle made of brass"]}
    )
    assert [fact.text for fact in facts_of(product) if fact.region == "bullet"] == ["Whistle made of brass"]


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("fr", "Versez votre eau avec la bouilloire", False),
        ("fr", "Assez grande pour six tasses, elle verse vite", True),
        ("de", "Erleben Sie die Ruhe mit dem Kessel", False),
        ("de", "Linden stehen hinter dem Griff aus Holz", True),
    ],
)
def test_what_tells_the_reader_to_do_something_is_not_said(code: str, text: str, said: bool) -> None:
    language = language_for(code)
    assert language is not None
    assert (language.pointers.match(text) is None) == said


def test_what_is_said_is_not_read_out_beside_it() -> None:
    product = Product(title="Larkfield Kettle", brand="Larkfield", price=Decimal(60), currency="GBP", language="en")
    fact = Fact("feature", "Quicker to boil, easier to pour", "features[0]", "bullet", 0.8, 2)
    other = Fact("material", "Whistle of brass", "features[1]", "bullet", 0.8, 2)
    left = Left(
        [
            Telling(
                fact, "Quicker to boil", "Quicker to boil", say="It's quicker to boil, easier to pour.", how="item"
            ),
            Telling(fact, "Easier to pour", "Easier to pour"),
            Telling(other, "Whistle of brass", "Whistle of brass"),
        ]
    )
    left.room = 20
    draft = _listed(brief_of(product, Wishes()), left, set())
    assert draft is not None and "easier to pour" in draft.say
    assert "Easier to pour" not in (draft.badge, *(point.label for point in draft.points))
    assert draft.badge == "Whistle of brass"


@pytest.mark.parametrize(
    ("text", "sells"),
    [
        ("Filling it requires a funnel of brass", False),
        ("Requires no assembly of the whistle", True),
        ("Need for a stove of induction", False),
        ("Pours without the need for a second hand", True),
        ("Er benötigt einen Herd mit Induktion", False),
        ("Er benötigt keinen Herd mit Induktion", True),
        ("La bouilloire nécessite un filtre en laiton", False),
        ("900 boils or more is suitable for daily use", False),
        ("Over 900 boils means a kettle of good make", False),
        ("900 Kochvorgänge oder mehr gelten als gut", False),
        ("Tested to handle 4,000 boils", True),
    ],
)
def test_what_a_thing_needs_is_no_reason_to_buy_it(text: str, sells: bool) -> None:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield Kettle", "features": [text, "Whistle made of brass"]}
    )
    found = next(fact for fact in facts_of(product) if fact.text == text)
    assert (found.strength > 1) == sells


@pytest.mark.parametrize(
    ("review", "quoted"), [("I love it, works great", True), ("A great kettle for your favourite teas", False)]
)
def test_a_review_that_speaks_to_the_reader_is_no_buyers_sentence(review: str, quoted: bool) -> None:
    product = Product(title="Larkfield Kettle", language="en", reviews=[review])
    assert any(fact.type == "review_quote" for fact in facts_of(product)) == quoted


@pytest.mark.parametrize(
    ("line", "share"), [("Save 25%", "25"), ("You save £12", ""), ("Save 4%", ""), ("25% off with code KETTLE", "")]
)
def test_a_share_that_the_page_says_is_saved_opens_without_its_former_price(line: str, share: str) -> None:
    first = scenes_of(highlights=[line], features=POURS)[0]
    assert (first.on_screen_text == f"{share}% off") == bool(share)
    assert not share or share in first.narration


def test_a_deal_whose_former_price_is_known_opens_with_both_prices() -> None:
    first = scenes_of(highlights=["Save 25%"], features=POURS, list_price=Decimal(80))[0]
    assert first.layout == "price" and "%" in first.narration


@pytest.mark.parametrize("few", ["3 spare brass whistles", "2 handles of walnut wood"])
def test_a_count_of_a_few_parts_holds_nobody(few: str) -> None:
    many = f"40{few[1:]}"
    assert weight_of(few, features=[few]) < weight_of(many, features=[many]) - 1


ADVICE = "Filling it requires a funnel of brass"


@pytest.mark.parametrize(("more", "told"), [(8, False), (1, True)])
def test_what_hardly_sells_is_told_only_where_there_is_little_else(more: int, told: bool) -> None:
    features = [
        "Pours in a slow and steady arc", "Two-layer wall that stays cool", "Whistle made of brass", "Folds flat",
        "Boils a cup in 90 seconds", "Handle of walnut wood", "Spout with a steel rim", "Lid that locks for travel",
        "Base that turns all round",
    ]  # fmt: skip
    product = Product(title="Larkfield Kettle", language="en", features=[*features[:more], ADVICE])
    assert any(one.fact.text == ADVICE for one in brief_of(product, Wishes()).tellings) == told


@pytest.mark.parametrize(
    ("title", "specs", "features", "told"),
    [
        ("Larkfield Kettle 1800W", {"Power": "1500 W"}, [], False),
        ("Larkfield Kettle 1800W", {"Power": "1,800 W"}, [], True),
        ("Larkfield Kettle 1800W", {"Standby power": "0.5 W"}, ["A heater of 1800 W"], True),
        ("Larkfield Kettle 1800W", {"Height": "22 cm"}, [], True),
    ],
)
def test_a_power_that_the_page_denies_is_not_told(
    title: str, specs: dict[str, str], features: list[str], told: bool
) -> None:
    product = Product(title=title, language="en", specs=specs, features=features)
    assert any("1800" in fact.text.replace(",", "") for fact in facts_of(product)) == told


@pytest.mark.parametrize(("label", "value"), [("Power", "8 W"), ("Battery life", "40 hours"), ("Capacity", "1.7 l")])
def test_a_row_that_is_a_measure_opens_nothing(label: str, value: str) -> None:
    product = Product.model_validate(
        {"url": "https://shop.example/p", "title": "Larkfield Gooseneck Kettle", "language": "en", "price": Decimal(60),
         "currency": "GBP", "specs": {label: value}, "features": ["Folds flat"]}
    )  # fmt: skip
    assert value not in " ".join(hook.draft.screen for hook in hooks(brief_of(product, Wishes())))
