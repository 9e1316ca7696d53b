"""The facts of a product are typed, whole, few, and each stands where it says."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import Product
from app.scenario.bank.bank import MOST_FACTS, facts_of, type_of
from app.scenario.bank.facts import FACT_TYPES
from app.scenario.bank.sentences import pieces


def crock(**fields: object) -> Product:
    return Product.model_validate({"title": "Ravenna Bread Crock", **fields})


def texts(product: Product) -> list[str]:
    return [fact.text for fact in facts_of(product)]


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        ({"rating": 4.62, "review_count": 310}, "rating", "4.6 / 5 (310)"),
        ({"price": Decimal("80"), "list_price": Decimal("100"), "currency": "EUR"}, "discount", "-20% (100 → 80)"),
        ({"specs": {"Gewicht": "2,4 kg"}}, "weight", "Gewicht: 2,4 kg"),
        ({"specs": {"Garantie": "5 Jahre"}}, "warranty", "Garantie: 5 Jahre"),
        ({"features": ["Spülmaschinengeeignet bei 60 Grad"]}, "care", "Spülmaschinengeeignet bei 60 Grad"),
        ({"options": {"Couleur": ["Sable", "Ardoise"]}}, "options", "Couleur: Sable, Ardoise"),
        ({"specs": {"Lid": "Rests on the rim and closes without a sound at all."}}, "excluded",
         "Rests on the rim and closes without a sound at all."),
        ({"reviews": ["I love my crock and so does my bread."]}, "review_quote", "I love my crock an"
        "d so does my bread."),
    ],
)  # fmt: skip
def test_a_fact_has_its_type(fields: dict[str, object], kind: str, text: str) -> None:
    assert (kind, text) in {(fact.type, fact.text) for fact in facts_of(crock(**fields))}


@pytest.mark.parametrize(
    "fields",
    [
        {"specs": {"Artikelnummer": "0815"}},
        {"specs": {"Coating": "none"}},
        {"specs": {"Maße": "76 x 80 x 63 cm; 9.07 Gramm"}},
        {"features": ["Choose your colour"]},
        {"features": ["Save up to 30% today"]},
        {"description": "Buy Ravenna crocks online at the best price."},
        {"description": "Beschichtung: keine"},
        {"reviews": ["I love it but the lid broke."]},
        {"options": {"Size": ["One size"]}},
        {"description": 'It keeps fresh: {"sku": "RB-1", "stock": 4}'},
        {"description": "Ravenna crocks for bread | Pots and Pans | House of Crocks"},
        {"description": "Ich habe den Topf seit einem Jahr und bin zufrieden.", "language": "de"},
        {"description": "J'ai acheté ce pot pour ma fille.", "language": "fr"},
        {"description": "On 4 March 2021."},
        {"description": "The crock holds 0 75 l of dough."},
        {"description": "Der Topf wiegt nur 0 85 kg ohne seinen Deckel.", "language": "de"},
        {"description": "Crafts: Turned", "language": "it"},
        {"features": ["Verarbeitung: Gedreht"], "language": "de"},
        {"description": "A crock is the best kitchen gift for your mother."},
        {"description": "Für jeden Bäcker ist der Topf das beste Geschenk.", "language": "de"},
        {"description": "È il miglior regalo per chi ama il pane.", "language": "it"},
        {"description": "Le 14 juillet 2021."},
        {"specs": {"Fabricant": "Crock & Sons"}},
        {"description": "More crocks stand on crockhouse.pl and in our album."},
    ],
)
def test_what_is_no_fact_is_left_out(fields: dict[str, object]) -> None:
    assert texts(crock(**fields)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"description": "It goes from 0 to 60 km/h on its wheels.", "features": []},
        {"features": ["Pieces in the box: 6 lids"]},
        {"features": ["Handmade: every crock is turned by one potter alone"]},
        {"description": "Colour: Slate"},
        {"description": "Ein Geschenk für alle, die gern Brot backen und es lange frisch halten.", "language": "de"},
    ],
)
def test_what_only_looks_like_none_is_a_fact(fields: dict[str, object]) -> None:
    assert texts(crock(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"specs": {"Package dimensions": "30 x 20 x 20 cm"}},
        {"specs": {"Gewicht inkl. Verpackung": "2,9 kg"}},
        {"specs": {"Package(s)": "1"}},
        {"specs": {"Stan": "Nowy stan, 2 kg"}},
        {"features": ["Do not tumble dry"]},
        {"description": "We design crocks of clear and simple lines for bread.", "language": "en"},
        {"description": "Wir entwerfen Töpfe mit klaren und schlichten Linien.", "language": "de"},
        {"features": ["Ne pas repasser à plus de 110 °C"]},
    ],
)
def test_what_hardly_sells_is_weak(fields: dict[str, object]) -> None:
    assert {fact.strength for fact in facts_of(crock(**fields))} <= {1}


@pytest.mark.parametrize(("label", "value"), [("Condition", "New with tags"), ("Zustand", "Neu"), ("État", "Neuf")])
def test_that_a_thing_is_new_is_no_fact_but_in_what_condition_it_is(label: str, value: str) -> None:
    assert texts(crock(specs={label: value})) == []
    assert texts(crock(specs={label: "used, with a chip at the rim"})) != []


def test_sides_and_a_mass_that_cannot_be_of_one_thing_are_both_left_out() -> None:
    assert texts(crock(specs={"Size": "76 x 80 x 63 cm", "Weight": "0.02 lb", "Item weight": "9.07 g"})) == []
    assert len(texts(crock(specs={"Size": "26 x 20 x 23 cm", "Weight": "2.4 kg"}))) == 2


def test_what_a_title_adds_is_told_whole_and_its_bare_numbers_are_not() -> None:
    found = texts(crock(title="Ravenna Bread Crock, with oak lid including two linen bags and a knife, 066"))
    assert found == ["with oak lid including two linen bags and a knife"]


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        # "or" is gold in French, "je" is I in French and is in Slovene, "o" says nothing in English.
        ("en", "Bread or rolls, both at once.", "feature"),
        ("fr", "Le bouton du couvercle est en or.", "material"),
        ("sl", "V paketu je par pokrovov iz gline.", "feature"),
        ("nl", "De pot houdt brood lang vers.", "feature"),
        ("it", "Made of stainless steel", "material"),
        (None, "Le bouton du couvercle est en or.", "material"),
    ],
)
def test_words_count_on_pages_in_their_language_alone(language: str | None, text: str, kind: str) -> None:
    assert type_of(text, language) == kind


def test_what_one_says_who_bought_it_is_no_description_of_the_seller() -> None:
    text = "Ich habe den Topf seit einem Jahr und bin sehr zufrieden."
    assert [fact.type for fact in facts_of(crock(reviews=[text], language="de"))] == ["review_quote"]


def test_a_title_gives_its_numbers_and_not_itself() -> None:
    found = texts(Product(title="Ravenna large white bread crock for kitchen shelves 4.5 litres, 2 lids, wood-fired"))
    assert "4.5 litres" in found and "2 lids" in found
    assert all(len(text.split()) <= 8 for text in found)


def test_glued_rows_and_lists_of_numbers_are_told_apart() -> None:
    assert "Material:Clay" in pieces("Type:Crock Material:Clay Shape:Round Lid:Oak")
    long = ", ".join(f"{n} litre crock with a lid of solid oak" for n in range(2, 10))
    assert pieces(long)[0] == "2 litre crock with a lid of solid oak"


words = st.sampled_from(["2,4 kg", "Keeps bread fresh for 5 days", "<b>x</b>", "a: b", "✓"])
lines = st.lists(st.text(max_size=200) | words, max_size=6)
rows = st.dictionaries(st.text(max_size=30), st.text(max_size=80), max_size=5)
choices = st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=4), max_size=3)


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=200).filter(str.strip), lines, lines, lines, rows, choices)
def test_any_product_gives_few_facts_that_stand_in_it(
    title: str,
    features: list[str],
    reviews: list[str],
    prose: list[str],
    specs: dict[str, str],
    options: dict[str, list[str]],
) -> None:
    product = Product(
        title=title, features=features, reviews=reviews, description="\n".join(prose), specs=specs, options=options
    )
    found = facts_of(product)
    assert len(found) <= MOST_FACTS
    for fact in found:
        assert fact.type in FACT_TYPES and 0 <= fact.confidence <= 1 and 1 <= fact.strength <= 3
        match = re.fullmatch(r"(\w+)(?:\[(\d+)\]|\.(.*))?", fact.source, re.DOTALL)
        assert match is not None and match[1] in Product.model_fields
        if match[3] is not None:
            assert match[3] in getattr(product, match[1])
        elif match[2] is not None and match[1] != "description":
            assert int(match[2]) < len(getattr(product, match[1]))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("A jar of 100 ML (3.4 FL. OZ) of glaze. Fired twice.",
         ["A jar of 100 ML (3.4 FL. OZ) of glaze.", "Fired twice."]),
        ("Hält ca. 3 kg inkl. Deckel. Zweimal gebrannt.", ["Hält ca. 3 kg inkl. Deckel.", "Zweimal gebrannt."]),
        ("Open Mon. to Fri. at noon.", ["Open Mon. to Fri. at noon."]),
        ("up to 12 kg, firm back, carried: on the chest, on the back, soft belts",
         ["up to 12 kg", "firm back", "carried: on the chest, on the back, soft belts"]),
        ("Altura: 61 cm Largura: 158 cm Peso Suportado: 200kg",
         ["Altura: 61 cm", "Largura: 158 cm", "Peso Suportado: 200kg"]),
        ("Höhe: 20 cm Breite: 30 cm Gewicht: 2,4 kg", ["Höhe: 20 cm", "Breite: 30 cm", "Gewicht: 2,4 kg"]),
        ("Sand, slate, sage, and 3 kg of moss", ["Sand, slate, sage, and 3 kg of moss"]),
    ],
)  # fmt: skip
def test_no_sentence_is_cut_where_none_ends(text: str, whole: list[str]) -> None:
    assert pieces(text) == whole


def test_of_two_rows_for_one_thing_the_first_is_kept() -> None:
    rows = {"Max. load": "12 kg", "Maximum load": "15 kg", "Width": "40 cm", "Depth": "20 cm", "Weight (net)": "3 kg"}
    facts = [fact.text for fact in facts_of(Product(title="Wall shelf Holm", specs=rows, language="en"))]
    assert len([text for text in facts if "load" in text]) == 1
    assert {"Width: 40 cm", "Depth: 20 cm", "Weight (net): 3 kg"} <= set(facts)
    twice = {"Package size": "10 x 20 x 30 cm; 480 g", "Weight": "450 g"}
    told = [fact.text for fact in facts_of(Product(title="Radio", specs=twice, language="en"))]
    assert len([text for text in told if "480" in text or "450" in text]) == 1
    same = {"Max. height": "1.20 m", "Maximum height": "1.20 m", "Min. height": "0.30 m"}
    told = [fact.text for fact in facts_of(Product(title="Stand", specs=same, language="en"))]
    assert sum("1.20" in text for text in told) == 1
    assert any("0.30" in text for text in told)


def test_a_part_of_a_long_sentence_is_a_fact_and_a_cut_one_is_none() -> None:
    long = (
        "The ribs inside the cone, which are cut by hand in our workshop, let the water drain evenly through the "
        "filter while the thick walls keep it hot."
    )
    product = Product(
        title="Coffee cone Ida", description=long, features=["Ribs let the water drain evenly"], language="en"
    )
    assert "Ribs let the water drain evenly" in [fact.text for fact in facts_of(product)]
    cut = "Lets the steam out through the side of the"
    product = Product(title="Rice pot", description=f"{cut}\n{cut} lid while it cooks.", language="en")
    texts = [fact.text for fact in facts_of(product)]
    assert cut not in texts
    assert f"{cut} lid while it cooks." in texts


def test_an_item_that_is_the_title_again_is_none() -> None:
    product = Product(
        title="Linen cushion cover sand 40 x 40", features=["Linen cushion cover sand", "Zip at the back"]
    )
    assert "Linen cushion cover sand" not in [fact.text for fact in facts_of(product)]


def test_of_a_line_that_says_two_things_what_is_counted_is_told() -> None:
    facts = facts_of(
        Product(title="Bath towel", highlights=["4 available / 1,204 sold", "Rated | Winner of a Red Dot"])
    )
    assert {fact.text for fact in facts} >= {"1,204 sold", "Winner of a Red Dot"}
    assert not any("/" in fact.text or "|" in fact.text for fact in facts)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ohne künstliche Duft-, Farb- und Süßstoffe sowie ganz ohne Zucker"),
        ("en", "Holds hand- and machine-sewn quilts up to two metres wide"),
        ("nl", "Voor binnen- en buitenshuis, ook bij regen"),
    ],
)
def test_half_a_compound_is_no_label(language: str, text: str) -> None:
    facts = facts_of(crock(language=language, features=[text]))
    assert [(fact.text, fact.label) for fact in facts if fact.region == "bullet"] == [(text, "")]


def test_what_the_product_lacks_is_no_fact_where_a_row_says_so() -> None:
    lines = ["No Flash for the rear camera", "No hub required", "Ohne Deckel"]
    said = texts(crock(features=lines, specs={"Flash": "No", "Hub": "Yes", "Deckel": "nein"}))
    assert "No hub required" in said
    assert not {"No Flash for the rear camera", "Ohne Deckel"} & set(said)
    assert "No Flash for the rear camera" in texts(crock(features=lines))


def test_a_no_in_brackets_leaves_the_thing_what_it_is() -> None:
    assert type_of("Side window (frame, no filling)", "en") != "excluded"
    assert type_of("Side window, no filling", "en") == "excluded"


def test_a_list_without_spaces_gets_them() -> None:
    said = texts(crock(specs={"Colour": "Black,Red", "Capacity": "1,250 ml"}))
    assert "Colour: Black, Red" in said
    assert "Capacity: 1,250 ml" in said
