"""Which picture opens a film, and which ones are left out."""

import pytest

from app.analysis.images import analyze_image, rank_images
from app.models import ImageAnalysis, ImageRole
from app.scenario.colours import colour_named
from app.scenario.pictures import spread_images
from tests.analysis.test_images import encode, packshot

ROLES: list[ImageRole] = ["hero", "detail", "use", "hero"]


def image(name: str, score: float = 0.8, **known: object) -> ImageAnalysis:
    fit = {"hero": score, "detail": score, "use": score}
    return ImageAnalysis.model_validate(
        {"url": name, "width": 1200, "height": 1500, "score": score, "fit": fit} | known
    )


@pytest.mark.parametrize("seed", [0, 1, 5])
def test_the_pages_first_picture_opens_though_others_measure_better(seed: int) -> None:
    first, better = image("first", 0.6), image("better", 0.95)
    assert spread_images([better, first], ROLES, seed, "first")[0] == first


@pytest.mark.parametrize(
    "known",
    [{"view": "back"}, {"view": "detail"}, {"kind": "graphic"}, {"unfit": ["mostly text"]}, {"kind": "detail"}],
)
def test_an_unfit_first_picture_leaves_the_opening_to_one_that_shows_the_product_whole(
    known: dict[str, object],
) -> None:
    first, back, whole = image("first", 0.9, **known), image("b", 0.9, view="back"), image("c", 0.5, view="whole")
    assert spread_images([first, back, whole], ROLES, 0, "first")[0] == whole
    assert spread_images([first], ROLES, 0, "first")[0] == first


def test_one_shape_in_two_colours_is_no_repetition() -> None:
    other = encode(packshot().point([*range(256), *range(256), *[level // 5 for level in range(256)]]))
    found = rank_images([analyze_image(encode(packshot()), "blue"), analyze_image(other, "dark")])
    assert [one.duplicate_of for one in found] == [None, None]


@pytest.mark.parametrize("seed", [0, 1, 5])
def test_a_film_ends_on_what_it_began_with(seed: int) -> None:
    """Not on the back, which nobody has seen by then, nor in a colour that nothing was said of."""
    first, other = image("first"), image("other", view="colour", colour_of="first")
    back, part = image("back", 0.95, view="back"), image("part", 0.9, view="detail", kind="detail")
    for usable in ([back, first, other, part], [first, other]):
        order = spread_images(usable, ROLES, seed, "first")
        assert order[0] == order[-1] == first
        assert {one.url for one in order} == {one.url for one in usable} or len(usable) > 3


@pytest.mark.parametrize("seed", range(4))
def test_words_that_name_a_colour_are_shown_in_it(seed: int) -> None:
    """A product in three colours, its pictures in any order: "teal wool" is not said over the red one."""
    teal, red = image("teal", subject_colour="#1d6f74"), image("red", subject_colour="#b02a30", colour_of="teal")
    sand = image("sand", subject_colour="#c9b68c", colour_of="teal")
    back = image("back", view="back", subject_colour="#1f6a70")
    roles: list[ImageRole] = ["hero", "detail", "use", "hero", "use", "hero"]
    named = [None, "#008080", None, "#c81e1e", None, None]
    order = spread_images([teal, red, sand, back], roles, seed, "teal", named)
    assert order[1] == back, "the first one has just been seen"
    assert order[3] == red
    # A thing in one colour is shown as ever, whatever its words name.
    alone = [image("a", subject_colour="#1d6f74"), image("b", subject_colour="#b02a30"), image("c")]
    assert spread_images(alone, roles, seed, "a", named) == spread_images(alone, roles, seed, "a")


@pytest.mark.parametrize(
    ("text", "language", "is_named"),
    [
        ("Brown felted wool", "en", True),
        ("Filz in Braun", "de", True),
        ("In brown and red", "en", False),
        ("Brownie tin", "en", False),
        ("Fieltro marrón", "en", False),
    ],
)
def test_a_colour_is_named_by_a_word_of_the_language(text: str, language: str, is_named: bool) -> None:
    assert (colour_named(text, language) is not None) is is_named
