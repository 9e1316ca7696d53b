"""Cutting and measuring text, prices and ratings, the languages' files, the sharing of time."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scenario.bank.attributes import attribute
from app.scenario.claim_words import claim_words
from app.scenario.locales import write_price, write_rating
from app.scenario.script.language import language_for, languages
from app.scenario.speech import LONGEST, SHORTEST, share_seconds
from app.scenario.wording import shorten, spoken_words


@given(st.text(max_size=300), st.integers(1, 200))
def test_a_shortened_text_is_a_start_of_the_text_and_never_a_part_of_a_number(text: str, limit: int) -> None:
    kept = shorten(text, limit)
    assert len(kept) <= max(limit, len(text) if len(text) <= limit else limit)
    assert text.startswith(kept)
    rest = text[len(kept) :]
    assert not (kept and rest and kept[-1].isdecimal() and rest[0].isdecimal())


def test_speech_takes_longer_for_numbers_and_long_words() -> None:
    assert spoken_words("a b c") == 3
    assert spoken_words("$149.99") > spoken_words("words only here")
    assert spoken_words("Donaudampfschifffahrt") == 2
    assert spoken_words("続航時間") == 2
    assert spoken_words("– : !") == 0


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("149.99", "USD", "en", "$149.99"),
        ("149.00", "USD", "en", "$149"),
        ("1299.5", "EUR", "de", "1.299,50\u00a0€"),
        ("1299", "EUR", "fr", "1\u202f299\u00a0€"),
        ("3500", "JPY", "en", "¥3,500"),
        ("20", "EUR", "xx", "€20"),
    ],
)
def test_prices_are_written_as_the_language_writes_them(amount: str, currency: str, language: str, shown: str) -> None:
    assert write_price(Decimal(amount), currency, language) == shown


def test_ratings_are_written_as_the_language_writes_them() -> None:
    assert [write_rating(4.65, "en"), write_rating(4.65, "de"), write_rating(5.0, "fr")] == ["4.7", "4,7", "5"]


def test_there_are_files_for_these_languages() -> None:
    assert languages() == ("de", "en", "es", "fr", "it", "pt")


SLOTS = {
    *("rating", "count", "over", "Over", "percent", "price", "before", "the", "The", "object", "name", "measure"),
    *("value", "years", "sold", "Sold", "share", "amount", "quote"),
}


@pytest.mark.parametrize("code", languages())
def test_a_languages_file_names_known_slots_and_can_say_every_offer(code: str) -> None:
    language, english = language_for(code), language_for("en")
    assert language is not None and english is not None
    assert set(language.offer) == set(english.offer)
    assert set(language.labels) == set(english.labels)
    told = language.model_dump(exclude={"finite", "dangling", "we", "it", "variants", "thin"})
    assert set(re.findall(r"\{(\w+)\}", json.dumps(told))) <= SLOTS
    assert set(re.findall(r"\{(\w+)\}", language.thin)) == {"seconds", "shorter"}
    assert claim_words(code) is not None


@pytest.mark.parametrize("code", languages())
def test_what_a_language_says_of_attributes_is_a_sentence(code: str) -> None:
    names = json.loads(files("app.scenario").joinpath(f"attributes/{code}.json").read_text(encoding="utf-8"))
    for name in names:
        found = attribute(name, code)
        assert found is not None
        assert found.show and len(found.show) <= 34
        assert not found.say or (found.say[0].isupper() and found.say.endswith("."))


def test_a_language_without_a_file_is_none() -> None:
    assert (language_for("xx"), language_for(None), claim_words("xx")) == (None, None, None)


@given(st.lists(st.floats(SHORTEST, 8), min_size=4, max_size=6), st.floats(0, 20))
def test_lengths_sum_up_and_give_each_scene_what_it_needs(needs: list[float], rest: float) -> None:
    seconds = min(sum(needs) + rest, LONGEST * len(needs))
    lengths = share_seconds(needs, seconds)
    assert sum(lengths) == pytest.approx(seconds, abs=0.02)
    for length, need in zip(lengths, needs, strict=True):
        assert need - 0.05 <= length <= LONGEST + 0.05
