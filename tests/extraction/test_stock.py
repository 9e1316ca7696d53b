"""Words for "can be bought"."""

import pytest

from app.extraction.stock import from_schema, from_text, is_buy_label
from app.extraction.stock_words import BRANCHES, BUY, IN_STOCK, NEGATIONS, OUT_OF_STOCK
from tests.extraction.pages import NAME, read


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


@pytest.mark.parametrize("word", NEGATIONS)
def test_no_negated_word_says_in_stock(word: str) -> None:
    assert from_text(f"{word} available") != "InStock"


@pytest.mark.parametrize(
    "text", ["This can't be ordered", "Kann derzeit nicht bestellt werden", "Ne peut pas être acheté", "Nelze objednat"]
)
def test_what_cannot_be_bought_is_out_of_stock(text: str) -> None:
    assert from_text(text) == "OutOfStock"


@pytest.mark.parametrize(
    ("lang", "heading", "note"),
    [
        ("en", "You may also like", "Sold out"),
        ("de", "Das könnte dir auch gefallen", "Ausverkauft"),
        ("ja", "関連商品", "在庫切れ"),
        ("ru", "Похожие товары", "Нет в наличии"),
        ("fr", "Disponibilité en magasin", "Épuisé"),
        ("es", "Disponibilidad en tienda", "Agotado"),
    ],
)
def test_a_note_under_a_heading_of_something_else_is_not_the_products(lang: str, heading: str, note: str) -> None:
    other = f"<section><h2>{heading}</h2><div><p>Elm lamp</p><p>{note}</p></div></section>"
    body = f'<h1>{NAME}</h1><p class="price">€ 349.00</p>'
    assert read(body + other, lang=lang).availability == "InStock"
    own = f"<p>{note}</p>"
    assert read(body + own + other, lang=lang).availability == "OutOfStock"
    assert read(f"{body}<h2>Oak desks</h2>{own}", lang=lang).availability == "OutOfStock"


@pytest.mark.parametrize("word", BRANCHES)
def test_words_for_a_branch_are_patterns_that_stand(word: str) -> None:
    body = f'<h1>{NAME}</h1><p class="price">€ 349.00</p><h3>{word.replace("?", "")}</h3><p>Sold out</p>'
    assert read(body).availability == "InStock"
