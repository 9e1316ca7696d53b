"""The check that a person's edited scenario passes through before it is saved."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.models import Product, Scenario, Wishes
from app.scenario.check import check_scenario
from app.scenario.claims import unsupported
from app.scenario.supported import Supported
from app.scenario.writer import write_scenario
from tests.scenario.products import ENGLISH, measured


def written() -> Scenario:
    return write_scenario(ENGLISH, measured(ENGLISH), Wishes(seconds=20, style="clean"))


def with_scene(scenario: Scenario, index: int, **changes: object) -> Scenario:
    scenes = list(scenario.scenes)
    scenes[index] = scenes[index].model_copy(update=changes)
    return scenario.model_copy(update={"scenes": scenes})


@pytest.mark.parametrize(
    ("index", "changes", "problem"),
    [
        (1, {"image": "https://other.example/x.jpg"}, "Scene 2, image: 'https://other.example/x.jpg' is no picture"),
        (0, {"narration": "word " * 60}, "Scene 1, narration: it takes about"),
        (
            2,
            {"on_screen_text": "one two three four five six seven eight nine ten eleven 40 words"},
            "Scene 3, on_screen",
        ),
        (1, {"narration": "Look. It's $24 now."}, "Scene 2, narration: it says the same as scene 1."),
        (1, {"on_screen_text": "Holds 355 ml"}, "Scene 2, on_screen_text: the product page does not say '355 ml'"),
        (0, {"badge": "-45 %"}, "Scene 1, badge: the product page does not say '45 %'"),
        (0, {"seconds": 1.0}, "Lengthen some scenes"),
    ],
)
def test_each_problem_names_scene_field_and_remedy(index: int, changes: dict[str, object], problem: str) -> None:
    scenario = written()
    if "seconds" in changes:
        scenario = scenario.model_copy(update={"scenes": scenario.scenes[:2]})
    assert check_scenario(scenario, ENGLISH) == [] or "seconds" in changes
    if "narration" in changes:
        scenario = with_scene(scenario, 0, narration="It's $24 now.") if index else scenario
    problems = check_scenario(with_scene(scenario, index, **changes), ENGLISH)
    assert any(problem in found for found in problems), problems


def test_a_person_may_write_numbers_of_their_own_but_no_overlong_text() -> None:
    edited = with_scene(written(), 1, narration="Three years of warranty: 36 months.", on_screen_text="")
    assert check_scenario(edited, ENGLISH, edited=True) == []
    assert any("warranty" in problem for problem in check_scenario(edited, ENGLISH))
    assert check_scenario(with_scene(edited, 1, narration="go " * 80), ENGLISH, edited=True)


def test_too_long_a_video_is_told() -> None:
    scenario = written()
    long = scenario.model_copy(update={"scenes": [s.model_copy(update={"seconds": 15}) for s in scenario.scenes]})
    assert any("Shorten some scenes" in problem for problem in check_scenario(long, ENGLISH))


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("Now 1.299 €", True),
        ("Now 1,299 EUR", True),
        ("Now 1299", True),
        ("Now 1299.00", True),
        ("Now 12.99", False),
        ("2.5 litres", True),
        ("2,5 Liter", True),
        ("25 litres", False),
        ("4,7 Sterne", True),
        ("5 stars", False),
    ],
)
def test_a_number_counts_as_said_however_it_is_written(text: str, fine: bool) -> None:
    product = Product(title="Kettle 2.5 l", price=Decimal("1299"), currency="EUR", rating=4.7, images=["a"])
    language = "en" if "Now" in text or "litres" in text or "stars" in text else "de"
    assert (list(unsupported(text, Supported(product, language))) == []) is fine
