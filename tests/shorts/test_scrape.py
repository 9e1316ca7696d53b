"""A page from a real server, and the shop's own JSON beside it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from http.server import ThreadingHTTPServer

import pytest

from app.errors import InvalidInput
from app.fetching import FetchPolicy
from app.products.pages import read_product
from tests.answering import Answering, serving

HEAD = '<link href="//cdn.shopify.com/t.css"><script>Shopify.shop = "n"; Shopify.theme = {};</script>'
PAGE = f"<html><head>{HEAD}</head><body><h1>Alder oak desk</h1><button>Add to cart</button></body></html>"
ANSWER = {
    "title": "Alder oak desk",
    "vendor": "Alder",
    "price": 34900,
    "available": False,
    "variants": [{"sku": "NW-77"}],
}


class Shop(ThreadingHTTPServer):
    """Serves one product page; ``answer`` is status, media type and body of its JSON."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.answer = (200, "application/javascript; charset=utf-8", json.dumps(ANSWER))
        self.page = PAGE

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(Answering):
    server: Shop

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, kind, body = (
            self.server.answer if self.path.endswith(".js")
            else (200, "text/html", self.server.page) if self.path.startswith("/products/")
            else (404, "text/plain", "none")
        )  # fmt: skip
        self.answer(status, body.encode(), Content_Type=kind)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with serving(Shop()) as server:
        yield server


def policy(shop: Shop) -> FetchPolicy:
    return FetchPolicy(allowed_hosts=frozenset((f"127.0.0.1:{shop.server_port}",)), total_seconds=5.0)


def test_the_shops_own_json_completes_its_page(shop: Shop) -> None:
    found = read_product(shop.url("/products/alder-oak-desk?variant=1"), policy(shop))[0]
    assert "/products/alder-oak-desk.js" in shop.asked
    assert (found.product.price, found.product.sku, found.product.brand) == (Decimal("349"), "NW-77", "Alder")
    assert found.product.evidence["price"].source == "shop data"


@pytest.mark.parametrize(
    "answer",
    [
        (404, "application/json", "{}"),
        (500, "application/json", "{}"),
        (200, "text/html", "<html>log in</html>"),
        (200, "application/json", "not json"),
        (200, "application/json", ""),
    ],
    ids=["absent", "broken", "a page", "no JSON", "empty"],
)
def test_a_shop_that_does_not_answer_leaves_its_page(shop: Shop, answer: tuple[int, str, str]) -> None:
    shop.answer = answer
    shop.page = PAGE.replace("<button>", "<b class=price>€ 355.00</b><button>")
    found = read_product(shop.url("/products/alder-oak-desk"), policy(shop))[0]
    assert (found.product.title, found.product.price) == ("Alder oak desk", Decimal("355.00"))


def test_other_shops_are_not_asked(shop: Shop) -> None:
    shop.page = "<html><body><h1>Desk</h1><b class=price>€ 5.00</b><button>Buy</button></body></html>"
    read_product(shop.url("/products/desk"), policy(shop))[0]
    assert [path for path in shop.asked if path != "/robots.txt"] == ["/products/desk"]


def test_a_page_without_a_product_is_told(shop: Shop) -> None:
    shop.page = "<html><body><h1>About us</h1></body></html>"
    with pytest.raises(InvalidInput, match="no product found"):
        read_product(shop.url("/products/desk"), policy(shop))[0]
