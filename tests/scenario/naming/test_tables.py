"""The tables: every language has every kind, no spelling means two, genders and plurals are right."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.scenario.naming.data import CATEGORIES, GENDERS, LANGUAGES, Nouns, concepts, nouns, shared_words, words_of
from app.scenario.naming.folding import fold
from app.scenario.naming.index import index_of


def test_there_are_four_hundred_kinds_in_known_categories() -> None:
    assert len(concepts()) >= 400
    assert set(concepts().values()) <= CATEGORIES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_kind(language: str) -> None:
    entries = nouns(language)
    assert entries.keys() == concepts().keys()
    for concept, entry in entries.items():
        for noun in (entry, *entry.variants.values()):
            assert noun.gender in GENDERS[language], concept
            assert noun.plural.strip() == noun.plural and noun.noun.strip() == noun.noun, concept


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_spelling_means_two_kinds(language: str) -> None:
    owners: dict[str, str] = {}
    for concept, entry in nouns(language).items():
        for word in {entry.noun, entry.plural, *entry.words}:
            assert owners.setdefault(fold(word, language), concept) == concept, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_is_found_as_its_own_kind(language: str) -> None:
    index = index_of(language)
    for concept, entry in nouns(language).items():
        for text in (entry.noun, entry.plural):
            keys = list(fold(text, language).replace("d'", "d' ").replace("l'", "l' ").split())
            found = index.at(keys, 0)
            assert found is not None and found.concept == concept, text


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_german_nouns_have_large_letters_and_the_others_small_ones(language: str) -> None:
    for entry in nouns(language).values():
        first = entry.noun.replace(" ", "-").split("-")[0]
        if language == "de":
            assert entry.noun[0].isupper(), entry.noun
        elif not first.isupper():
            assert entry.noun[0].islower(), entry.noun


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_words_are_read(language: str) -> None:
    words = words_of(language)
    assert words.cuts and words.stops and words.sets and shared_words().units
    assert not words.cuts & words.descriptors


def test_a_wrong_table_is_refused() -> None:
    with pytest.raises(ValidationError, match="no gender"):
        Nouns.model_validate({"language": "fr", "entries": {"mug": {"noun": "mug", "plural": "mugs", "gender": "n"}}})
    with pytest.raises(ValidationError, match="not the same kinds"):
        Nouns.model_validate({"language": "fr", "entries": {"mug": {"noun": "mug", "plural": "mugs", "gender": "m"}}})
    with pytest.raises(ValidationError, match="plural"):
        Nouns.model_validate({"language": "fr", "entries": {"mug": {"noun": "mug", "gender": "m"}}})
