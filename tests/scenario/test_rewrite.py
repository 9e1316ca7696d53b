"""One scene anew, and whom a product is for."""

from __future__ import annotations

import pytest

from app.errors import Conflict, InvalidInput
from app.models import Audience, Product, Scene, Wishes
from app.scenario.audience import audience_of, style_for
from app.scenario.check import check_scenario
from app.scenario.rewrite import rewrite_scene
from app.scenario.writer import write_scenario
from tests.scenario.products import BARE, ENGLISH, GERMAN, PORTUGUESE, SPANISH, measured

RICH = ENGLISH.model_copy(
    update={
        "features": [
            *ENGLISH.features,
            "Foot ring of bare clay",
            "Stacks with its sisters",
            "Cork saucer in the box",
            "Fits most coffee machines",
        ],
        "description": "The cup is fired twice at 1,200 degrees. The rim is thin and feels smooth. Every piece carries"
        " the potter's mark. The saucer keeps the table dry. The handle stays cool to the touch. The glaze resists"
        " scratches from spoons. The base stands steady on a tray. Tea stays warm through a long talk."
        " The clay comes from a pit near Aveiro.",
    }
)
SHORT = Wishes(seconds=12)


def paths_of(scene: Scene) -> set[str]:
    return {path for fact in scene.facts for path in fact.facts}


def test_a_scene_is_told_otherwise_and_the_others_stay() -> None:
    images = measured(RICH)
    before = write_scenario(RICH, images, SHORT)
    for number, scene in enumerate(before.scenes):
        after = rewrite_scene(RICH, images, before, number, seed=0)
        for place, (old, new) in enumerate(zip(before.scenes, after.scenes, strict=True)):
            assert (old == new) is (place != number)
        changed = after.scenes[number]
        assert (changed.image, changed.motion, changed.seconds) == (scene.image, scene.motion, scene.seconds)
        assert check_scenario(after, RICH, whole=False) == []
        assert rewrite_scene(RICH, images, before, number, seed=0) == after


@pytest.mark.parametrize("seed", [0, 1])
def test_another_fact_is_told_and_a_scene_that_speaks_still_speaks(seed: int) -> None:
    before = write_scenario(RICH, measured(RICH), SHORT)
    told = {path for scene in before.scenes for path in paths_of(scene)}
    for number, scene in enumerate(before.scenes[:-1]):
        new = rewrite_scene(RICH, measured(RICH), before, number, seed).scenes[number]
        assert paths_of(new) - (told - {"title"})
        assert bool(new.narration) >= bool(scene.narration)
        assert new.on_screen_text


def test_another_seed_gives_another_scene() -> None:
    before = write_scenario(RICH, measured(RICH), SHORT)
    told = {rewrite_scene(RICH, measured(RICH), before, 0, seed).scenes[0].on_screen_text for seed in range(3)}
    assert len(told) >= 2


def test_scenes_that_a_person_wrote_are_left_as_they_are() -> None:
    before = write_scenario(RICH, measured(RICH), SHORT)
    mine = before.scenes[1].model_copy(update={"narration": "My grandmother had one like it."})
    edited = before.model_copy(update={"scenes": [before.scenes[0], mine, *before.scenes[2:]]})
    assert rewrite_scene(RICH, measured(RICH), edited, 2, 0).scenes[1] == mine


def test_there_must_be_such_a_scene_and_something_else_to_tell() -> None:
    before = write_scenario(ENGLISH, measured(ENGLISH), Wishes())
    with pytest.raises(InvalidInput, match="scenes 0 to"):
        rewrite_scene(ENGLISH, measured(ENGLISH), before, 30, 0)
    bare = BARE.model_copy(update={"features": ["Dotted paper, 90 pages"], "language": "en"})
    thin = write_scenario(bare, measured(bare), Wishes())
    for number in range(len(thin.scenes)):
        with pytest.raises(Conflict, match="nothing else"):
            rewrite_scene(bare, measured(bare), thin, number, 0)


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
    babies = BARE.model_copy(
        update={"title": "Cotton onesie for newborns", "categories": ["Baby"], "features": ["Opens at the front"]}
    )
    scenario = write_scenario(babies, measured(babies), Wishes())
    assert (scenario.wishes.style, scenario.audience) == (style_for(audience_of(babies)), audience_of(babies))
    mine = Audience(who="hikers", age_group="adults", context="outdoors")
    other = write_scenario(babies, measured(babies), Wishes(audience=mine))
    assert (other.wishes.style, other.audience) == ("natural", mine)
    assert write_scenario(babies, measured(babies), Wishes(audience=mine, style="bold")).wishes.style == "bold"
