"""Words for "can be bought"."""

import pytest

from app.extraction.stock import from_schema, from_text, is_buy_label
from app.extraction.stock_words import BUY, IN_STOCK, OUT_OF_STOCK


@pytest.mark.parametrize("phrase", OUT_OF_STOCK)
def test_every_phrase_for_sold_out_says_so(phrase: str) -> None:
    assert from_text(phrase) == "OutOfStock"


@pytest.mark.parametrize("phrase", IN_STOCK)
def test_every_phrase_for_in_stock_says_so(phrase: str) -> None:
    assert from_text(phrase.upper() if phrase.isascii() else phrase) == "InStock"


@pytest.mark.parametrize("phrase", BUY)
def test_every_buy_label_is_one(phrase: str) -> None:
    assert is_buy_label(phrase.capitalize())


@pytest.mark.parametrize(
    "text", ["", "Description", "not yet available now", "In stock or sold out", "Stockholm", "Cart (0)"]
)
def test_other_texts_say_nothing(text: str) -> None:
    assert from_text(text) is None
    assert not is_buy_label(text)


@pytest.mark.parametrize("text", ["0 in stock", "Auf Lager: 0", "Out of stock, more versions available"])
def test_none_left(text: str) -> None:
    assert from_text(text) == "OutOfStock"


@pytest.mark.parametrize("text", ["10 in stock", "Auf Lager: 10", "In stock, 0 % interest"])
def test_some_left(text: str) -> None:
    assert from_text(text) == "InStock"


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("https://schema.org/InStock", "InStock"),
        ("http://schema.org/SoldOut/", "OutOfStock"),
        ("in stock", "InStock"),
        ("out_of_stock", "OutOfStock"),
        ("PreOrder", "InStock"),
        ("schema:Discontinued", "OutOfStock"),
        ("", None),
    ],
)
def test_schema_words(value: str, state: str | None) -> None:
    assert from_schema(value) == state
