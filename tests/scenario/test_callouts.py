"""What a long text holds that stands by itself, and how rows are said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models import Product, Scene, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.facts import Fact
from app.scenario.naming import screen_name
from app.scenario.script.callouts import counted_in, held_in
from app.scenario.script.language import language_for, languages, spoken
from app.scenario.script.tellings import tell


@pytest.mark.parametrize(
    ("code", "text", "held"),
    [
        ("en", "The hinge was opened in our lab until it had gone through 80,000 movements.", "80,000 movements"),
        ("en", "Charge it once and it glows with a burn time of up to 12 hours.", "Burn time of up to 12 hours"),
        ("de", "Im Karton liegen dazu 24 handgenähte Filzkugeln für den Anfang.", "24 handgenähte Filzkugeln"),
        ("fr", "Le tiroir du bas accueille sans effort plus de 40 bobines de fil.", "Plus de 40 bobines de fil"),
        ("es", "La lámpara viene con un mando que guarda hasta 16 escenas para cada habitación.", "Hasta 16 escenas"),
        ("it", "La cassetta contiene 18 formine in legno per i più piccoli.", "18 formine"),
        ("pt", "No estojo cabem 36 lápis de cera e um apara-lápis.", "36 lápis de cera"),
        ("sk", "9 stupňov ohrevu pre každú ruku (od jemného po silný)", "9 stupňov ohrevu pre každú ruku"),
        ("en", "Quiet motor, Folding handle, Two baskets, Rubber feet", "Folding handle"),
        ("zh", "以手工編織的竹籃裝盛，輕巧又透氣，適合野餐。", "以手工編織的竹籃裝盛"),
        ("en", "The lid locks by itself – simply press it shut with one hand", "Simply press it shut with one hand"),
    ],
)  # fmt: skip
def test_a_long_text_tells_what_stands_in_it_by_itself(code: str, text: str, held: str) -> None:
    assert held in held_in(text, code)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "It has 270 rotational and tilting joints."),  # an adjective without its noun
        ("en", "The Harbour 12 Lamp was drawn in 2014 for a hotel."),  # a model, a year
        ("en", "No more than 3 helpings are needed."),  # negated
        ("de", "Reicht für Zimmer bis 40 m² geeignet."),  # no noun at the end
        ("en", "The box is 30 x 20 cm and holds a lot."),  # sides
        ("en", "It weighs 4 kg and stands still."),  # a measure of nothing named
    ],
)
def test_a_number_without_what_it_counts_is_not_told(code: str, text: str) -> None:
    assert list(counted_in(text, code)) == []


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.sampled_from([*languages(), "sk", "zh", "xx"]))
def test_whatever_is_held_stands_in_the_text(text: str, code: str) -> None:
    whole = " ".join(text.replace("\u00a0", " ").casefold().split())
    for one in held_in(text, code):
        assert " ".join(one.casefold().split()) in whole


def row(label: str, value: str, kind: str = "material") -> Fact:
    return Fact(kind, f"{label}: {value}", f"specs.{label}", "table", 0.9, 2, label=label, value=value)  # type: ignore[arg-type]  # kinds are texts here


@pytest.mark.parametrize(
    ("code", "label", "value", "said"),
    [
        ("en", "Filling", "Duck down", "The filling is duck down."),
        ("en", "Battery life", "18 hours", "It runs for 18 hours."),
        ("de", "Füllung", "Schafwolle", "Die Füllung ist Schafwolle."),
        ("de", "Akkulaufzeit", "9 Stunden", "Der Akku hält 9 Stunden."),
        ("fr", "Doublure", "Satin", "La doublure est en satin."),
        ("es", "Autor", "Berta Salinas", "Lo escribe Berta Salinas."),
        ("it", "Potenza", "900 W", "La potenza è di 900 watt."),
        ("pt", "Compatível com", "Android", "É compatível com Android."),
    ],
)
def test_a_row_is_said_as_a_short_sentence(code: str, label: str, value: str, said: str) -> None:
    assert tell(row(label, value), language_for(code), code).say == said


@pytest.mark.parametrize(
    ("code", "label", "value"),
    [("en", "Sole", "Synthetics"), ("de", "Füllung", "ca. 300 g/m²"), ("fr", "Matière", "A/B"), ("it", "Autore", "vari")],  # noqa: E501
)  # fmt: skip
def test_a_row_whose_value_does_not_fit_its_sentence_is_only_shown(code: str, label: str, value: str) -> None:
    assert tell(row(label, value), language_for(code), code).say == ""


def test_a_yes_is_told_by_its_label_and_a_no_not_at_all() -> None:
    assert tell(row("Child lock", "Yes", "feature"), language_for("en"), "en").screen == "Child lock"
    assert tell(row("Kindersicherung", "ja", "feature"), language_for("de"), "de").screen == "Kindersicherung"
    assert tell(row("Child lock", "No", "feature"), language_for("en"), "en").screen == ""


def test_a_label_that_a_seller_left_in_another_language_is_not_told() -> None:
    assert tell(row("Material", "Beech"), language_for("fr"), "fr").screen == ""
    assert tell(row("Colour", "Rosso", "feature"), language_for("it"), "it").screen == ""
    assert tell(row("Material", "Buche"), language_for("de"), "de").screen == "Material: Buche"


def test_a_sentence_that_begins_with_its_verb_gets_its_pronoun() -> None:
    english = language_for("en")
    assert english is not None
    assert spoken("Keeps soup hot until the evening.", english) == "It keeps soup hot until the evening."
    assert spoken("Folds into a bag the size of a lemon.", english) == "It folds into a bag the size of a lemon."
    assert spoken("Covers and cushions in the same wool.", english) is None
    assert spoken("Keeps soup hot until the evening.", english, named=False) is None


def test_care_is_no_order_and_no_opening() -> None:
    product = Product(
        url="https://shop.example/vest", title="Larkfield Wool Vest", brand="Larkfield", price=Decimal(40),
        currency="GBP", language="en",
        features=["Do not tumble dry", "Iron on low heat only", "Machine-washable", "Two deep pockets with brass zips"],
        description="The collar keeps the wind out on cold mornings.", images=["https://shop.example/vest.jpg"],
    )  # fmt: skip
    scenario = scenarios_of(product, Wishes(), 1)[0]
    told = " ".join(
        [*(scene.on_screen_text for scene in scenario.scenes), *(scene.narration for scene in scenario.scenes)]
    )
    assert "tumble" not in told and "Iron" not in told
    assert "collar" in scenario.scenes[0].on_screen_text or "zips" in scenario.scenes[0].on_screen_text


def test_the_stars_of_few_buyers_stand_in_the_first_seconds() -> None:
    product = Product(
        url="https://shop.example/kettle", title="Larkfield Gooseneck Kettle", brand="Larkfield", price=Decimal(60),
        currency="GBP", language="en", rating=4.7, review_count=61,
        features=["Pours in a slow and steady arc", "Two-layer wall that stays cool", "Whistle made of brass"],
        images=["https://shop.example/kettle.jpg"],
    )  # fmt: skip
    scenes = scenarios_of(product, Wishes(), 1)[0].scenes
    assert scenes[0].layout == "review" and "61" in scenes[0].narration
    scenes = scenarios_of(product.model_copy(update={"review_count": 21}), Wishes(), 1)[0].scenes
    assert "21" in scenes[0].narration or (scenes[0].seconds < 3 and scenes[1].layout == "review")


def test_a_small_discount_is_shown_with_its_percent() -> None:
    product = Product(
        url="https://negozio.example/teiera", title="Teiera Bruma in ghisa", brand="Bruma", price=Decimal(57),
        list_price=Decimal(60), currency="EUR", country="IT", language="it",
        features=["Tiene il tè caldo per due ore", "Filtro in acciaio inox", "Manico rivestito in bambù"],
        images=["https://negozio.example/teiera.jpg"],
    )  # fmt: skip
    last = scenarios_of(product, Wishes(), 1)[0].scenes[-1]
    assert "5" in last.on_screen_text and "%" in last.on_screen_text


@pytest.mark.parametrize(
    ("title", "brand", "language", "shown"),
    [
        ("Oakham 4 Piece 28 cm 20 cm Frying Pan Set with Lids", "Oakham", "en", "Oakham set"),
        ("Red/blue/green Folding Desk Lamp", "Oakham", "en", "Oakham desk lamp"),
        ("Kolmet posuda za med od", None, "hr", "Kolmet posuda"),
    ],
)
def test_a_name_is_no_list_and_ends_on_a_word_of_its_own(
    title: str, brand: str | None, language: str, shown: str
) -> None:
    product = Product(url="https://shop.example/x", title=title, brand=brand, language=language)
    assert screen_name(product, language=language).casefold() == shown.casefold()


def test_rows_left_in_another_language_are_shown_where_there_is_nothing_else() -> None:
    product = Product(
        url="https://negozio.example/orso", title="Orso Bruma", brand="Bruma", price=Decimal(12), currency="EUR",
        language="it", specs={"Material": "Plush", "Age Level": "4-6 Years"},
        images=["https://negozio.example/orso.jpg"],
    )  # fmt: skip
    scenes = scenarios_of(product, Wishes(), 1)[0].scenes
    shown = [scene.on_screen_text + scene.badge for scene in scenes]
    shown += [text for scene in scenes for point in scene.points for text in point.texts]
    assert "Plush" in " ".join(shown)


def test_a_counted_thing_opens_before_what_many_products_are() -> None:
    product = Product(
        url="https://shop.example/rug", title="Larkfield Hall Rug", brand="Larkfield", price=Decimal(90),
        currency="GBP", language="en",
        features=["Easy to clean", "Its pile was rolled in a lab for more than 60,000 cycles before it went on sale"],
        description="The backing keeps it in place on wooden floors.", images=["https://shop.example/rug.jpg"],
    )  # fmt: skip
    assert "60,000 cycles" in scenarios_of(product, Wishes(), 1)[0].scenes[0].on_screen_text


@pytest.mark.parametrize(
    ("code", "text", "never"),
    [
        ("fr", "Ce jeu convient aux enfants de 5 ans et plus!", "Enfants de 5 ans"),
        ("pt", "Altura: 30 cm Largura: 52 cm Peso: 4 kg", "52 cm Peso"),
        ("en", "Flour bin, & # x2022; tea caddy, & # x2022; jar", "Flour bin, & # x2022"),
    ],
)
def test_a_piece_that_says_less_or_else_is_not_held(code: str, text: str, never: str) -> None:
    assert never not in held_in(text, code)


def test_what_may_be_in_it_is_no_reason_to_buy() -> None:
    text = "Kann Spuren von Haselnuss enthalten."
    fact = Fact("feature", text, "features[0]", "bullet", 0.9, 2)
    assert tell(fact, language_for("de"), "de").screen == ""


def test_a_place_is_not_said_of_a_row_that_says_it_itself() -> None:
    assert tell(row("Herkunftsland", "Made in Japan", "origin"), language_for("de"), "de").say == ""
    assert (
        tell(row("Herkunftsland", "Japan", "origin"), language_for("de"), "de").say == "Hergestellt wird es in Japan."
    )


def test_buyers_are_quoted_in_one_scene_beside_the_stars() -> None:
    reviews = ["Great lamp, warm light", "Lovely colour and so bright", "Perfect for my desk", "Really nice and sturdy"]
    product = Product(
        url="https://shop.example/lamp", title="Larkfield Desk Lamp", brand="Larkfield", price=Decimal(30),
        currency="GBP", language="en", rating=4.8, review_count=40, reviews=reviews,
        features=["Bends without a sound", "Shade of frosted glass"], images=["https://shop.example/lamp.jpg"],
    )  # fmt: skip
    scenes = scenarios_of(product, Wishes(), 1)[0].scenes
    assert sum(scene.on_screen_text.startswith("“") for scene in scenes if scene.role == "body") <= 1


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("en", "Weight: 5 kg Height with legs: 61 cm Width: 30 cm", []),
        ("pt", "Peso: 6,5 kg Altura com os pés: 61 cm", []),
        ("en", "Extends up to 1.8 m, so that it reaches every shelf of the room.", ["Extends up to 1.8 m"]),
        ("de", "Leuchtweite bis zu 80 m in klaren Nächten und auf jedem Weg.", ["Leuchtweite bis zu 80 m"]),
    ],
)
def test_a_measure_has_no_label_behind_it_and_the_word_that_a_sentence_begins_with(
    code: str, text: str, found: list[str]
) -> None:
    assert list(counted_in(text, code)) == found


@pytest.mark.parametrize(
    ("code", "sentence", "noun"),
    [
        ("en", "This lamp casts a warm light on your desk.", "lamp"),
        ("de", "Diese Lampe ist aus Eiche und Messing gebaut.", "leselampe"),
        ("fr", "Cette housse protège votre canapé des taches et des poils.", "housse"),
        ("es", "Este bolso tiene tres compartimentos y cierre de metal.", "bolso"),
        ("it", "Questa lampada illumina ogni angolo della tua scrivania.", "lampada"),
        ("pt", "Esta mala tem quatro rodas e um cadeado.", "mala"),
    ],
)
def test_a_sentence_may_point_at_the_product_by_its_name(code: str, sentence: str, noun: str) -> None:
    language = language_for(code)
    assert language is not None
    assert spoken(sentence, language, nouns=frozenset([noun])) == sentence
    assert spoken(sentence, language, nouns=frozenset([noun]), named=False) is None
    assert spoken(sentence, language, nouns=frozenset(["other"])) is None


def test_half_of_a_compound_is_not_told_alone() -> None:
    text = "Frei von künstlichen Farb-, Süß - und Zusatzstoffen, wie es sich für Sirup aus der eigenen Küche gehört."
    assert not any("-," in one for one in held_in(text, "de"))
    text = "Schutz vor Wind-, Regen - so bleibt der Sitz trocken und warm bei jeder Fahrt durch die Stadt."
    assert not any("-," in one for one in held_in(text, "de"))


def test_neither_sizes_nor_a_category_nor_the_title_again_fill_a_scene() -> None:
    product = Product(
        title="Sanddorn ankle boot",
        brand="Boots",
        categories=["Shoes", "Boots"],
        price=Decimal(80),
        currency="GBP",
        language="en",
        options={"Size": ["36", "37", "38", "39", "40"], "Colour": ["Moss", "Chestnut"]},
        specs={"Type": "Ankle boot", "Lining": "Wool", "Sole": "Natural rubber"},
        features=["The zip at the side makes it easy to put on", "Keeps feet warm down to -15 °C"],
        images=["https://shop.example/boot.jpg"],
    )
    shown = [text for scene in scenarios_of(product, Wishes(), 1)[0].scenes for text in _texts(scene)]
    assert not any("36" in text or text == "Boots" or "Type" in text for text in shown)
    assert any("Moss" in text for text in shown) or any("Wool" in text for text in shown)


def _texts(scene: Scene) -> list[str]:
    return [scene.on_screen_text, scene.badge, *(text for point in scene.points for text in point.texts)]
