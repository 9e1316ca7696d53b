"""Every page of the demo shop is read fully right, whichever markup it has."""

import pytest

from app.extraction import extract
from examples.demo_shop.catalogue import PRODUCTS, DemoProduct
from examples.demo_shop.pages import product_page

BASE = "http://shop.example"


@pytest.mark.parametrize("wanted", PRODUCTS, ids=lambda product: product.slug)
def test_a_demo_product_is_read_fully_right(wanted: DemoProduct) -> None:
    url = BASE + wanted.path
    found = extract(product_page(wanted, BASE), url)
    assert found.title == wanted.title
    assert (found.price, found.currency, found.list_price) == (wanted.price, wanted.currency, wanted.list_price)
    assert found.availability == ("InStock" if wanted.in_stock else "OutOfStock")
    assert found.brand == wanted.brand
    assert found.sku == wanted.sku
    assert found.description == wanted.description
    assert found.rating == pytest.approx(float(wanted.rating), abs=0.051)
    assert found.review_count == wanted.review_count
    assert found.images == [BASE + path for path in wanted.image_paths]
    assert found.categories == list(wanted.categories)
    assert found.features == list(wanted.features)
    assert found.specs == wanted.specs
    assert found.language == wanted.language
