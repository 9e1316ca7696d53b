"""Layouts are chosen by what a scene tells, and show the product's facts alone."""

from __future__ import annotations

import pytest

from app.models import Arc, Product, Scenario, ScenePoint, Wishes
from app.scenario.check import check_scenario
from app.scenario.colours import swatch
from app.scenario.layouts import choices_of
from app.scenario.writer import write_scenario

from .products import ENGLISH, measured

ARCS: tuple[Arc, ...] = ("deal", "review_led", "feature_parade", "comparison", "unboxing")


def scenarios(product: Product = ENGLISH) -> list[Scenario]:
    wishes = [Wishes(arc=arc, seconds=seconds, seed=seed) for arc in ARCS for seconds in (15, 40) for seed in (0, 1)]
    return [write_scenario(product, measured(product), wish) for wish in wishes]


def test_roles_have_their_layouts() -> None:
    for scenario in scenarios():
        layouts = [scene.shown_layout for scene in scenario.scenes]
        assert layouts[-1] == "closing" and layouts[0] in ("hero", "price", "review")


def test_several_layouts_are_used_over_a_products_scenarios() -> None:
    used = {scene.shown_layout for scenario in scenarios() for scene in scenario.scenes}
    assert {"hero", "plain", "closing", "review"} <= used and len(used) >= 5


def test_points_rest_on_facts_that_the_scene_names() -> None:
    for scenario in scenarios():
        assert check_scenario(scenario, ENGLISH) == []
        for scene in scenario.scenes:
            supported = " ".join(fact.text for fact in scene.facts)
            assert all(text.rstrip(".") in supported for point in scene.points for text in point.texts)


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (ScenePoint(label="Lasts 99 years"), "99"),
        (ScenePoint(label="Price", value="$1.00"), "1.00"),
        (ScenePoint(value="4.8", before="$999.00"), "999.00"),
    ],
)
def test_a_point_that_the_page_does_not_support_is_refused(point: ScenePoint, said: str) -> None:
    scenario = scenarios()[0]
    scene = scenario.scenes[1].model_copy(update={"points": [point]})
    changed = scenario.model_copy(update={"scenes": [scenario.scenes[0], scene, *scenario.scenes[2:]]})
    problems = check_scenario(changed, ENGLISH)
    assert any(problem.startswith("Scene 2, points") and said in problem for problem in problems)
    picture = scene.model_copy(update={"points": [ScenePoint(image="https://other.example/1.jpg")]})
    changed = scenario.model_copy(update={"scenes": [scenario.scenes[0], picture, *scenario.scenes[2:]]})
    assert any("no picture of this product" in problem for problem in check_scenario(changed, ENGLISH))


def test_old_scenarios_without_layouts_stay_valid() -> None:
    old = scenarios()[0].model_dump(mode="json")
    for scene in old["scenes"]:
        del scene["layout"], scene["points"]
    layouts = [scene.shown_layout for scene in Scenario.model_validate(old).scenes]
    assert layouts[0] == "hero" and layouts[-1] == "closing" and set(layouts[1:-1]) == {"plain"}


def test_colours_are_those_of_their_names() -> None:
    assert swatch("Plum", "en") == swatch("pflaume", "de") != swatch("Cream", "en")
    assert swatch("Galaxy dust", "en") is None


def test_a_review_is_quoted_word_for_word() -> None:
    review = "The best mug in the world! I love how smooth the rim feels. It cured my headaches."
    reviewed = ENGLISH.model_copy(update={"reviews": ["Nice.", review]})
    wish = Wishes(arc="review_led", seconds=30)
    scenario = write_scenario(reviewed, measured(reviewed), wish)
    assert any("I love how smooth the rim feels" in text for text in texts(scenario))
    assert not any("headaches" in text for text in texts(scenario))
    assert check_scenario(scenario, reviewed) == []
    assert any("'rim'" in problem for problem in check_scenario(scenario, ENGLISH))
    german = write_scenario(reviewed, measured(reviewed), wish.model_copy(update={"language": "de"}))
    assert not any("smooth" in text for text in texts(german))


def texts(scenario: Scenario) -> list[str]:
    return [
        text
        for scene in scenario.scenes
        for text in (scene.on_screen_text, scene.narration, *(text for point in scene.points for text in point.texts))
    ]


def test_a_person_may_choose_what_the_products_facts_fill_and_nothing_else() -> None:
    offered = set()
    for scenario in scenarios():
        choices = choices_of(ENGLISH, measured(ENGLISH), scenario)
        for number, (scene, found) in enumerate(zip(scenario.scenes, choices, strict=True)):
            assert found[scene.shown_layout] is scene
            assert {"plain", "closing" if scene.role == "call_to_action" else "hero"} <= set(found)
            offered |= set(found)
            for layout, other in found.items():
                assert other.shown_layout == layout
                assert layout in ("plain", "hero") or other.points
                assert other.model_dump(exclude={"layout", "points", "facts"}) == scene.model_dump(
                    exclude={"layout", "points", "facts"}
                )
                scenes = [other if place == number else one for place, one in enumerate(scenario.scenes)]
                assert check_scenario(scenario.model_copy(update={"scenes": scenes}), ENGLISH, edited=True) == []
    assert offered >= {"plain", "hero", "closing", "review", "specs", "comparison"}


def test_a_specification_whose_name_no_path_can_hold_is_not_told() -> None:
    """Padding counts too: the path holds the name as the page has it."""
    specs = {"x" * 250: "350 g", "Weight" + " " * 200: "2 kg", "Colours" + " " * 200: "red, blue", "Width": "20 cm"}
    product = ENGLISH.model_copy(update={"specs": specs, "features": [], "description": None})
    told = [
        path
        for scenario in scenarios(product)
        for scene in scenario.scenes
        for one in scene.facts
        for path in one.facts
    ]
    assert {path for path in told if path.startswith("specs.")} == {"specs.Width"}
