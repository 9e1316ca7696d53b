"""Every page says what the catalogue says, in its markup style and in no other."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from examples.demo_shop.catalogue import BY_SLUG, PRODUCTS, DemoProduct
from examples.demo_shop.pages import price_text, product_page
from examples.demo_shop.shop import DemoShop

SIGNS = {
    "json-ld": 'script[type="application/ld+json"]',
    "microdata": "[itemprop], [itemscope], [itemtype]",
    "opengraph": 'meta[property^="og:"], meta[property^="product:"]',
}
each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.slug)


def page(shop: DemoShop, product: DemoProduct) -> LexborHTMLParser:
    answer = httpx2.get(shop.url + product.path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return LexborHTMLParser(answer.text)


def first(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    node = tree.css_first(selector)
    assert node is not None, selector
    return node


def text(tree: LexborHTMLParser, selector: str) -> str:
    return first(tree, selector).text().strip()


def product_data(tree: LexborHTMLParser) -> dict[str, Any]:
    graph = json.loads(text(tree, SIGNS["json-ld"]))["@graph"]
    return next(item for item in graph if item["@type"] == "Product")


def test_the_catalogue_covers_what_extraction_meets() -> None:
    assert {product.markup for product in PRODUCTS} == {*SIGNS, "plain"}
    assert len({product.language for product in PRODUCTS}) >= 3
    assert len({product.currency for product in PRODUCTS}) >= 3
    assert {product.in_stock for product in PRODUCTS} == {True, False}
    assert any(product.list_price is None for product in PRODUCTS)
    assert all(product.list_price > product.price for product in PRODUCTS if product.list_price)
    assert len(BY_SLUG) == len(PRODUCTS)


@each_product
def test_a_page_has_its_markup_and_no_other(shop: DemoShop, product: DemoProduct) -> None:
    tree = page(shop, product)
    assert [style for style, selector in SIGNS.items() if tree.css(selector)] == [
        style for style in SIGNS if style == product.markup
    ]
    assert not tree.css('meta[name="description"], [typeof], [vocab]')


@each_product
def test_a_person_sees_the_whole_product(shop: DemoShop, product: DemoProduct) -> None:
    tree = page(shop, product)
    assert first(tree, "html").attributes["lang"] == product.locale.replace("_", "-")
    assert text(tree, "h1") == product.title
    assert text(tree, ".brand") == product.brand
    assert text(tree, ".sku span") == product.sku
    assert text(tree, ".description") == product.description
    assert text(tree, ".offer .price") == price_text(product)
    assert [node.text() for node in tree.css(".features li")] == list(product.features)
    assert {first(row, "th").text(): first(row, "td").text() for row in tree.css(".specs tr")} == product.specs
    assert [node.attributes["src"] for node in tree.css(".gallery img")] == list(product.image_paths)
    assert [node.text() for node in tree.css(".breadcrumb a")][1:] == list(product.categories)
    assert bool(tree.css(".was")) == bool(product.list_price)
    assert ("disabled" in first(tree, ".add-to-cart").attributes) != product.in_stock


@each_product
def test_other_products_stand_beside_it_with_their_prices(shop: DemoShop, product: DemoProduct) -> None:
    shown = [node.text() for node in page(shop, product).css(".related .small-price")]
    assert shown == [price_text(other) for other in PRODUCTS if other is not product]


@pytest.mark.parametrize(
    ("slug", "price", "before"),
    [
        ("pour-over-coffee-set", "$64.00", "$79.00"),
        ("trailrucksack-28", "129,95\xa0€", "159,95\xa0€"),
        ("lampe-de-bureau-petite-ourse", "149,90\xa0CHF", "149,90\xa0CHF"),
        ("wireless-headphones-nocturne", "£189.00", "£229.00"),
        ("maceta-autorriego-brote", "34,50\xa0€", "34,50\xa0€"),
    ],
)
def test_prices_are_written_as_the_country_writes_them(slug: str, price: str, before: str) -> None:
    assert price_text(BY_SLUG[slug]) == price
    assert price_text(BY_SLUG[slug], before_discount=True) == before


@pytest.mark.parametrize("slug", [product.slug for product in PRODUCTS if product.markup == "json-ld"])
def test_json_ld_tells_the_product(shop: DemoShop, slug: str) -> None:
    product = BY_SLUG[slug]
    data = product_data(page(shop, product))
    assert (data["name"], data["sku"], data["brand"]["name"]) == (product.title, product.sku, product.brand)
    assert data["description"] == product.description
    assert data["image"] == [shop.url + path for path in product.image_paths]
    assert (data["offers"]["price"], data["offers"]["priceCurrency"]) == (str(product.price), product.currency)
    assert data["offers"]["availability"].endswith("/InStock") == product.in_stock
    assert ("priceSpecification" in data["offers"]) == bool(product.list_price)
    assert data["aggregateRating"]["reviewCount"] == product.review_count


def test_microdata_tells_the_product_and_not_its_neighbours(shop: DemoShop) -> None:
    product = BY_SLUG["trailrucksack-28"]
    tree = page(shop, product)

    def content(name: str) -> str | None:
        return first(tree, f'[itemprop="{name}"]').attributes["content"]

    assert text(tree, 'h1[itemprop="name"]') == product.title
    assert text(tree, '[itemprop="brand"] [itemprop="name"]') == product.brand
    assert text(tree, '[itemprop="sku"]') == product.sku
    assert Decimal(content("price") or "") == product.price
    assert content("priceCurrency") == "EUR"
    assert (content("ratingValue"), content("reviewCount")) == ("4.6", "187")
    assert first(tree, '[itemprop="availability"]').attributes["href"] == "https://schema.org/InStock"
    assert len(tree.css('img[itemprop="image"]')) == 4
    assert len(tree.css('[itemprop="price"]')) == 1
    assert not tree.css(".related [itemprop]")


def test_open_graph_tells_the_product(shop: DemoShop) -> None:
    product = BY_SLUG["lampe-de-bureau-petite-ourse"]
    pairs: dict[str, list[str]] = {}
    for node in page(shop, product).css("meta[property]"):
        pairs.setdefault(node.attributes["property"] or "", []).append(node.attributes["content"] or "")
    assert pairs["og:type"] == ["product"]
    assert pairs["og:title"] == [product.title]
    assert pairs["og:description"] == [product.description]
    assert pairs["og:image"] == [shop.url + path for path in product.image_paths]
    assert (pairs["product:price:amount"], pairs["product:price:currency"]) == (["149.90"], ["CHF"])
    assert pairs["product:availability"] == ["in stock"]


# A parser drops NUL and turns carriage returns into newlines, so these cannot come back as they were.
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)


@given(st.sampled_from(PRODUCTS), words)
def test_no_title_can_break_a_page(product: DemoProduct, title: str) -> None:
    tree = LexborHTMLParser(product_page(replace(product, title=title), "http://127.0.0.1:1"))
    assert first(tree, "h1").text() == title
    if product.markup == "json-ld":
        assert product_data(tree)["name"] == title
    if product.markup == "opengraph":
        assert first(tree, 'meta[property="og:title"]').attributes["content"] == title


def test_a_title_with_markup_in_it_stays_text() -> None:
    title = '</script></title><h1>"Tom\'s" & co'
    for product in PRODUCTS:
        source = product_page(replace(product, title=title), "http://127.0.0.1:1")
        tree = LexborHTMLParser(source)
        assert [node.text() for node in tree.css("h1")] == [title]
        assert title not in source
        assert title in unescape(source)
