"""What is said of words that are no sentence: callouts, how many were sold, what a buyer wrote."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.models import Product, Scenario, Wishes
from app.scenario import scenarios_of
from app.scenario.bank.facts import Fact
from app.scenario.script.language import language_for
from app.scenario.script.tellings import tell, with_call


def script_of(**fields: object) -> Scenario:
    product = Product.model_validate(
        {"url": "https://shop.example/x", "images": ["https://shop.example/x.jpg"], "price": Decimal(40)} | fields
    )
    return scenarios_of(product, Wishes(), 1)[0]


@pytest.mark.parametrize(
    "fields",
    [
        {
            "title": "Larkfield Picnic Basket", "brand": "Larkfield", "currency": "GBP", "language": "en",
            "features": ["Willow from the valley", "Two leather straps", "Lid on brass hinges", "Room for four"],
        },
        {
            "title": "Bruma cesto da picnic", "brand": "Bruma", "currency": "EUR", "language": "it",
            "features": ["Vimini intrecciato a mano", "Due cinghie di cuoio", "Fodera di lino chiaro"],
        },
    ],
)  # fmt: skip
def test_a_page_of_callouts_alone_is_not_silent(fields: dict[str, object]) -> None:
    scenes = script_of(**fields).scenes
    assert all(scene.narration for scene in scenes)
    features = fields["features"]
    assert isinstance(features, list)
    assert any(feature.split()[0].casefold() in scenes[0].narration.casefold() for feature in features)


def test_what_cannot_be_said_is_only_shown() -> None:
    english = language_for("en")
    for text in (
        "Size: small (children)",
        "30 x 20 x 10 cm",
        "From 5 to 12 kg",
        "Best | new",
    ):
        telling = tell(Fact("feature", text, "features[0]", "bullet", 0.9, 2), english, "en")
        assert with_call(telling, english).called == ""
    telling = tell(Fact("feature", "Straps of 40 cm", "features[0]", "bullet", 0.9, 2), english, "en")
    assert with_call(telling, english).called == "Straps of 40 centimeters"


@pytest.mark.parametrize(
    ("code", "text", "number", "said"),
    [
        ("en", "6,881 sold", 6881, "Over 6,800 sold already."),
        ("de", "412 verkauft", 412, "Schon mehr als 410 verkauft."),
        ("pt", "57 vendidos", 57, "Já se venderam 57."),
        ("en", "10k+ sold", 10, ""),
        ("es", "12 mil vendidos", 12, ""),
        ("en", "6 sold", 6, ""),
    ],
)
def test_how_many_were_sold_is_said_where_it_is_many(code: str, text: str, number: int, said: str) -> None:
    fact = Fact("sold_count", text, "highlights[0]", "buy_box", 0.8, 3, number=Decimal(number))
    assert tell(fact, language_for(code), code).say == said


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("en", "Very good colour!", "“Very good colour”, writes one buyer."),
        ("en", "VERY GOOD", ""),
        ("fr", "Superbe couleur chaude", "« Superbe couleur chaude », dit un avis."),
        ("de", "Passt perfekt, tolle Farbe", "„Passt perfekt, tolle Farbe“, heißt es in einer Bewertung."),
        ("en", "We love it", ""),
    ],
)
def test_a_buyers_words_are_said_as_a_buyers(code: str, text: str, said: str) -> None:
    assert tell(Fact("review_quote", text, "reviews[0]", "review", 0.9, 2), language_for(code), code).say == said
