"""The JSON by which some platforms' shops answer for a product: where to ask, what the answer says. No network here.

Its statements are weighed with all others, so the page decides where they disagree.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from app.extraction import text
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.detection import detect
from app.extraction.document import Document, parse
from app.extraction.money import currency_code, machine_amount

SOURCE = "shop data"
CONFIDENCE = 0.8
TEXTS = frozenset(("title", "brand", "sku"))
MAX_ANSWER = 5_000_000
Said = Iterator[tuple[str, FieldValue | None]]

MAGENTO_QUERY = (
    '{{products(filter:{{url_key:{{eq:"{slug}"}}}}){{items{{name sku stock_status media_gallery{{url}} '
    "price_range{{minimum_price{{final_price{{value currency}} regular_price{{value}}}}}}}}}}}}"
)


@dataclass(frozen=True)
class Endpoint:
    """Where a platform's shops answer: ``address`` makes it from the page's, ``read`` says what the answer holds."""

    address: Callable[[str], str | None]
    read: Callable[[Any], Said]


def question(html: str, url: str) -> str | None:
    """Return the address of the shop's own JSON for the product at ``url``, or None if its platform has none.

    Raises:
        InvalidInput: it is no HTML.
    """
    return asked(parse(html, url))


def asked(document: Document) -> str | None:
    """Do what ``question`` does with a page that is parsed."""
    endpoint = _endpoint(document) if document.url else None
    return endpoint.address(document.url) if endpoint and document.url else None


def candidates(document: Document, answer: str | None) -> Iterator[Candidate]:
    """Yield what the shop's answer says; one that can't be read says nothing."""
    endpoint = _endpoint(document) if answer else None
    if endpoint is None or answer is None or len(answer) > MAX_ANSWER:
        return
    try:
        found = list(endpoint.read(json.loads(answer)))
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError, IndexError):
        # An error page or another version's shape: the page itself speaks.
        return
    for field, value in found:
        if field in TEXTS and not isinstance(value, str):
            value = str(value) if isinstance(value, int) else None
        elif isinstance(value, list):
            value = [url for one in value if isinstance(one, str) and (url := document.absolute(one))]
        if value:
            yield Candidate(field, value, SOURCE, CONFIDENCE)


def _endpoint(document: Document) -> Endpoint | None:
    detection = detect(document)
    return ENDPOINTS.get(detection.platform.name) if detection else None


def _beside(url: str, path: str, query: str = "") -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _slug(url: str) -> str:
    segments = [one for one in urlsplit(url).path.split("/") if one]
    return segments[-1] if segments else ""


def _shopify_address(url: str) -> str | None:
    match = re.search(r"/products/([^/?#.]+)", urlsplit(url).path)
    return _beside(url, f"/products/{match[1]}.js") if match else None


def _shopify(answer: dict[str, Any]) -> Said:
    """https://shopify.dev/docs/api/ajax/reference/product: prices are in cents."""
    yield "is_product", "shop data"
    yield "title", text.plain(answer["title"])
    yield "brand", answer.get("vendor")
    yield "price", _cents(answer.get("price"))
    yield "list_price", _cents(answer.get("compare_at_price"))
    yield "availability", "InStock" if answer["available"] else "OutOfStock"
    variants = answer.get("variants") or [{}]
    yield "sku", variants[0].get("sku")
    yield "images", answer.get("images")


def _cents(value: object) -> Decimal | None:
    return Decimal(value) / 100 if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _woocommerce_address(url: str) -> str | None:
    slug = _slug(url)
    return _beside(url, "/wp-json/wc/store/v1/products", f"slug={quote(slug)}") if slug else None


def _woocommerce(answer: list[dict[str, Any]]) -> Said:
    """https://developer.woocommerce.com/docs/apis/store-api/: prices are in the currency's minor unit."""
    (product,) = answer
    prices = product["prices"]
    scale = Decimal(10) ** int(prices["currency_minor_unit"])
    yield "is_product", "shop data"
    yield "title", text.plain(product["name"])
    yield "sku", product.get("sku")
    for field, name in (("price", "price"), ("list_price", "regular_price")):
        amount = machine_amount(prices.get(name), None)
        yield field, amount / scale if amount else None
    yield "currency", currency_code(prices["currency_code"])
    yield "availability", "InStock" if product["is_in_stock"] else "OutOfStock"
    if int(product.get("review_count") or 0):
        yield "rating", float(product["average_rating"])
        yield "review_count", int(product["review_count"])
    yield "images", [one["src"] for one in product.get("images") or []]


def _squarespace_address(url: str) -> str | None:
    return _beside(url, urlsplit(url).path, "format=json")


def _squarespace(answer: dict[str, Any]) -> Said:
    item = answer["item"]
    variants = (item.get("structuredContent") or item).get("variants") or item["variants"]
    yield "is_product", "shop data"
    yield "title", text.plain(item["title"])
    yield "sku", variants[0].get("sku")
    money = [one["priceMoney"] for one in variants if one.get("priceMoney")]
    amounts = [amount for one in money if (amount := machine_amount(one["value"], None))]
    if amounts:
        yield "price", min(amounts)
        yield "currency", currency_code(money[0]["currency"])
    stock = [one.get("unlimited") or (one.get("qtyInStock") or 0) > 0 for one in variants]
    yield "availability", "InStock" if any(stock) else "OutOfStock"
    yield "images", [one["assetUrl"] for one in item.get("items") or [] if one.get("assetUrl")]


def _vtex_address(url: str) -> str | None:
    match = re.search(r"/([^/]+)/p/?$", urlsplit(url).path)
    return _beside(url, f"/api/catalog_system/pub/products/search/{match[1]}/p") if match else None


def _vtex(answer: list[dict[str, Any]]) -> Said:
    (product,) = answer
    yield "is_product", "shop data"
    yield "title", text.plain(product["productName"])
    yield "brand", product.get("brand")
    yield "sku", product.get("productReference") or product.get("productId")
    offers = [seller["commertialOffer"] for item in product["items"] for seller in item["sellers"]]
    sold = [offer for offer in offers if (offer.get("AvailableQuantity") or 0) > 0]
    yield "availability", "InStock" if sold else "OutOfStock"
    if sold:
        cheapest = min(sold, key=lambda offer: float(offer["Price"]))
        yield "price", machine_amount(cheapest["Price"], None)
        yield "list_price", machine_amount(cheapest.get("ListPrice"), None)
    yield "images", [image["imageUrl"] for image in product["items"][0].get("images") or []]


def _magento_address(url: str) -> str | None:
    slug = re.sub(r"\.html?$", "", _slug(url))
    return (
        _beside(url, "/graphql", "query=" + quote(MAGENTO_QUERY.format(slug=slug)))
        if re.fullmatch(r"[\w%-]+", slug)
        else None
    )


def _magento(answer: dict[str, Any]) -> Said:
    """Read what https://developer.adobe.com/commerce/webapi/graphql/schema/products/queries/products/ describes."""
    (product,) = answer["data"]["products"]["items"]
    prices = product["price_range"]["minimum_price"]
    yield "is_product", "shop data"
    yield "title", text.plain(product["name"])
    yield "sku", product["sku"]
    yield "price", machine_amount(prices["final_price"]["value"], None)
    yield "list_price", machine_amount(prices["regular_price"]["value"], None)
    yield "currency", currency_code(prices["final_price"]["currency"])
    yield "availability", "InStock" if product["stock_status"] == "IN_STOCK" else "OutOfStock"
    yield "images", [one["url"] for one in product.get("media_gallery") or []]


ENDPOINTS: dict[str, Endpoint] = {
    "Shopify": Endpoint(_shopify_address, _shopify),
    "WooCommerce": Endpoint(_woocommerce_address, _woocommerce),
    "Squarespace": Endpoint(_squarespace_address, _squarespace),
    "VTEX": Endpoint(_vtex_address, _vtex),
    "Magento 2": Endpoint(_magento_address, _magento),
}
