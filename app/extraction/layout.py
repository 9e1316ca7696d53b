"""Where things stand on the visible page: its title, its buy button, and what belongs to neighbouring products."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from app.extraction import stock, text
from app.extraction.document import Document, node_text

INVISIBLE = (
    "script, style, noscript, template, svg, iframe, object, [hidden], [aria-hidden='true'][style*='display'], "
    "[style*='display:none' i], [style*='display: none' i], [style*='visibility:hidden' i], "
    "[style*='visibility: hidden' i]"
)
FRAME = "header, nav, footer, aside, [role='navigation'], [role='dialog'], dialog"
# Words in the class or id of blocks that show other products, or none.
OTHER_BLOCKS = (
    "related", "recommend", "upsell", "up-sell", "crosssell", "cross-sell", "similar", "alsolike", "also-like",
    "also-bought",
    "alsobought", "recently", "last-viewed", "lastviewed", "last-seen", "bestseller", "accessor", "bundle",
    "minicart", "mini-cart",
    "cart-drawer", "sidecart", "cookie", "newsletter", "navigation", "megamenu", "mega-menu", "footer", "sponsored",
    "compare-list",
    "carousel-product", "product-carousel", "products-grid", "product-grid", "product-list", "productlist",
)  # fmt: skip
TITLE_BLOCKS = (
    "[itemprop='name'], [class*='product-title' i], [class*='product-name' i], [class*='product__title' i], h2"
)
BUTTONS = (
    "button, input[type='submit'], input[type='button'], [role='button'], a[class*='cart' i], "
    "a[class*='buy' i], a[class*='basket' i], "
    "a[class*='btn' i], a[class*='button' i]"
)
CARD_NAME = (
    "h2 a[href], h3 a[href], h4 a[href], h5 a[href], h6 a[href], a[href] h2, a[href] h3, a[href] h4, "
    "a[href] h5, a[href] h6, "
    "[class*='name' i] a[href], [class*='title' i] a[href], a[href][class*='name' i], a[href][class*='title' i], "
    "a[href] [class*='name' i], a[href] [class*='title' i]"
)
CARD_LEVELS = 6
REPEATS = 3
MAX_BUTTONS = 2000
MAX_NODES = 150_000
MAX_SHORT_TEXT = 80
SAME_TITLE = 0.5


@dataclass
class Layout:
    """The visible page. Positions count characters of visible text from the page's top."""

    document: Document
    title: LexborNode | None
    title_text: str
    buttons: list[LexborNode] = field(default_factory=list)
    positions: dict[int, int] = field(default_factory=dict)
    short_texts: list[tuple[int, str, LexborNode]] = field(default_factory=list)
    """Position, text and parent of the text nodes up to ``MAX_SHORT_TEXT`` characters."""
    above_title: set[int] = field(default_factory=set)
    """``mem_id`` of the title's ancestors."""

    def position(self, node: LexborNode) -> int | None:
        return self.positions.get(node.mem_id)

    @property
    def title_position(self) -> int | None:
        return self.position(self.title) if self.title is not None else None

    @property
    def buy_position(self) -> int | None:
        return self.position(self.buttons[0]) if self.buttons else None

    def in_card(self, node: LexborNode) -> bool:
        """Whether ``node`` stands in a block that links to another product by its name."""
        for level, parent in enumerate(ancestors(node)):
            if parent.mem_id in self.above_title or parent.tag == "body" or level >= CARD_LEVELS:
                return False
            if parent.tag == "a" and not (parent.attributes.get("href") or "#").startswith(("#", "javascript:")):
                return True
            if parent.css_first(CARD_NAME) is not None:
                return True
        return False


def ancestors(node: LexborNode) -> Iterable[LexborNode]:
    """Yield the elements around ``node`` from the inside out."""
    parent = node.parent
    while parent is not None and parent.tag not in (None, "-document"):
        yield parent
        parent = parent.parent


def marks(node: LexborNode) -> str:
    """Return the node's class and id in lower case."""
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()


def signature(node: LexborNode) -> str:
    """Return what nodes at the same place of repeated blocks share."""
    near = [node, *[parent for parent, _ in zip(ancestors(node), range(4), strict=False)]]
    return "/".join(f"{one.tag}.{one.attributes.get('class') or ''}" for one in near)


def repeated(nodes: list[LexborNode]) -> set[int]:
    """Return the ``mem_id`` of the nodes that stand in blocks which the page repeats."""
    signatures = {node.mem_id: signature(node) for node in nodes}
    counts = Counter(signatures.values())
    return {key for key, value in signatures.items() if counts[value] >= REPEATS}


def read(document: Document, interest: str) -> Layout:
    """Find the title, take away what is not the product's part of the page, and note where things stand.

    It removes nodes from ``document.tree``: sources that read markup must have run before. ``interest`` selects the
    nodes whose positions will be asked for.
    """
    tree = document.tree
    for node in tree.css(INVISIBLE):
        if node.tag not in ("html", "body"):
            node.decompose()
    title = _title(document)
    layout = Layout(document, title, node_text(title) if title is not None else "")
    if title is not None:
        layout.above_title = {title.mem_id, *(node.mem_id for node in ancestors(title))}
    blocks = ", ".join(f"[class*='{word}' i], [id*='{word}' i]" for word in OTHER_BLOCKS)
    for node in tree.css(f"{FRAME}, {blocks}"):
        if node.mem_id not in layout.above_title and node.tag not in ("html", "body", "main"):
            node.decompose()
    buttons = [node for node in tree.css(BUTTONS)[:MAX_BUTTONS] if _buys(node)]
    listed = repeated(buttons)
    layout.buttons = [node for node in buttons if node.mem_id not in listed and not layout.in_card(node)]
    wanted = {node.mem_id for node in [*tree.css(interest), *layout.buttons]} | (
        {title.mem_id} if title is not None else set()
    )
    _measure(layout, wanted)
    return layout


def _title(document: Document) -> LexborNode | None:
    """Return the heading that names the product: the first one that says most of what the page's own title says."""
    named = [text.without_shop(name, document.shop_names) for name in (*document.meta("og:title"), document.title_tag)]
    headings = [node for node in document.tree.css("h1")[:50] if node_text(node)]

    def fit(node: LexborNode) -> float:
        own = text.words(node_text(node))
        return max((len(own & text.words(name)) / (len(own | text.words(name)) or 1) for name in named), default=0.0)

    if headings:
        best = max(headings, key=fit)
        return best if len(headings) == 1 or fit(best) > 0 or not any(named) else headings[0]
    blocks = [node for node in document.tree.css(TITLE_BLOCKS)[:50] if node_text(node)]
    best_block = max(blocks, key=fit, default=None)
    return best_block if best_block is not None and fit(best_block) >= SAME_TITLE else None


def _buys(node: LexborNode) -> bool:
    attributes = node.attributes
    labels = (node_text(node), attributes.get("value"), attributes.get("aria-label"), attributes.get("title"))
    if "disabled" in attributes or attributes.get("aria-disabled") == "true" or "disabled" in marks(node).split():
        return False
    return any(label and stock.is_buy_label(label) for label in labels)


def _measure(layout: Layout, wanted: set[int]) -> None:
    body = layout.document.tree.body
    if body is None:
        return
    position = 0
    for count, node in enumerate(body.traverse(include_text=True, skip_empty=True)):
        if count >= MAX_NODES:
            break
        if node.tag != "-text":
            if node.mem_id in wanted:
                layout.positions[node.mem_id] = position
            continue
        value = re.sub(r"\s+", " ", node.text()).strip()
        parent = node.parent
        if parent is not None and 0 < len(value) <= MAX_SHORT_TEXT:
            layout.short_texts.append((position, value, parent))
        position += len(value)
