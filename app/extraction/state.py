"""The product in the data that a page carries for its own scripts.

``__NEXT_DATA__``, ``window.x = {…}``, ``dataLayer``, ``data-product="{…}"`` and their like, whatever they are called.

Nothing here knows a shop: the product is the object whose name is the page's, or whose number stands in its address.
"""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

import chompjs

from app.extraction import state_fields, text
from app.extraction.candidates import Candidate
from app.extraction.document import Document

SOURCE = "page state"
CONFIDENCE = 0.6
RELEVANT = ("pric", "Pric", "sku", "brand", "image")
JSON_START = re.compile(r"""(?<=[=(,:?|n\s])(?:[\[{](?=\s{0,40}["\[{])|["'](?=[\[{]\\?"))""")
LOOSE_START = re.compile(
    r"(?:dataLayer\s*=|dataLayer\.push\(|digitalData\s*=|utag_data\s*=|(?:[pP]roduct|[iI]tem|[sS]ku|[dD]etail|"
    r"meta)\w{0,40}\s*[=:])"
    r"\s*(?=[\[{])"
)
ATTRIBUTE = re.compile(r"""=\s*(?:"(\[?\{&(?:quot|#34);[^"]{20,200000})"|'(\[?\{"[^']{20,200000})')""")
OBJECTS = ("{&quot;", "{&#34;", '{"')
"""What stands in every such attribute, and on few pages."""
MAX_SCRIPT = 3_000_000
MAX_WORK = 6_000_000
"""Characters that may be decoded a page, failed attempts included."""
MAX_ATTEMPTS = 60
MAX_LOOSE = 60_000
MAX_LOOSE_ATTEMPTS = 12
MAX_NODES = 30_000
MAX_DEPTH_OF_STRING = 2
MIN_ID = 5
NAMES = ("name", "title", "productName", "productTitle", "product_name", "displayName", "item_name", "productname",
         "itemName", "shortName", "fullName", "product_title", "Name", "Title", "ProductName", "headline")  # fmt: skip
IDS = ("id", "productId", "product_id", "sku", "itemId", "code", "articleNumber", "partNumber", "item_id",
    "productCode", "skuid",
       "skuId", "number", "handle", "slug", "adId", "listingId")  # fmt: skip
PROOFS = frozenset(
    ("price", "prices", "offers", "sku", "brand", "variants", "images", "image", "availability", "currency",
        "salePrice", "priceInfo",
     "currentPrice", "price_amount", "productPrice", "unitPrice", "item_price", "pricing", "skus", "sellingPrice",
     "listPrice",
     "formattedPrice", "availableForSale", "media", "item_brand", "finalPrice", "priceRange", "inStock", "gtin",
     "ean", "vendor",
     "regularPrice", "product_brand", "product_price", "product_sku", "Price", "Brand", "manufacturer", "rating",
     "reviewCount", "averageRating"))  # fmt: skip
_decoder = json.JSONDecoder(strict=False)


def candidates(document: Document) -> Iterator[Candidate]:
    """Yield what the page's embedded data says of its product."""
    wanted = [text.squeeze(name) for name in document.headings[:6]]
    best: tuple[float, dict[str, Any], str] | None = None
    for value, place in values(document):
        found = _product_in(value, wanted, document.url)
        if found is not None and (best is None or found[0] > best[0]):
            best = (found[0], found[1], place)
    if best is not None:
        score, product, place = best
        sure = CONFIDENCE if score >= 1 else CONFIDENCE - 0.15
        for field, value, factor in state_fields.read(product, document):
            yield Candidate(field, value, SOURCE, sure * factor, place)


def values(document: Document) -> Iterator[tuple[Any, str]]:
    """Yield the decoded values in scripts and attributes that may speak of the product, with where they stand."""
    words = _title_words(document)
    work = MAX_WORK
    for script in document.scripts:
        body = script.body
        if script.is_json_ld or len(body) > MAX_SCRIPT or len(body) < 30 or work <= 0:
            continue
        if not all(word in body for word in words) or not any(word in body for word in RELEVANT):
            continue
        place = _script_name(script.head, body)
        if script.is_json:
            work -= len(body)
            try:
                yield json.loads(body, strict=False), place
                continue
            except (ValueError, RecursionError):
                pass
        work -= len(body)
        found = list(_decoded(body))
        work -= sum(cost for _, cost in found)
        yield from ((value, place) for value, _ in found if value is not None)
    objects = any(sign in document.markup for sign in OBJECTS)
    for match in list(ATTRIBUTE.finditer(document.markup))[:20] if objects else ():
        written = match[1] or match[2]
        if work > 0 and any(word in written for word in RELEVANT):
            work -= len(written)
            try:
                yield json.loads(html.unescape(written), strict=False), "attribute"
            except (ValueError, RecursionError):
                continue


def _title_words(document: Document) -> list[str]:
    """Return plain words of the product's name that its data must hold, however it escapes the others."""
    for name in document.headings[:3]:
        words = sorted(
            set(re.findall(r"(?<![\w&])[A-Za-z0-9]{3,}(?![\w;])", name)), key=lambda word: (-len(word), word)
        )
        if words:
            # Two words: some shops put brand or colour into the heading alone.
            return words[:1]
    return []


def _script_name(head: str, body: str) -> str:
    named = re.search(r"""id\s*=\s*["']?([\w.-]{2,40})""", head) or re.search(
        r"([\w$.]{2,40})\s*=\s*[\[{\"J]", body[:400]
    )
    return named[1] if named else "script"


def _decoded(body: str) -> Iterator[tuple[Any, int]]:
    """Yield the values in one script with what each attempt cost in characters."""
    position = attempts = 0
    spent = 0
    found_any = False
    while attempts < MAX_ATTEMPTS and spent < MAX_WORK:
        match = JSON_START.search(body, position)
        if match is None:
            break
        start = match.start()
        try:
            value, end = _decoder.raw_decode(body, start) if body[start] != "'" else (None, start + 1)
        except (ValueError, RecursionError):
            attempts += 1
            failed = min(len(body) - start, 200_000)
            spent += failed
            yield None, failed
            position = start + 1
            continue
        position = max(end, start + 1)
        if isinstance(value, str) and value[:1] in "[{":
            try:
                value = json.loads(value, strict=False)
            except (ValueError, RecursionError):
                value = None
        if isinstance(value, (dict, list)) and end - start > 30:
            found_any = True
            yield value, 0
    if found_any and len(body) > MAX_LOOSE:
        return
    for count, match in enumerate(LOOSE_START.finditer(body)):
        if count >= MAX_LOOSE_ATTEMPTS:
            return
        piece = body[match.end() : match.end() + MAX_LOOSE]
        if piece[1:40].lstrip()[:1] == '"':
            continue
        try:
            yield chompjs.parse_js_object(piece, loader_kwargs={"strict": False}), len(piece)
        except (ValueError, RecursionError):
            yield None, len(piece)


def _product_in(value: Any, wanted: list[str], url: str | None) -> tuple[float, dict[str, Any]] | None:
    """Return the object that is the page's product, with how well it fits: from 1 by its name, less by its number."""
    best: tuple[float, dict[str, Any]] | None = None
    queue: deque[Any] = deque([value])
    seen = 0
    while queue and seen < MAX_NODES:
        one = queue.popleft()
        seen += 1
        if isinstance(one, list):
            queue.extend([inner for inner in one if isinstance(inner, (dict, list))][:500])
        elif isinstance(one, dict):
            queue.extend(inner for inner in one.values() if isinstance(inner, (dict, list)))
            if PROOFS.isdisjoint(one):
                continue
            score = _fit(one, wanted, url)
            if score:
                score += 0.01 * min(len(PROOFS.intersection(one)), 8)
                if best is None or score > best[0]:
                    best = (score, one)
    return best


def _only(value: Any) -> str | None:
    """Return a text, or the one text in a list (``"product_name": ["Oak desk"]``)."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and value else None


def _fit(product: dict[str, Any], wanted: list[str], url: str | None) -> float:
    name = next((one for key in NAMES if (one := _only(product.get(key)))), None)
    score = 0.0
    if name is not None:
        key = text.squeeze(html.unescape(name)[:500])
        if len(key) >= 3:
            if key in wanted:
                score = 1.0
            elif len(key) >= 8 and any(key in one or one in key for one in wanted if len(one) >= 8):
                score = 0.85
    if url:
        for key_name in IDS:
            number = product.get(key_name)
            if isinstance(number, (str, int)) and not isinstance(number, bool):
                written = str(number)
                if len(written) >= MIN_ID and any(map(str.isdigit, written)) and written in url:
                    return score + 0.4 if score else (0.6 if name else 0.0)
    return score
