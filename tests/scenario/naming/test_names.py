"""How a product is named aloud and on screen."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.models import Product
from app.scenario.naming import screen_name, spoken_name
from app.scenario.naming.articles import article, joined, of, this
from app.scenario.naming.data import LANGUAGES, bad_ends, shared_words
from app.scenario.naming.folding import fold
from app.scenario.naming.names import MOST_WORDS
from tests.scenario.naming.test_kinds import CASES


def product(title: str, language: str | None = "en", brand: str | None = None, **fields: object) -> Product:
    return Product.model_validate({"title": title, "language": language, "brand": brand, **fields})


@pytest.mark.parametrize(
    ("language", "title", "brand", "the"),
    [
        (
            "en",
            "Brannow Tilda Mini Hands-Free Smart Speaker, 2nd Gen, Chalk",
            "Brannow",
            "the Brannow Tilda Mini speaker",
        ),
        ("en", "Brannow Pivot C20 Pan/Tilt 1080P Smart Indoor Camera", "Brannow", "the Brannow Pivot C20 camera"),
        ("en", "BRANNOW WASHING MACHINE 6KG", "BRANNOW", "the Brannow washing machine"),
        ("en", "Oak & Moor Faux Fur Throw, Platinum", "Oak & Moor", "the Oak & Moor throw"),
        ("en", "Chinos - camel", "Veltor", "the Veltor chinos"),
        ("en", "Velvet Cushion", "Unbranded", "the velvet cushion"),
        ("en", "Fern Wall Hook 🌿 best price!!!", "n/a", "the Fern wall hook"),
        ("en", "Stainless Steel Kettle 8847362514", None, "the stainless steel kettle"),
        ("de", "Filzstift FARBINO MEDIUM", "Brannow", "der Brannow Farbino Filzstift"),
        ("de", "Brannow Aurora Erfrischende Bodylotion (1 x 200 ml)", "Brannow", "die Brannow Aurora Bodylotion"),
        ("de", "Massivholz-Bücherregal", None, "das Massivholz-Bücherregal"),
        ("fr", "Talvo Siège auto pour enfant – Ceinture incluse", "Talvo", "le siège auto Talvo"),
        ("fr", "Enceinte Talvo Mini", "Talvo", "l'enceinte Talvo"),
        ("fr", "Housse de chaise coton - taupe", None, "la housse de chaise"),
        ("fr", "T-SHIRT CÔTELÉ UNI", None, "le t-shirt côtelé"),
        ("es", "Agua mineral 1,5 l", None, "el agua mineral"),
        ("es", "Zapatillas Talvo Ridge 5.4 TT", "Talvo", "las zapatillas Talvo Ridge"),
        ("it", "Zaino Talvo Alpin", "Talvo", "lo zaino Talvo Alpin"),
        ("it", "Occhiali da sole Talvo", "Talvo", "gli occhiali da sole Talvo"),
        ("pt", "Aspirador Robot Talvo S6 Pure Preto", "Talvo", "o Talvo S6 Pure"),
    ],
)
def test_the_name_is_what_a_person_says(language: str, title: str, brand: str | None, the: str) -> None:
    name = spoken_name(product(title, language, brand), language)
    assert name is not None and name.the == the


@pytest.mark.parametrize(
    ("language", "title", "expected"),
    [
        ("en", "Talvo Jeans", ("the Talvo jeans", "the Talvo jeans", "these jeans", "are")),
        ("de", "Talvo Rucksack", ("der Talvo Rucksack", "den Talvo Rucksack", "dieser Rucksack", "ist")),
        ("fr", "Écran Talvo", ("l'écran Talvo", "l'écran Talvo", "cet écran", "est")),
        ("es", "Auriculares Talvo", ("los auriculares Talvo", "los auriculares Talvo", "estos auriculares", "son")),
        ("it", "Altoparlante Talvo", ("l'altoparlante Talvo", "l'altoparlante Talvo", "quest'altoparlante", "è")),
        ("pt", "Calças Talvo", ("as calças Talvo", "as calças Talvo", "estas calças", "são")),
    ],
)
def test_a_name_has_its_forms(language: str, title: str, expected: tuple[str, ...]) -> None:
    name = spoken_name(product(title, language, "Talvo"), language)
    assert name is not None
    assert (name.the, name.object, name.this, name.verb) == expected


def test_another_language_says_its_own_noun() -> None:
    name = spoken_name(product("Talvo C20 Desk Lamp", "en", "Talvo"), "de")
    assert name is not None and name.the == "die Talvo C20 Schreibtischlampe"


def test_a_brazilian_script_says_the_brazilian_noun() -> None:
    name = spoken_name(product("Talvo 5", "pt", "Talvo", categories=["Telemóveis"]), "pt-BR")
    assert name is not None and name.the == "o celular Talvo"


@pytest.mark.parametrize(
    ("title", "brand", "fields"),
    [
        ("Brass Lamp", "Lamp Barn", {"shop": "Lamp Barn"}),
        ("Brass Lamp", "Lighting", {"categories": ["Home", "Lighting in Kent"]}),
        ("Brass Lamp", "Amazon", {}),
        ("Brass Lamp", "No Brand", {}),
        ("Brass Lamp", "X.", {}),
    ],
)
def test_neither_shop_nor_category_is_a_brand(title: str, brand: str, fields: dict[str, object]) -> None:
    name = spoken_name(product(title, "en", brand, **fields), "en")
    assert name is not None and name.the == "the brass lamp"


def test_a_work_is_called_by_its_title() -> None:
    name = spoken_name(product("The Salt Harbour: A Novel", "en", "Moor Press", categories=["Books"]), "en")
    assert name is not None
    assert (name.the, name.this, name.certain) == ("The Salt Harbour", "this novel", False)
    long = spoken_name(product("How the wind came to the harbour town", "en", None, categories=["Books"]), "en")
    assert long is not None and long.the == "the book"


@pytest.mark.parametrize("title", ["8843920", "!!!", "", "🎁", "12 x 40 cm"])
def test_a_title_that_names_nothing_has_no_name(title: str) -> None:
    assert spoken_name(product(title), "en") is None


def test_a_title_that_names_nothing_takes_its_categories_noun() -> None:
    name = spoken_name(product("8843920", "fr", None, categories=["Maison", "Lampes de bureau"]), "fr")
    assert name is not None and (name.the, name.this) == ("la lampe de bureau", "cette lampe de bureau")


def test_a_language_without_a_file_gets_brand_and_first_words() -> None:
    name = spoken_name(product("Plecak Talvo Tatry turystyczny 30 l niebieski", "pl", "Talvo"), "pl")
    assert name is not None
    assert name.text == name.the == "Talvo Plecak Tatry turystyczny"
    assert name.kind is None and not name.certain


@pytest.mark.parametrize(
    ("language", "text", "gender", "many", "forms"),
    [
        ("fr", "haut-parleur", "m", False, ("le haut-parleur", "du haut-parleur", "ce haut-parleur")),
        ("fr", "huile", "f", False, ("l'huile", "de l'huile", "cette huile")),
        ("fr", "chaussures", "f", True, ("les chaussures", "des chaussures", "ces chaussures")),
        ("it", "smartphone", "m", False, ("lo smartphone", "dello smartphone", "questo smartphone")),
        ("it", "stivali", "m", True, ("gli stivali", "degli stivali", "questi stivali")),
        ("it", "anello", "m", False, ("l'anello", "dell'anello", "quest'anello")),
        ("es", "agua", "f", False, ("el agua", "del agua", "esta agua")),
        ("es", "lámparas", "f", True, ("las lámparas", "de las lámparas", "estas lámparas")),
        ("pt", "robô", "m", False, ("o robô", "do robô", "este robô")),
        ("pt", "botas", "f", True, ("as botas", "das botas", "estas botas")),
        ("de", "Regal", "n", False, ("das Regal", "von dem Regal", "dieses Regal")),
        ("en", "lamp", "", False, ("the lamp", "of the lamp", "this lamp")),
    ],
)
def test_articles_follow_gender_number_and_sound(
    language: str, text: str, gender: str, many: bool, forms: tuple[str, str, str]
) -> None:
    the = joined(article(text, gender, many=many, language=language), text)  # type: ignore[arg-type]  # a gender from a table
    whose = of(text, gender, many=many, language=language)  # type: ignore[arg-type]  # a gender from a table
    assert (the, whose, this(text, gender, many=many, language=language)) == forms  # type: ignore[arg-type]  # a gender from a table


@pytest.mark.parametrize(
    ("title", "brand", "shown"),
    [
        ("Brannow Tilda Mini Hands-Free Smart Speaker, 2nd Gen", "Brannow", "Brannow Tilda Mini Speaker"),
        ("Brannow, Potato Chips, Sour Cream", "Brannow", "Brannow Potato Chips"),
        ("Olive oil from the hills of Moor 500 ml bottle", None, "Olive oil from the hills"),
        ("Hill Olive Oil Extra Fine Press 500 ml", None, "Hill Olive Oil Fine Press"),
        ("The Salt Harbour", "Moor Press", "The Salt Harbour"),
        ("KETTLE TALVO ✨", None, "Kettle Talvo"),
        ("Talvo Ridge Walking Boots Details", None, "Talvo Ridge Walking Boots"),
        ("Talvo K20 Kettle Price Review", None, "Talvo K20 Kettle"),
        ("The Details", "Moor Press", "The Details"),
        (
            "Windermere Chronicles Brannow Limited Edition",
            None,
            "Windermere Chronicles Brannow Limited Edition",
        ),
    ],
)
def test_the_screen_shows_whole_words(title: str, brand: str | None, shown: str) -> None:
    assert screen_name(product(title, "en", brand)) == shown


PARTS = [
    *(
        "lamp",
        "Lampe",
        "lámpara",
        "zaino",
        "glasses",
        "Étui",
        "l'huile",
        "set",
        "Talvo",
        "KRAMBACH",
        "BLACK",
        "schwarz",
    ),
    *("X20", "8843920", "500", "ml", "6", "4x", "for", "pour", "para", "per", "mit", "de", "of", "the", "la", "w/"),
    *("-", ",", "(", ")", "&", "|", "+", "🎁"),
]
WORDS = st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join)
TITLED = st.sampled_from([title for _, title, _ in CASES]) | WORDS | st.text(max_size=300)


@settings(max_examples=100, deadline=None)
@given(
    TITLED,
    st.sampled_from(["en", "de", "fr", "es", "it", "pt", "pl", None]),
    st.none() | st.sampled_from(["Talvo", "KRAMBACH", "Unbranded", "Oak & Moor", "lamp"]) | st.text(max_size=12),
    st.lists(st.sampled_from(["Lamps", "Zaini", "Books", "Lampen", "Deco & More", ""]), max_size=3),
    st.sampled_from(["en", "de", "fr", "es-MX", "it", "pt-BR", "pl"]),
)
@example("NONE", "en", None, [], "en")
def test_any_title_has_a_short_name_that_ends_well(
    title: str, source: str | None, brand: str | None, categories: list[str], language: str
) -> None:
    made = product(title, source, brand, categories=categories)
    name = spoken_name(made, language)
    shown = screen_name(made)
    assert name == spoken_name(made, language) and shown == screen_name(made)
    assert len(shown.split()) <= 6 or " " not in shown
    if name is None:
        return
    words = name.text.split()
    assert 1 <= len(words) <= MOST_WORDS
    assert re.search(r"[^\W\d_]", words[-1])
    code = language[:2]
    if code in LANGUAGES:
        assert fold(words[-1], code) not in bad_ends(code)
    assert fold(name.text, "en") not in shared_words().no_brand
    assert not re.search(r"\d{6,}", name.text)
