"""Cutting and measuring text, prices and ratings, the phrase files, the sharing of time."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from importlib.resources import files
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.models import Arc, Mood, Product, Style
from app.scenario.claims import unsupported
from app.scenario.features import feature_point
from app.scenario.ground import Ground
from app.scenario.locales import write_price, write_rating
from app.scenario.material import spec_points
from app.scenario.phrases import KNOWN_NAMES, Phrases, fill, languages, names_in, phrases_for, turned
from app.scenario.speech import LONGEST, SHORTEST, Narration, narrate, seconds_to_say, share_seconds
from app.scenario.wording import as_sentence, fits_screen, headline, same_matter, short_name, shorten, spoken_words
from tests.scenario.products import GERMAN

CONNECTORS = ["and", "with", "for"]
LANGUAGES = ["de", "en", "es", "fr", "it", "pt"]


@pytest.mark.parametrize(
    ("text", "line", "whole"),
    [
        ("Dishwasher safe.", "Dishwasher safe", True),
        ("Lined with soft felt, so that glasses and phones don't scratch", "Lined with soft felt", True),
        ("Keeps drinks cold for a day and hot for half a day", "Keeps drinks cold for a day", True),
        ("Cone, 20 oz carafe and 10 oz mug in one box", "Cone, 20 oz carafe and 10 oz", False),
        ("One two three four five six of the eight", "One two three four five six", False),
    ],
)
def test_a_headline_is_a_clause_where_there_is_one(text: str, line: str, whole: bool) -> None:
    assert headline(text, "en", CONNECTORS) == (line, whole)


@pytest.mark.parametrize(
    ("title", "brand", "name"),
    [
        ("Alba Stoneware Mug – 350 ml, Matte White", "Casa Lume", "Alba Stoneware Mug"),
        ("Sony - WH-1000XM5 Headphones (Black)", "Sony", "Sony WH-1000XM5 Headphones"),
        ("Buch | Laden", None, "Buch"),
        ("Nordlicht Lampe [2 Stück]", None, "Nordlicht Lampe"),
    ],
)
def test_a_short_name_is_what_a_person_would_say(title: str, brand: str | None, name: str) -> None:
    assert short_name(title, brand, "en", CONNECTORS) == name


@given(st.text(max_size=300), st.integers(1, 200))
def test_a_shortened_text_is_a_start_of_the_text_and_never_a_part_of_a_number(text: str, limit: int) -> None:
    kept = shorten(text, limit)
    assert len(kept) <= max(limit, len(text) if len(text) <= limit else limit)
    assert text.startswith(kept)
    rest = text[len(kept) :]
    assert not (kept and rest and kept[-1].isdecimal() and rest[0].isdecimal())


@given(st.text(max_size=200))
def test_every_headline_fits_the_screen(text: str) -> None:
    assert fits_screen(headline(text, "en", CONNECTORS)[0])


def test_speech_takes_longer_for_numbers_and_long_words() -> None:
    assert spoken_words("a b c") == 3
    assert spoken_words("$149.99") > spoken_words("words only here")
    assert spoken_words("Donaudampfschifffahrt") == 2
    assert spoken_words("続航時間") == 2
    assert spoken_words("– : !") == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("keeps cold", "Keeps cold."), ("iPhone case", "iPhone case."), ("Really?", "Really?"), (" - x,", "X."), ("", "")],
)
def test_a_fragment_becomes_a_sentence(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence


def test_texts_that_say_the_same_are_known() -> None:
    assert same_matter("Keeps coffee hot for 40 minutes", "The thick wall keeps coffee hot for 40 minutes.", "en")
    assert same_matter("Battery life: 40 hours", "40 hours of listening on one charge", "en")
    assert not same_matter("Dishwasher safe", "Matte glaze without lead", "en")
    assert not same_matter("Weight: 40 g", "40 hours of listening", "en")


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


def test_a_heading_goes_on_screen_and_its_text_is_said() -> None:
    point = feature_point(
        "WIDE HANDLE: Four fingers fit through it, so that nothing slips.", "en", CONNECTORS, "features[0]"
    )
    assert point is not None
    assert point.screen == "Wide handle"
    assert point.say == ["Four fingers fit through it, so that nothing slips."]


@pytest.mark.parametrize("line", ["Free shipping", "", "https://x.example", "30-day returns", "***"])
def test_shop_talk_makes_no_point(line: str) -> None:
    assert feature_point(line, "en", CONNECTORS, "features[0]") is None


def test_specifications_are_said_as_a_person_says_them() -> None:
    points = spec_points(GERMAN, phrases_for("de"), "de", ": ", 0, {"it": ("sie", ())})
    assert [(point.screen, point.say) for point in points] == [
        ("Material: Stahl und Messing", ["Das Material ist Stahl und Messing."]),
        ("Gewicht: 2,1\u00a0kg", ["Sie bringt 2,1 Kilogramm auf die Waage."]),
        ("Höhe: 52\u00a0cm", ["Sie ist 52 Zentimeter hoch."]),
    ]
    abroad = spec_points(GERMAN, phrases_for("en"), "en", ": ", 0)
    assert [point.say for point in abroad] == [
        ["It's made of steel and brass."],
        ["It weighs 2.1 kilograms."],
        ["It stands 52 centimeters tall."],
    ]


def test_there_are_files_for_these_languages() -> None:
    assert languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_file_is_whole_and_gives_a_choice(language: str) -> None:
    phrases = phrases_for(language)
    english = phrases_for("en")
    assert phrases is not None
    assert english is not None
    assert set(phrases.styles) == set(get_args(Style))
    assert set(phrases.moods) == set(get_args(Mood))
    assert set(phrases.hooks) == set(get_args(Arc)) - {"problem_solution"}
    assert set(phrases.offer) == set(english.offer)
    assert list(phrases.concepts) == list(english.concepts)
    assert [spec.id for spec in phrases.specs] == [spec.id for spec in english.specs]
    values = dict.fromkeys(KNOWN_NAMES, ("X", ()))
    shown = [line for pairs in phrases.hooks.values() for line, _ in pairs]
    shown += [line for words in phrases.styles.values() for line in (*words.call, *(hook[0] for hook in words.hook))]
    shown += [line for pairs in phrases.rating.values() for line, _ in pairs]
    shown += [*phrases.sold_out, *phrases.looks, *(ask for concept in phrases.concepts.values() for ask in concept.ask)]
    for template in shown:
        line = fill(template, values)
        assert line is not None
        assert fits_screen(line[0]) or line[0] in {a for c in phrases.concepts.values() for a in c.ask}, template
    closings = [line for lines in phrases.moods.values() for line in lines]
    calls = [line for words in phrases.styles.values() for line in words.call]
    assert len(set(closings)) == len(closings)
    assert len(set(calls)) == len(calls)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_claims_anything(language: str) -> None:
    phrases = phrases_for(language)
    assert phrases is not None
    ground = Ground(Product(title="Zxq", availability="InStock", rating=4.5, review_count=9), language)
    lines = [line for lines in phrases.moods.values() for line in lines]
    lines += [line for words in phrases.styles.values() for pair in words.hook for line in pair]
    lines += [line for words in phrases.styles.values() for line in (*words.call, *words.lead)]
    lines += [line for lines in phrases.offer.values() for line in lines]
    lines += [line for arc in ("unboxing", "how_to", "deal") for pair in phrases.hooks[arc] for line in pair]
    for line in lines:
        bare = re.sub(r"\{\w+\}", "Zxq", line)
        assert list(unsupported(bare, ground)) == [], line
    assert all(name in KNOWN_NAMES for line in lines for name in names_in(line))


def test_a_phrase_file_with_an_unknown_fact_is_refused() -> None:
    raw = json.loads(files("app.scenario").joinpath("phrases", "en.json").read_text(encoding="utf-8"))
    raw["offer"]["plain"] = ["Made in {country}"]
    with pytest.raises(ValidationError, match="country"):
        Phrases.model_validate(raw)


def test_neighbouring_seeds_begin_elsewhere() -> None:
    assert turned(["a", "b", "c"], 4) == ["b", "c", "a"]
    assert turned([], 3) == []


@given(st.lists(st.floats(SHORTEST, 8), min_size=4, max_size=6), st.floats(0, 20))
def test_lengths_sum_up_and_give_each_scene_what_it_needs(needs: list[float], rest: float) -> None:
    seconds = min(sum(needs) + rest, LONGEST * len(needs))
    lengths = share_seconds(needs, seconds)
    assert sum(lengths) == pytest.approx(seconds, abs=0.02)
    for length, need in zip(lengths, needs, strict=True):
        assert need - 0.05 <= length <= LONGEST + 0.05


def test_no_narration_outgrows_the_time_and_none_is_said_twice() -> None:
    long = [(f"Sentence {n} has quite a few words to be said.", ["features"]) for n in range(9)]
    scenes = [Narration([("Hello.", ["title"]), *long], list(long)) for _ in range(4)]
    narrate(scenes, 25, 2.5)
    said = [sentence for scene in scenes for sentence in scene.text.split(". ")]
    assert len(set(said)) == len(said)
    assert sum(seconds_to_say(scene.text, 2.5) for scene in scenes) <= 25
    assert len(said) >= 5
