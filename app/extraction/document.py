"""A parsed page with what all sources need: its tree, address, language and headings."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.errors import InvalidInput
from app.extraction import text
from app.extraction.flatten import bounded
from app.extraction.money import territory_of
from app.extraction.scripts import Script, split, struck_classes
from app.extraction.streamed import splice

ELEMENT = re.compile(
    r"<(?:!doctype|html|head|body|meta|title|script|div|p|h[1-6]|span|section|article|main|table|ul|img|a)\b", re.I
)
# "/ar/en/", "/en-gb/", "/de_CH/": country and language in the address.
PATH_REGION = re.compile(r"/(?:([a-zA-Z]{2})/[a-z]{2}(?=/)|[a-z]{2}[-_]([a-zA-Z]{2})(?=/|$))")
ABSOLUTE = re.compile(r"https?://\w[\w.-]*\w(?::\d{1,5})?(?:[/?#]|$)", re.ASCII)
"""An address that needs no joining; unusual ones are left to the standard library."""
SAVED_FOLDER = re.compile(
    r"(?:\./)?[^/?#]{1,200}_(?:files|fichiers|dateien|archivos|file|bestanden|arquivos|ficheiros|pliki|soubory|файлы|файли)/"
)
"""The folder of a page that a browser saved "complete"."""
ID = re.compile(r"""id=["']?([\w:.-]+)""")
# Finds "data-id=" and the like too: an id too many costs a look in vain.
LANGUAGE = re.compile(r"^([a-zA-Z]{2,3})(?:[-_].*)?$")
STRANGE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd]")
HAN = re.compile(r"[\u3400-\u9fff]")
KANA = re.compile(r"[\u3040-\u30ff]")
UNPRINTABLE_SHARE = 0.02
PRODUCT_PAGES = frozenset(
    ("single-product", "catalog-product-view", "template-product", "product-template-default", "page-product",
     "product-page", "productpage", "product-detail-page", "page-productdetail", "page-productdetails", "page--product",
     "is-act-product", "product-view", "is-product-page", "pdp", "page-pdp", "pdp-page"))  # fmt: skip
"""Class names of ``body`` on WooCommerce's, Magento's, Shopify's and other platforms' product pages."""
MAIN_HEADING = "h1, [role='heading'][aria-level='1']"
MAX_URL = 2000
MAX_METAS = 2000
MAX_HEADINGS = 50
MAX_NAME = 2000
MAX_CONTENT = 20_000
MAX_PROLOGUE = 1_000_000
"""Characters within which the first tag of HTML must stand."""


@dataclass(frozen=True)
class Document:
    """A page under reading. ``url`` is the caller's, else the page's own canonical address, else None."""

    tree: LexborHTMLParser
    """The page without its scripts, styles and comments."""
    url: str | None
    source: str = ""
    markup: str = ""
    """``source`` without its scripts, styles and comments."""
    scripts: tuple[Script, ...] = ()
    described: dict[int, tuple[dict[str, str | None], str]] = field(default_factory=dict)
    """Attributes and marks of the elements that were read, by their ``mem_id``: those of most are asked for twice."""

    def meta(self, *names: str) -> list[str]:
        """Return the non-empty contents of the meta elements with one of ``names`` (property, name), in page order."""
        return [content for name in names for content in self._metas.get(name, [])]

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta[content]")[:MAX_METAS]:
            name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("http-equiv")
            content = text.clean((node.attributes.get("content") or "")[:MAX_CONTENT])
            if name and content:
                found.setdefault(name.lower().strip(), []).append(content)
        return found

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the page's elements."""
        return frozenset(ID.findall(self.markup))

    @cached_property
    def struck(self) -> frozenset[str]:
        """The classes that the page's style sheets strike out."""
        return struck_classes(self.source)

    @cached_property
    def locale(self) -> str | None:
        """The page's language tag as it is written, such as ``de-CH``."""
        root = self.tree.css_first("html")
        own = (root.attributes.get("lang") or root.attributes.get("xml:lang")) if root else None
        tags = [own or "", *self.meta("content-language", "og:locale", "language")]
        known = [tag.strip().replace("_", "-") for tag in tags if LANGUAGE.match(tag.strip())]
        # A tag with a region tells more, if it is of the same language.
        return next(
            (tag for tag in known if "-" in tag and tag[:2].lower() == known[0][:2].lower()),
            known[0] if known else None,
        )

    @cached_property
    def language(self) -> str | None:
        """ISO 639 code."""
        match = LANGUAGE.match(self.locale or "")
        return match[1].lower() if match else None

    @cached_property
    def writes_chinese(self) -> bool:
        """Whether the page's names are in Han characters without the kana that Japanese has beside them."""
        if self.language == "ja":
            return False
        named = "".join(self.headings[:8])
        return len(HAN.findall(named)) > 1 and not KANA.search(named)

    @cached_property
    def territory(self) -> str | None:
        """ISO 3166 code of the country that the page speaks to, where its host or language tells."""
        named = PATH_REGION.match(urlsplit(self.url).path) if self.url else None
        return territory_of(text.host_name(self.url), self.locale, (named[1] or named[2]).upper() if named else None)

    @cached_property
    def names_product_page(self) -> bool:
        """Whether the page's body carries the name that a platform gives to its product pages."""
        body = self.tree.body
        if body is None:
            return False
        marks = (body.attributes.get("class") or "").lower().split()
        return not PRODUCT_PAGES.isdisjoint(marks) or body.attributes.get("id") == "product"

    @cached_property
    def title_tag(self) -> str:
        node = self.tree.css_first("head title") or self.tree.css_first("title")
        return text.clean(text.unescaped(node.text()[:MAX_NAME])) if node else ""

    @cached_property
    def main_headings(self) -> list[LexborNode]:
        """The first of the page's headings of the first level."""
        return self.tree.css(MAIN_HEADING)[:MAX_HEADINGS]

    @cached_property
    def headings(self) -> list[str]:
        """The page's names for itself: its ``h1`` elements, its share title and its title."""
        first = [text.clean(node.text(separator=" ")) for node in self.main_headings]
        return [heading for heading in [*first, *self.meta("og:title"), self.title_tag] if heading]

    @cached_property
    def names(self) -> list[str]:
        """What the page calls itself in its metadata, without the shop's name."""
        titles = [*self.meta("og:title")[:1], *self.meta("twitter:title")[:1], self.title_tag]
        return [text.without_shop(title, self.shop_names) for title in dict.fromkeys(titles) if title]

    @cached_property
    def shop_names(self) -> list[str]:
        host = text.host_name(self.url)
        return [*self.meta("og:site_name", "application-name"), host, *host.split(".")[-2:-1], *host.split(".")[:1]]

    def absolute(self, link: str) -> str | None:
        """Return ``link`` as an absolute http(s) URL, or None if it can't be one."""
        link = link.strip()
        if not link or len(link) > MAX_URL or link.startswith(("data:", "javascript:", "#", "blob:", "cid:")):
            return None
        if SAVED_FOLDER.match(link):
            return None  # It lay beside the page when that was saved, and nowhere else.
        if ABSOLUTE.match(link):
            return link.replace(" ", "%20")
        try:
            whole = urljoin(self._base, link)
            parts = urlsplit(whole)
            return whole.replace(" ", "%20") if parts.scheme in ("http", "https") and parts.hostname else None
        except ValueError:
            return None

    @cached_property
    def _base(self) -> str:
        node = self.tree.css_first("base[href]")
        href = (node.attributes.get("href") or "") if node else ""
        try:
            return urljoin(self.url or "", href)
        except ValueError:
            return self.url or ""


def canonical_url(tree: LexborHTMLParser) -> str | None:
    """Return the absolute address that the page gives itself (canonical link, then og:url), if any."""
    links = [(node, "href") for node in tree.css('link[rel="canonical" i]')]
    links += [(node, "content") for node in tree.css('meta[property="og:url"]')]
    for node, attribute in links:
        value = (node.attributes.get(attribute) or "").strip()
        if value.startswith(("http://", "https://")) and len(value) <= MAX_URL and text.host_name(value):
            return value
    return None


def parse(html: str, url: str | None) -> Document:
    """Parse ``html``.

    Raises:
        InvalidInput: it is empty, or not HTML at all (a picture, JSON, plain text).
    """
    if not isinstance(html, str) or not html.strip():
        raise InvalidInput("no product found on this page: it is empty")
    head = html[:5_000]
    if len(STRANGE.findall(head)) > UNPRINTABLE_SHARE * len(head) or not ELEMENT.search(html, 0, MAX_PROLOGUE):
        raise InvalidInput("no product found on this page: it is not HTML")
    markup, found = split(html)
    markup = bounded(markup)
    tree = LexborHTMLParser(markup.encode("utf-8", "replace"))
    splice(tree, markup)
    return Document(tree, url or canonical_url(tree), html, markup, tuple(found))


def node_text(node: LexborNode) -> str:
    """Return the node's text on one line, with a space between its elements."""
    return text.clean(node.text(separator=" ")[:MAX_CONTENT])
