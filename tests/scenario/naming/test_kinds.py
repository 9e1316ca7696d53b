"""The kind of a product: its title's head noun, else what its categories say, and None rather than a wrong noun."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenario.naming import kind_of

TITLES: dict[str, list[tuple[str, str | None]]] = json.loads(
    Path(__file__).with_name("titles.json").read_text(encoding="utf-8")
)
CASES = [(language, title, kind) for language, cases in TITLES.items() for title, kind in cases]


def test_there_are_at_least_25_titles_a_language() -> None:
    assert all(len(cases) >= 25 for cases in TITLES.values()) and len(TITLES) == 6


@pytest.mark.parametrize(("language", "title", "expected"), CASES)
def test_the_kind_is_the_head_noun(language: str, title: str, expected: str | None) -> None:
    kind = kind_of(title, [], language)
    assert (kind and kind.id) == expected


@pytest.mark.parametrize(
    ("language", "title", "categories", "expected"),
    [
        ("en", "Talvo T15 Prime", ["Electronics", "Mobile Phones"], "smartphone"),
        ("en", "Talvo T15 Prime", ["Electronics", "Mobile Phones", "Phone accessories"], None),
        ("en", "Talvo T15 Prime", ["Home & Garden", "Throws, Blankets & Rugs"], None),
        ("en", "The Lamp", ["Books", "Crime"], "book"),
        ("en", "Talvo 300", ["Home", "Lamps", "Things", "Stuff", "Talvo"], None),
        ("de", "Talvo 300", ["Wohnen", "Schreibtischlampen"], "desk_lamp"),
        ("fr", "Talvo 300", ["Maison", "Lampes de bureau"], "desk_lamp"),
        ("es", "Talvo 300", ["Hogar", "Lámparas"], "lamp"),
        ("it", "Talvo 300", ["Casa", "Zaini"], "backpack"),
        ("pt", "Talvo 300", ["Calçado", "Chinelos Talvo", "Talvo 300"], "slippers"),
        ("fr", "Stainless Steel Wine Bottle Opener", [], "bottle_opener"),
        ("it", "20 x Wooden Garden Chair", [], "chair"),
    ],
)
def test_categories_tell_where_the_title_does_not(
    language: str, title: str, categories: list[str], expected: str | None
) -> None:
    kind = kind_of(title, categories, language, "Talvo")
    assert (kind and kind.id) == expected


@pytest.mark.parametrize(
    ("language", "title", "noun", "gender", "many", "mass"),
    [
        ("de", "Massivholz-Bücherregal", "Massivholz-Bücherregal", "n", False, False),
        ("de", "GUMMISTIEFEL TALVO", "Gummistiefel", "m", True, False),
        ("en", "Talvo Jeans", "jeans", "", True, False),
        ("en", "Set of 6 glasses", "glasses", "", True, False),
        ("en", "Ground coffee", "ground coffee", "", False, True),
        ("fr", "4 x Lampe solaire", "lampes", "f", True, False),
        ("fr", "Haut-parleur Talvo", "haut-parleur", "m", False, False),
        ("es", "Gafas de sol", "gafas de sol", "f", True, False),
        ("pt", "Talvo telemóvel", "telemóvel", "m", False, False),
    ],
)
def test_a_kind_has_gender_and_number(
    language: str, title: str, noun: str, gender: str, many: bool, mass: bool
) -> None:
    kind = kind_of(title, [], language)
    assert kind is not None
    assert (kind.noun, kind.gender, kind.many, kind.mass) == (noun, gender, many, mass)


@pytest.mark.parametrize(
    ("language", "noun"), [("pt-BR", "celular"), ("pt", "telemóvel"), ("es-MX", "celular"), ("es", "móvil")]
)
def test_a_country_has_its_own_noun(language: str, noun: str) -> None:
    kind = kind_of("X1", ["Mobile phones"], language)
    assert kind is not None and kind.noun == noun


def test_what_is_for_pets_is_a_pets() -> None:
    kind = kind_of("Siège auto pour chiens", [], "fr")
    assert kind is not None and kind.category == "pet"


def test_a_set_is_of_what_stands_before_it() -> None:
    kind = kind_of("Enamel pots and pans set", [], "en")
    assert kind is not None and (kind.noun, kind.category) == ("set", "kitchen")


@pytest.mark.parametrize("language", ["pl", "ja", "xx", ""])
def test_a_language_without_a_file_has_no_kinds(language: str) -> None:
    assert kind_of("Lampe lamp lámpara", ["Lamps"], language) is None


@given(
    st.text(max_size=80) | st.sampled_from([title for _, title, _ in CASES]),
    st.lists(st.text(max_size=20), max_size=4),
    st.sampled_from(["en", "de", "fr", "es-MX", "it", "pt-BR", "pl"]),
    st.none() | st.text(max_size=15),
)
def test_any_title_has_one_kind_or_none(title: str, categories: list[str], language: str, brand: str | None) -> None:
    assert kind_of(title, categories, language, brand) == kind_of(title, categories, language, brand)
