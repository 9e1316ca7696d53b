"""Scenarios of whole products: what each scene shows and says, and that nothing is invented."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.words import sentences
from app.errors import InvalidInput
from app.models import Arc, ImageAnalysis, Mood, Product, Scenario, Style, Wishes
from app.scenario.check import check_scenario
from app.scenario.phrases import phrases_for
from app.scenario.wording import screen_words
from app.scenario.writer import write_scenario
from tests.scenario.products import ALL, BARE, ENGLISH, FRENCH, GERMAN, ITALIAN, SPANISH, measured


def texts(scenario: Scenario) -> str:
    return "\n".join(f"{s.on_screen_text}\n{s.badge}\n{s.narration}" for s in scenario.scenes)


def fact_paths(product: Product) -> set[str]:
    """All that a sentence may rest on."""
    paths = set(Product.model_fields) | {f"features[{n}]" for n in range(len(product.features))}
    paths |= {f"description[{n}]" for n in range(len(sentences(product.description or "")))}
    return paths | {f"specs.{key}" for key in product.specs}


def assert_sound(scenario: Scenario, product: Product, wishes: Wishes) -> None:
    """What holds for every generated scenario."""
    assert check_scenario(scenario, product) == []
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert scenario.seconds == pytest.approx(wishes.seconds, abs=0.05)
    assert all(scene.seconds >= 2 for scene in scenario.scenes)
    assert [s.role for s in scenario.scenes[:1]] + [s.role for s in scenario.scenes[-1:]] == ["hook", "call_to_action"]
    assert 2 <= sum(s.role == "body" for s in scenario.scenes) <= 16
    assert all(scene.image in product.images for scene in scenario.scenes)
    assert all(screen_words(scene.on_screen_text) <= 7 for scene in scenario.scenes)
    for before, after in itertools.pairwise(scenario.scenes):
        assert before.motion != after.motion
    for scene in scenario.scenes:
        supports = [support.text for support in scene.facts]
        assert " ".join(text for text in supports if text in scene.narration).startswith(scene.narration[:20])
        assert all(text in supports for text in (scene.on_screen_text, scene.badge) if text)
    assert {path for s in scenario.scenes for f in s.facts for path in f.facts} <= fact_paths(product)


@pytest.mark.parametrize("seconds", [10, 15, 33.3, 60])
@pytest.mark.parametrize("language", [None, "en", "de", "fr", "es", "it", "pt", "xx"])
@pytest.mark.parametrize("name", list(ALL))
def test_every_example_in_every_language_and_length(name: str, language: str | None, seconds: float) -> None:
    wishes = Wishes(seconds=seconds, language=language)
    assert_sound(write_scenario(ALL[name], measured(ALL[name]), wishes), ALL[name], wishes)


def all_facts(scenario: Scenario) -> set[str]:
    return {path for scene in scenario.scenes for support in scene.facts for path in support.facts}


def test_a_discount_is_told_as_the_language_writes_it() -> None:
    scenario = write_scenario(ENGLISH, measured(ENGLISH), Wishes(seconds=30, arc="deal", style="bold"))
    hook, reveal, *_, call = scenario.scenes
    assert (scenario.arc, hook.on_screen_text, hook.badge) == ("deal", "25% off", "$24")
    assert reveal.on_screen_text == "Alba Stoneware Mug"
    assert call.badge == "$24"
    assert "$32" in call.narration
    assert "$24" in call.narration
    assert {"title", "price", "list_price", "currency"} <= all_facts(scenario)
    german = write_scenario(GERMAN, measured(GERMAN), Wishes(seconds=30))
    assert german.scenes[-1].badge == "129,90\u00a0€"


def test_the_price_of_a_litre_is_told_where_the_page_says_how_much_is_in_it() -> None:
    specs = {"Net content": "250 ml"}
    oil = ENGLISH.model_copy(update={"specs": specs, "price": Decimal("5.00"), "list_price": None, "title": "Oil"})
    told = texts(write_scenario(oil, measured(oil), Wishes(seconds=45)))
    assert "$2 per 100 ml" in told


@pytest.mark.parametrize(
    ("arc", "product", "hook"),
    [
        ("problem_solution", ENGLISH, "Gone cold again?"),
        ("review_led", ENGLISH, "1,284 reviews. 4.8 stars."),
        ("comparison", ITALIAN, "Grigio, blu o ruggine?"),
        (
            "unboxing",
            GERMAN.model_copy(update={"features": ["Lieferumfang: Lampe und Kabel"]}),
            "Was ist in der Schacht",
        ),
        ("how_to", SPANISH.model_copy(update={"features": ["Se abre a mano", "Se ajusta al cuerpo"]}), "Así funciona"),
        ("deal", BARE, ""),
    ],
)
def test_each_story_is_told_where_the_facts_support_it(arc: Arc, product: Product, hook: str) -> None:
    scenario = write_scenario(product, measured(product), Wishes(arc=arc, seconds=30, style="clean"))
    assert (scenario.arc == arc) is bool(hook)
    assert scenario.scenes[0].on_screen_text.startswith(hook)


def test_styles_and_moods_differ_in_words() -> None:
    styles = get_args(Style)
    told = {texts(write_scenario(ENGLISH, measured(ENGLISH), Wishes(style=s, seconds=30))) for s in styles}
    moods = [Wishes(style="clean", mood=mood, seconds=30) for mood in get_args(Mood)]
    cuts = [write_scenario(ENGLISH, measured(ENGLISH), wishes) for wishes in moods]
    assert len(told) == len(styles) == 10
    assert len({scenario.model_dump_json(exclude={"wishes"}) for scenario in cuts}) == len(moods) == 6
    assert len(cuts[1].scenes) > len(cuts[0].scenes)  # energetic, calm


def test_the_body_tells_features_and_leaves_out_shop_talk_and_claims() -> None:
    scenario = write_scenario(ENGLISH, measured(ENGLISH), Wishes(seconds=60))
    told = texts(scenario)
    assert "The thick wall keeps coffee hot for 40 minutes." in told
    assert "Four fingers fit through it" in told
    for unwanted in ("shipping", "returns", "best mug", "SKU", "AL-350"):
        assert unwanted not in told + scenario.description


def test_claims_that_need_proof_are_told_only_when_nothing_else_is_left() -> None:
    claim = "Clinically proven to calm"
    features = [claim, "Lid of beech wood", "Fits most cup holders", "Holds two cups of tea", "Opens with one hand"]
    product = BARE.model_copy(update={"language": "en", "features": features})
    assert claim.casefold() not in texts(write_scenario(product, measured(product), Wishes(seconds=20))).casefold()
    alone = product.model_copy(update={"features": [claim]})
    assert claim.casefold() in texts(write_scenario(alone, measured(alone), Wishes(seconds=20))).casefold()


def test_a_sold_out_product_is_not_offered() -> None:
    call = write_scenario(FRENCH, measured(FRENCH), Wishes(seconds=30)).scenes[-1]
    assert call.on_screen_text in ("En rupture de stock", "À garder en tête")
    assert {"availability"} == {path for support in call.facts for path in support.facts} - {
        "price",
        "currency",
        "title",
    }


def test_in_another_language_only_what_can_be_translated_is_told() -> None:
    told = texts(write_scenario(ENGLISH, measured(ENGLISH), Wishes(language="de", seconds=45, style="clean")))
    for english in ("coffee", "Dishwasher", "stoneware.", "glaze", "Weight"):
        assert english not in told
    for german in ("40 Minuten lang warm", "Spülmaschinenfest", "Steinzeug", "380 Gramm", "1.284 Bewertungen", "statt"):
        assert german in told


def test_a_language_without_phrases_uses_the_pages_own_words() -> None:
    dutch = SPANISH.model_copy(update={"language": "nl"})
    assert phrases_for("nl") is None
    scenario = write_scenario(dutch, measured(dutch), Wishes(seconds=30))
    page = " ".join([dutch.title, dutch.description or "", *dutch.features, *map(": ".join, dutch.specs.items())])
    for scene in scenario.scenes[:-1]:
        for sentence in re.split(r"(?<=\.)\s", scene.narration):
            assert sentence.rstrip(".").casefold() in page.casefold()
    assert scenario.scenes[-1].on_screen_text == "tienda.example"
    assert scenario.scenes[-1].badge == "€\u00a0189"


def test_each_scene_has_its_own_picture_while_there_are_enough_and_never_a_broken_one() -> None:
    images = measured(ENGLISH)
    images[0] = ImageAnalysis(url=images[0].url, error="broken")
    images[1] = images[1].model_copy(update={"duplicate_of": images[2].url, "score": 0.99})
    shown = [scene.image for scene in write_scenario(ENGLISH, images, Wishes(seconds=15)).scenes]
    assert set(shown) <= {image.url for image in images[2:]}
    assert all(a != b for a, b in itertools.pairwise(shown))


def test_the_best_picture_opens_and_tiny_ones_stay_out() -> None:
    images = measured(ENGLISH)
    scores = [0.6, 0.7, 0.95, 0.05, 0.8]
    images = [image.model_copy(update={"score": score}) for image, score in zip(images, scores, strict=True)]
    shown = [scene.image for scene in write_scenario(ENGLISH, images, Wishes(seconds=60)).scenes]
    assert shown[0] == ENGLISH.images[2]
    assert ENGLISH.images[3] not in shown


def test_wide_scenes_are_panned_and_tall_ones_tilted() -> None:
    product = BARE.model_copy(update={"images": ["wide", "tall", "packshot"]})
    images = [
        ImageAnalysis(url="wide", width=3000, height=1500, score=0.9),
        ImageAnalysis(url="tall", width=500, height=2000, score=0.8),
        ImageAnalysis(url="packshot", width=3000, height=1500, score=0.7, plain_background=True),
    ]
    motion = {scene.image: scene.motion for scene in write_scenario(product, images, Wishes()).scenes}
    assert motion["wide"].startswith("pan_") and motion["wide"] in ("pan_left", "pan_right")
    assert motion["tall"] in ("pan_up", "pan_down")
    assert motion["packshot"] in ("zoom_in", "zoom_out")


@pytest.mark.parametrize("name", ["en", "de", "fr", "bare"])
def test_a_seed_gives_the_same_words_and_another_seed_others(name: str) -> None:
    product, images = ALL[name], measured(ALL[name])
    first = write_scenario(product, images, Wishes(seconds=30, seed=7))
    assert write_scenario(product, images, Wishes(seconds=30, seed=7)) == first
    assert texts(write_scenario(product, images, Wishes(seconds=30, seed=8))) != texts(first)


def test_the_title_description_and_hashtags() -> None:
    scenario = write_scenario(GERMAN, measured(GERMAN), Wishes())
    assert scenario.title.endswith(GERMAN.title)
    assert scenario.hashtags[:2] == ["#Nordlicht", "#Schreibtischlampen"]
    assert "Versandkostenfrei" not in scenario.description
    assert scenario.description.endswith("https://laden.example/nordlicht")


def test_a_product_without_title_or_picture_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="no title"):
        write_scenario(BARE.model_copy(update={"title": "  🎉 "}), measured(BARE), Wishes())
    with pytest.raises(InvalidInput, match="no usable picture: 1 on the page, 0 measured"):
        write_scenario(BARE, [], Wishes())
    with pytest.raises(InvalidInput, match="no usable picture"):
        write_scenario(BARE, [ImageAnalysis(url=BARE.images[0], error="broken")], Wishes())


LINES = st.one_of(
    st.text(max_size=120),
    st.text(st.characters(min_codepoint=0x0590, max_codepoint=0x06FF), max_size=60),
    st.sampled_from(
        [
            "",
            "Keeps drinks cold for 24 hours and hot for 12 hours, even in the sun",
            "USB-C",
            "100 % Baumwolle, bei 30 °C waschbar.",
            "مقاوم للماء حتى 50 متراً",
            "防水设计，续航时间长达40小时。轻便舒适",
            "🔥🔥 1️⃣ 2,5 l / 1.299 ml — 12 345 pcs 🔥",
            "HEADING: a long text under its heading that says a lot about 3.5 mm jacks.",
            "x" * 300,
            "1234567890" * 30,
            "ab12" * 75,
            "Best in class! Clinically proven. Free shipping.",
        ]
    ),
)
MONEY = st.none() | st.decimals(Decimal("0.01"), Decimal("9999999"), places=2) | st.just(Decimal("149.999"))


@st.composite
def products(draw: st.DrawFn) -> Product:
    count = draw(st.sampled_from([1, 2, 3, 7, 40]))
    title = draw(LINES.filter(lambda text: any(c.isalnum() for c in text)) | st.just("T" + " word" * 60))
    return Product(
        url=draw(st.none() | st.sampled_from(["https://www.shop.example/p/42", "http://[", "nonsense"])),
        title=title,
        description=draw(st.none() | st.lists(LINES, max_size=4).map(" ".join)),
        brand=draw(st.none() | LINES),
        price=draw(MONEY),
        list_price=draw(MONEY),
        currency=draw(st.sampled_from([None, "EUR", "USD", "JPY", "XYZ"])),
        availability=draw(st.sampled_from([None, "InStock", "OutOfStock"])),
        rating=draw(st.none() | st.floats(0, 6)),
        review_count=draw(st.none() | st.integers(0, 2_000_000)),
        images=[f"https://shop.example/{n}.jpg" for n in range(count)],
        categories=draw(st.lists(LINES, max_size=3)),
        features=draw(st.lists(LINES, max_size=6)),
        specs=draw(
            st.dictionaries(
                st.sampled_from(["Material", "Weight", "Gewicht", "Poids", "Größe"]) | LINES, LINES, max_size=4
            )
        ),
        language=draw(st.sampled_from([None, "en", "de", "fr", "es", "ar", "zh"])),
        shop=draw(st.none() | LINES),
    )


@settings(max_examples=250, deadline=None)
@given(
    product=products(),
    seconds=st.sampled_from([10, 12.34, 15, 21, 60]) | st.floats(10, 60),
    language=st.sampled_from([None, "en", "de", "fr", "es", "it", "pt", "ja"]),
    style=st.sampled_from([None, *get_args(Style)]),
    mood=st.sampled_from(get_args(Mood)),
    seed=st.integers(0, 10**9),
)
def test_any_product_gives_a_sound_scenario(
    product: Product, seconds: float, language: str | None, style: Style | None, mood: Mood, seed: int
) -> None:
    wishes = Wishes(seconds=seconds, language=language, style=style, mood=mood, seed=seed)
    try:
        scenario = write_scenario(product, measured(product), wishes)
    except InvalidInput as error:
        assert "no title" in str(error)
        return
    assert_sound(scenario, product, wishes)
    assert write_scenario(product, measured(product), wishes) == scenario


@pytest.mark.parametrize(
    ("aspect", "quality", "size"),
    [("9:16", 720, (720, 1280)), ("9:16", 1080, (1080, 1920)), ("4:5", 1080, (1080, 1350)), ("1:1", 720, (720, 720))],
)
def test_an_aspect_sets_the_size(aspect: str, quality: int, size: tuple[int, int]) -> None:
    wishes = Wishes.model_validate({"aspect": aspect, "quality": quality})
    assert (wishes.width, wishes.height) == size
    assert Wishes.model_validate_json(wishes.model_dump_json()) == wishes


def test_an_aspect_and_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="aspect 1:1 means 720 x 720 pixels"):
        Wishes.model_validate({"aspect": "1:1", "width": 700})
    with pytest.raises(ValueError, match="aspect"):
        Wishes.model_validate({"aspect": "3:1"})
