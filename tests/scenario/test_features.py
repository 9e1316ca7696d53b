"""Lines of a page's list become sentences, and things are named with their gender and number."""

from __future__ import annotations

import pytest

from app.models import Product, Wishes
from app.scenario.check import check_scenario
from app.scenario.features import feature_point, quieted, tidied
from app.scenario.kinds import kind_of, with_article
from app.scenario.phrases import languages, of_many, phrases_for
from app.scenario.writer import write_scenario
from tests.scenario.products import ENGLISH, measured


@pytest.mark.parametrize(
    ("language", "line", "screen", "said"),
    [
        ("en", "Keeps coffee hot for 30 minutes", "30 minutes", "It keeps coffee hot for 30 minutes."),
        ("en", "✓ MEMORY-FOAM CUSHIONS IN SOFT LEATHER", "Memory-foam cushions", None),
        ("en", "Dishwasher safe", "Dishwasher safe", "It's dishwasher safe."),
        ("en", "With oat oil", "With oat oil", "It comes with oat oil."),
        ("de", "Handgepflückt", "Handgepflückt", "Er ist handgepflückt."),
        ("fr", "Articulations en laiton massif", "Articulations en laiton massif", None),
        ("es", "Correa ajustable de 120 cm", "Correa ajustable de 120 cm", "Tiene correa ajustable de 120 cm."),
        ("it", "Lunga 180 cm, basta per due giri", "Lunga 180 cm, basta per due giri", None),
        ("pt", "Carvalho maciço, sem verniz", "Carvalho maciço, sem verniz", "É em carvalho maciço, sem verniz."),
    ],
)
def test_a_bare_line_becomes_a_sentence(language: str, line: str, screen: str, said: str | None) -> None:
    phrases = phrases_for(language)
    assert phrases is not None
    point = feature_point(line, language, phrases.connectors, "features[0]", phrases, {"it": ("er", ())})
    assert point is not None
    assert screen.startswith(point.screen)
    assert said is None or point.say == [said]
    assert point.say[0].endswith(".")


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("HEAVY DUTY STEEL FRAME", "Heavy duty steel frame"),
        ("LED LIGHT", "LED light"),
        ("USB-C", "USB-C"),
        ("Steel FRAME", "Steel FRAME"),
        ("", ""),
    ],
)
def test_what_shouts_is_quieted(shouted: str, said: str) -> None:
    assert quieted(shouted, "en") == said


def test_german_nouns_keep_their_capitals() -> None:
    assert quieted("LED-LICHT AM KOPF", "de") == "LED-Licht am Kopf"


def test_bullets_are_taken_off_and_numbers_are_not() -> None:
    assert [tidied(line) for line in ("✓ Soft", "• Soft", "- Soft", "1. Soft", "24 pieces")] == [
        *["Soft"] * 4,
        "24 pieces",
    ]


@pytest.mark.parametrize(
    ("title", "source", "language", "named"),
    [
        ("Trailrucksack Höhenweg", "de", "it", "lo zaino"),
        ("Lampe de bureau Ourse", "fr", "de", "die Schreibtischlampe"),
        ("Nocturne Wireless Headphones", "en", "es", "los auriculares"),
        ("Blue Speaker", "en", "fr", "l'enceinte"),
        ("Notebook cover", "de", "en", None),
    ],
)
def test_a_thing_is_named_in_another_language(title: str, source: str, language: str, named: str | None) -> None:
    kind = kind_of(Product(title=title), source, language)
    assert (with_article(kind.noun, kind.gender, language) if kind else None) == named


def test_many_are_spoken_of_as_many() -> None:
    product = ENGLISH.model_copy(
        update={"title": "Alba Headphones", "features": ["Fits flat", "Folds flat into a case"]}
    )
    scenario = write_scenario(product, measured(product), Wishes(seconds=40, style="clean"))
    told = " ".join(scene.narration for scene in scenario.scenes)
    assert "They fold flat into a case." in told
    assert " It " not in told.replace("keeps", "")
    assert check_scenario(scenario, product) == []


@pytest.mark.parametrize("language", languages())
def test_every_language_can_speak_of_many(language: str) -> None:
    one, many = phrases_for(language), of_many(language)
    assert one is not None
    assert many is not None
    assert one.specs[3].say != many.specs[3].say
