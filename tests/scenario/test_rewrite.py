"""One scene anew, and whom a product is for."""

from __future__ import annotations

import pytest

from app.errors import Conflict, InvalidInput
from app.models import Audience, Product, Wishes
from app.scenario.audience import audience_of, style_for
from app.scenario.check import check_scenario
from app.scenario.rewrite import rewrite_scene
from app.scenario.writer import write_scenario
from tests.scenario.products import BARE, ENGLISH, GERMAN, PORTUGUESE, SPANISH, measured


@pytest.mark.parametrize("number", range(7))
def test_a_scene_is_told_otherwise_and_the_others_stay(number: int) -> None:
    images = measured(ENGLISH)
    before = write_scenario(ENGLISH, images, Wishes(seconds=25, style="clean"))
    after = rewrite_scene(ENGLISH, images, before, number, seed=0)
    assert len(before.scenes) == 7
    for place, (old, new) in enumerate(zip(before.scenes, after.scenes, strict=True)):
        assert (old == new) is (place != number)
    assert after.scenes[number].narration != before.scenes[number].narration
    assert after.seconds == before.seconds
    assert check_scenario(after, ENGLISH) == []
    assert rewrite_scene(ENGLISH, images, before, number, seed=0) == after


def test_another_seed_gives_another_scene() -> None:
    images = measured(ENGLISH)
    before = write_scenario(ENGLISH, images, Wishes(seconds=25, style="clean"))
    told = {rewrite_scene(ENGLISH, images, before, 0, seed).scenes[0].narration for seed in range(4)}
    assert len(told) >= 3


def test_scenes_that_a_person_wrote_are_left_as_they_are() -> None:
    images = measured(ENGLISH)
    before = write_scenario(ENGLISH, images, Wishes(seconds=25, style="clean"))
    mine = before.scenes[1].model_copy(update={"narration": "My grandmother had one like it."})
    edited = before.model_copy(update={"scenes": [before.scenes[0], mine, *before.scenes[2:]]})
    assert rewrite_scene(ENGLISH, images, edited, 2, 0).scenes[1] == mine


def test_there_must_be_such_a_scene_and_something_else_to_tell() -> None:
    before = write_scenario(ENGLISH, measured(ENGLISH), Wishes())
    with pytest.raises(InvalidInput, match="scenes 0 to"):
        rewrite_scene(ENGLISH, measured(ENGLISH), before, 30, 0)
    bare = write_scenario(BARE, measured(BARE), Wishes(language="nl"))
    with pytest.raises(Conflict, match="nothing else"):
        rewrite_scene(BARE, measured(BARE), bare, 0, 0)


@pytest.mark.parametrize(
    ("product", "who", "context"),
    [
        (ENGLISH, "cooks", "kitchen"),
        (GERMAN, "people who work at a desk", "office"),
        (SPANISH, "people who dress with care", "wardrobe"),
        (PORTUGUESE, "cooks", "kitchen"),
        (BARE, "everyone", "everyday"),
        (Product(title="Organic cotton onesie for newborns", categories=["Baby"]), "parents", "nursery"),
        (Product(title="Wanderrucksack 30 l", categories=["Outdoor"]), "hikers", "outdoors"),
    ],
)
def test_the_audience_is_told_with_its_evidence(product: Product, who: str, context: str) -> None:
    audience = audience_of(product)
    assert (audience.who, audience.context) == (who, context)
    assert bool(audience.evidence) is (who != "everyone")
    page = product.model_dump_json().casefold()
    assert all(evidence.rpartition(": ")[2].casefold() in page for evidence in audience.evidence)


def test_the_audience_sets_style_and_pace_unless_it_is_given() -> None:
    babies = BARE.model_copy(update={"title": "Cotton onesie for newborns", "categories": ["Baby"]})
    scenario = write_scenario(babies, measured(babies), Wishes())
    assert (scenario.wishes.style, scenario.audience) == (style_for(audience_of(babies)), audience_of(babies))
    mine = Audience(who="hikers", age_group="adults", context="outdoors")
    other = write_scenario(babies, measured(babies), Wishes(audience=mine))
    assert (other.wishes.style, other.audience) == ("natural", mine)
    assert write_scenario(babies, measured(babies), Wishes(audience=mine, style="bold")).wishes.style == "bold"
