"""Which element names the product, and its text without what else stands in it."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborNode

from app.extraction import text
from app.extraction.document import MAX_HEADINGS, Document
from app.extraction.money import SIGN, amounts

NAMED = (
    "[itemprop='name'], [property='schema:name'], [class*='product-title' i], [class*='product-name' i], "
    "[class*='product__title' i], [class*='producttitle' i], [class*='productname' i], [data-testid*='title' i], "
    "[class*='product_title' i], [id*='product-title' i], [id*='producttitle' i], [class*='item-title' i], h2"
)
# Elements in a heading that say something else than the name: actions, prices, texts for screen readers.
APART_TAGS = frozenset(("button", "select", "script", "style", "svg", "noscript"))
APART_MARKS = re.compile(
    r"\b(?:g-hdn|sr-only|visually-?hidden|visuallyhidden|screen-?reader\S*|offscreen|clipped|a11y\S*)\b|price|\bsku\b|"
    r"rating|badge|\blabel|share|wishlist|favou?rite"
)
ACTION = re.compile(r"#|javascript:", re.IGNORECASE)
"""The address of a link that leads nowhere: it does something, "show the original title"."""
FRAME_TAGS = frozenset(("nav", "header", "footer", "aside", "dialog"))
LEADING_NOISE = re.compile(
    r"^(?:details about\b|detalles? (?:acerca )?de\b|détails sur\b|details zu\b|dettagli su\b|meer details over\b|"
    r"buy\s{1,9}(?=\S{1,40}\s{1,9}\S.*\bonline\b)|new listing\b)[\s:\u00a0]*",
    re.IGNORECASE,
)
LEADING_PRICE = re.compile(r"^.{0,30}?(?<![\w.,])[^\s\d]{0,4}\s?\d[\d.,]{0,11}\s?\S{0,4}\s*[·|•–-]\s+")
LOOSE_END = " -–—:"
"""What stood between a name and an action behind it."""
SAME_TITLE = 0.5
MIN_HEADING = 3
MAX_HEADING = 5000


@dataclass(frozen=True)
class Heading:
    """The element that names the product; ``fit`` is how much of the page's own names it repeats, 0..1."""

    node: LexborNode
    text: str
    fit: float


def slug_words(url: str | None) -> set[str]:
    """Return the words in the last part of the address that has some (``/oak-desk-p123.html`` -> oak, desk)."""
    try:
        path = unquote(urlsplit(url or "").path)
    except ValueError:
        return set()
    for part in reversed(path.split("/")):
        words = {word for word in re.split(r"[\W_]+", part.casefold()) if len(word) > 1 and not word.isdigit()}
        if len(words - {"html", "htm", "php", "aspx", "dp", "itm", "p"}) >= 2:
            return words
    return set()


def find_heading(document: Document) -> Heading | None:
    """Return the heading that names the product: the one that says most of what the page calls itself elsewhere.

    A slogan or a menu that is an ``h1`` loses against a product's name since neither the page's title, its share title
    nor its address repeats it.
    """
    names = [set(text.words(name)) for name in document.names if name]
    slug = {text.unaccented(word) for word in slug_words(document.url)}

    def fit(own: str) -> float:
        words = text.words(own)
        if not words:
            return 0.0
        named = max((len(words & name) / len(words | name) for name in names), default=0.0)
        plain = {text.unaccented(word) for word in words}
        return max(named, 0.9 * len(plain & slug) / len(plain | slug) if slug else 0.0)

    found = []
    for place, node in enumerate(document.main_headings):
        own = heading_text(node)
        if len(own) >= MIN_HEADING and (named := fit(own)) >= _least_fit(node, document.url):
            found.append((named - (0.15 if _framed(node) else 0.0), -place, node, own))
    best = max(found, key=lambda one: one[:2], default=None)
    if best is not None and best[0] >= 0.2:
        return Heading(best[2], best[3], best[0])
    blocks = []
    for place, node in enumerate(document.tree.css(NAMED)[:MAX_HEADINGS]):
        own = heading_text(node)
        if MIN_HEADING <= len(own) <= 400:
            blocks.append((fit(own), -place, node, own))
    block = max(blocks, key=lambda one: one[:2], default=None)
    if block is not None and block[0] >= (SAME_TITLE if best is None else max(SAME_TITLE, best[0])):
        return Heading(block[2], block[3], block[0])
    return Heading(best[2], best[3], max(best[0], 0.0)) if best is not None else None


def _least_fit(node: LexborNode, url: str | None) -> float:
    """Return how well a main heading must fit.

    A link to another page names that one, a link to the front page the shop.
    """
    link = node.css_first("a[href]")
    if link is None or text.clean(link.text()) != text.clean(node.text()):
        return 0.0
    try:
        parts, own = urlsplit(link.attributes.get("href") or ""), urlsplit(url or "").path.rstrip("/")
    except ValueError:
        return 0.0
    path = parts.path.rstrip("/")
    if (
        not own
        or own.endswith(path or "#")
        or (not path and not parts.hostname and not parts.scheme and parts.fragment)
    ):
        return 0.0
    return SAME_TITLE if path else math.inf


def heading_text(node: LexborNode) -> str:
    """Return the element's text without actions, prices and what only screen readers say."""
    whole = text.clean(text.unescaped(node.text(separator=" ")[:MAX_HEADING]))
    if node.first_child is None or len(whole) > 1000:
        return whole[:1000]
    kept = text.clean(text.unescaped(" ".join(_own_texts(node, 0))))
    return without_noise(kept.rstrip(LOOSE_END) if len(kept) >= MIN_HEADING else whole)


def _own_texts(node: LexborNode, depth: int) -> Iterator[str]:
    child = node.first_child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            yield child.text_content or ""
        elif tag == "br":
            yield " "
        elif tag[:1] != "-" and tag not in APART_TAGS and depth < 8:
            attributes = child.attributes
            marks = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
            acts = tag == "a" and ACTION.match(attributes.get("href") or "#")
            if not acts and not APART_MARKS.search(marks) and "hidden" not in attributes:
                yield from _own_texts(child, depth + 1)
                if tag in ("div", "p", "li", "span"):
                    yield " "
        child = child.next


def without_noise(title: str) -> str:
    """Return ``title`` without words that sites put before every name, and without a price before it."""
    title = LEADING_NOISE.sub("", title)
    price = LEADING_PRICE.match(title)
    if price and SIGN.search(price[0]) and len(amounts(price[0])) == 1 and len(title) - price.end() >= MIN_HEADING:
        title = title[price.end() :]
    return title.strip(" \t|·•")


def _framed(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in FRAME_TAGS:
            return True
        parent = parent.parent
    return False
