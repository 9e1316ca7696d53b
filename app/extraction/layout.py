"""The visible page read once, top to bottom: its texts, the blocks around them, the title and the buy buttons."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from app.extraction import stock, text
from app.extraction.document import Document
from app.extraction.headings import Heading, find_heading
from app.extraction.labels import ATTRIBUTES
from app.extraction.marks import OFF_MARKS, PLAIN, Judgement, judge_marks, marks_of

SOURCE = "visible page"
VARIANT_TAGS = frozenset(("option", "select", "label", "optgroup"))
NEAR_TITLE = 4000
CLOSE = 1500
BEFORE_TITLE_FACTOR = 4
UNSEEN_TAGS = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "object", "head", "datalist"))
FRAME_TAGS = frozenset(("nav", "header", "footer", "aside", "dialog"))
FRAMES = "header, footer, nav, aside, [role='banner'], [role='navigation'], [role='contentinfo'], [role='search']"
MAX_FRAMES = 100
LEAST_SAID = 200
"""Characters outside links that a frame must hold at least to be the page itself."""
BUTTONS = "button, input[type='submit'], input[type='button'], [role='button']"
MAX_BUTTONS = 300
FRAME_ROLES = frozenset(("navigation", "dialog", "alertdialog", "banner", "contentinfo", "search"))
PICTURE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:$|[?#])", re.IGNORECASE)
"""The end of an address that leads to a picture, as those in a gallery do."""
DIGIT, DIGITS = re.compile(r"\d"), re.compile(r"\d+")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
NO_CARD_NAMES = re.compile(
    r"brand|seller|store|shop|author|vendor|manufactur|image|img|tab|rating|review|action|link-|btn|button|user|nav|"
    r"menu|categor|option|"
    r"delivery|count|username|nickname|cookie"
)
CARD_LEVELS = 6
MAX_CARD = 400
MIN_CARD_NAME = 5
NAME_LEVELS = 3
REPEATS = 3
BESIDE = 3
MAX_NODES = 150_000
MAX_SHORT_TEXT = 100
MAX_TEXT = 20_000
HANDED_OVER = frozenset(name for names in ATTRIBUTES.values() for name in names)
MAX_DATA = 40
PRESSED_TAGS = frozenset(("button", "input"))
LABEL_TAGS = frozenset(("a", "div", "span"))
STRUCK_TAGS = frozenset(("del", "s", "strike"))
NEVER_OTHER = frozenset(("main", "img", "input", "a", "button"))


@dataclass(slots=True, eq=False)
class Block:
    """One element of the product's part of the page. Places count characters of visible text from the top."""

    node: LexborNode
    key: int
    """The node's ``mem_id``."""
    tag: str
    marks: str
    """Its class, id and test names in lower case."""
    parent: "Block | None"
    start: int
    first: int
    """Index of its first text; ``last`` is that after its last one."""
    end: int = 0
    last: int = 0
    struck: bool = False
    link: bool = False
    card: bool = False
    """Whether a link by a product's name stands in it."""

    def around(self, levels: int) -> "Iterator[Block]":
        """Yield itself and up to ``levels`` blocks around it, from the inside out."""
        block: Block | None = self
        for _ in range(levels + 1):
            if block is None:
                return
            yield block
            block = block.parent


class Text(NamedTuple):
    """A run of visible text, on one line."""

    position: int
    value: str
    block: Block


Pressable = tuple[Block, dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class Price:
    """One amount that may be the product's. ``weight`` counts the signs in its favour."""

    value: Decimal
    currency: str | None
    distance: int
    weight: float
    before: bool
    """Struck out, or named as the former price."""
    struck: bool
    net: bool
    block: Block
    written: str
    label: str = ""
    """What stands before the amount on its line, in lower case; ``tail`` is what stands after it."""
    tail: str = ""
    kind: str | None = None
    """What the page calls a former price (``list_price_kind``)."""
    confirmed: bool = False
    """Whether the page states the saving."""
    portion: bool = False
    """Whether it pays a part of the package alone: ``$2.65 per meal``."""
    range_end: Decimal | None = None
    """The other end of a range of prices."""


@dataclass(eq=False)
class Layout:
    """The product's part of the visible page."""

    document: Document
    heading: Heading | None
    texts: list[Text] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    title: Block | None = None
    buttons: list[Block] = field(default_factory=list)
    """Buy buttons that are switched on."""
    dead_buttons: list[Block] = field(default_factory=list)
    data: list[tuple[Block, dict[str, str | None]]] = field(default_factory=list)
    """Blocks with data attributes that name the product (``ATTRIBUTES``), with all their attributes."""
    prices: list[Price] = field(default_factory=list)
    formers: dict[Decimal, Decimal | None] = field(default_factory=dict)
    """Price on the page -> the former price beside it; None: there is none."""
    parts: dict[str, set[Decimal]] = field(default_factory=lambda: {"members": set(), "instalment": set()})
    """Amounts near the title that a plain visitor does not pay at once, by what they are."""
    above_title: frozenset[int] = frozenset()
    """``mem_id`` of the title and the elements around it."""
    _in_card: dict[int, bool] = field(default_factory=dict)
    """What ``in_card`` answered; blocks are asked for by many fields."""

    @property
    def title_text(self) -> str:
        return self.heading.text if self.heading else ""

    def text_of(self, block: Block, limit: int = 300) -> str:
        """Return the block's text, a space between its runs, up to about ``limit`` characters."""
        if block.end - block.start > limit:
            return " ".join(one.value for one in self.texts[block.first : min(block.last, block.first + 20)])[:limit]
        return " ".join(one.value for one in self.texts[block.first : block.last])

    def from_title(self, position: int) -> int | None:
        """Return the characters from the title's end to ``position``, negative before the title."""
        if self.title is None:
            return None
        return position - self.title.start if position < self.title.start else max(0, position - self.title.end)

    def called(self, names: re.Pattern[str], limit: int) -> list[Block]:
        """Return the blocks with such marks near the title, the nearest first, without those in cards.

        ``limit``: within so many characters of it, up to ``NEAR_TITLE``.
        """
        found = [
            one
            for marks, (nearest, alike) in self._near_title.items()
            if nearest <= limit and names.search(marks)
            for one in alike
        ]
        return [block for away, _, block in sorted(found) if away <= limit and not self.in_card(block)]

    @cached_property
    def _near_title(self) -> dict[str, tuple[int, list[tuple[int, int, Block]]]]:
        """The blocks near the title by their marks: what many share is looked at once.

        Distance, place, block; before them, the distance of the nearest.
        """
        found: dict[str, list[tuple[int, int, Block]]] = defaultdict(list)
        if self.title is None:
            return {}
        start, end = self.title.start, self.title.end
        # The blocks stand in the page's order, so what is behind the first that is too far is too far.
        begin = bisect_left(self.blocks, start - NEAR_TITLE, key=_start)
        for place, block in enumerate(self.blocks[begin : bisect_right(self.blocks, end + NEAR_TITLE, key=_start)]):
            away = start - block.start if block.start < start else max(0, block.start - end)
            if block.marks and block.key not in self.above_title:
                found[block.marks].append((away, place, block))
        return {marks: (min(alike)[0], alike) for marks, alike in found.items()}

    @cached_property
    def near_texts(self) -> list[tuple[int, Text, int]]:
        """The texts near the title or the button: index, text, characters to the nearer one; once both are found.

        What stands before the title is farther from it than its characters.
        """
        places: list[tuple[int, int, int]] = []
        if self.title is not None:
            places.append((self.title.start, self.title.end, BEFORE_TITLE_FACTOR))
        if self.buttons:
            places.append((self.buttons[0].start, self.buttons[0].start, 1))
        found = []
        last = max((end for _, end, _ in places), default=0) + NEAR_TITLE
        for index, one in enumerate(self.texts):
            position = one.position
            if position > last:
                break
            away = NEAR_TITLE + 1
            for start, end, factor in places:
                here = (start - position) * factor if position < start else position - end if position > end else 0
                if here < away:
                    away = here
            if away <= NEAR_TITLE:
                found.append((index, one, away))
        return found

    @cached_property
    def near_numbers(self) -> list[tuple[int, Text, int]]:
        """Those of the texts near the title or the button that hold a digit."""
        return [near for near in self.near_texts if DIGIT.search(near[1].value)]

    def in_card(self, block: Block) -> bool:
        """Whether ``block`` stands in a block that links to another product by its name."""
        known = self._in_card.get(block.key)
        if known is None:
            known = self._in_card[block.key] = self._stands_in_card(block)
        return known

    def _stands_in_card(self, block: Block) -> bool:
        for level, one in enumerate(block.around(CARD_LEVELS)):
            if one.key in self.above_title or one.tag == "body":
                return False
            if level and (one.card or one.link):
                return True
        return False

    def signature(self, block: Block) -> str:
        """Return what blocks at the same place of repeated blocks share."""
        return DIGITS.sub("0", "/".join(f"{one.tag}.{one.marks}" for one in block.around(4)))

    def repeated(self, blocks: list[Block]) -> set[int]:
        """Return the ``id()`` of the blocks that the page repeats, such as those of a list of products."""
        signatures = {id(block): self.signature(block) for block in blocks}
        counts = Counter(signatures.values())
        return {key for key, value in signatures.items() if counts[value] >= REPEATS}


def read(document: Document) -> Layout:
    """Read the visible page without the blocks that can't be about its product (navigation, neighbours, dialogs)."""
    heading = find_heading(document)
    own = _own_parts(document, heading)
    layout = _read(document, heading, own)
    if heading is not None and not layout.buttons and not layout.dead_buttons:
        more = _around_the_buy_button(document, layout) - own
        if more:
            return _read(document, heading, own | more)
    return layout


def _read(document: Document, heading: Heading | None, own: frozenset[int]) -> Layout:
    layout = Layout(document, heading)
    node: LexborNode | None = document.tree.body
    if node is None:
        return layout
    title_id = heading.node.mem_id if heading else None
    around = [one.mem_id for one in _ancestors(heading.node)] if heading else []
    beside = set(around[:BESIDE])
    layout.above_title = frozenset((title_id, *around) if title_id is not None else ())
    texts, blocks, struck, known = layout.texts, layout.blocks, document.struck, document.described
    root, current = node.mem_id, None
    position = count = 0
    pressable: list[Pressable] = []
    outer: list[tuple[LexborNode | None, Block | None]] = []
    """What follows each element that the walk is in, and the block around it."""
    while node is not None and count < MAX_NODES:
        count += 1
        tag = node.tag or "-"
        inner = None
        if tag == "-text":
            value = (node.text_content or "")[:MAX_TEXT]
            if value and not value.isspace() and current is not None and (value := text.clean(value)):
                texts.append(Text(position, value, current))
                position += len(value)
        elif tag not in UNSEEN_TAGS and tag[0] != "-":
            key, attributes = node.mem_id, node.attributes
            marks, judged, style = "", PLAIN, None
            if attributes:
                marks = marks_of(attributes)
                judged = judge_marks(marks) if marks else PLAIN
                style = attributes.get("style")
            known[key] = (attributes, marks)
            if (
                not (
                    (tag in FRAME_TAGS and _frames(tag, current, beside))
                    or judged.hidden
                    or (judged.other and tag not in NEVER_OTHER)
                    or (attributes and _apart(style, attributes))
                )
                or key in own
                or key == root
            ):
                block = Block(node, key, tag, marks, current, position, len(texts), position, len(texts))
                blocks.append(block)
                block.struck = (
                    tag in STRUCK_TAGS
                    or (style is not None and "line-through" in style)
                    or bool(struck and marks and not struck.isdisjoint(marks.split()))
                )
                if key == title_id:
                    layout.title = block
                if tag == "a":
                    href = attributes.get("href") or "#"
                    block.link = not href.startswith(("#", "javascript:")) and not PICTURE.search(href)
                if _is_pressed(tag, attributes, judged):
                    pressable.append((block, attributes))
                if attributes and not HANDED_OVER.isdisjoint(attributes) and len(layout.data) < MAX_DATA:
                    layout.data.append((block, attributes))
                inner = node.first_child
                if inner is not None:
                    outer.append((node.next if key != root else None, current))
                    node, current = inner, block
                    continue
        node = node.next if outer else None
        while node is None and current is not None:
            current.end, current.last = position, len(texts)
            node, current = outer.pop()
    while current is not None:
        current.end, current.last = position, len(texts)
        current = current.parent
    _mark_cards(layout)
    _find_buttons(layout, pressable)
    return layout


def _own_parts(document: Document, heading: Heading | None) -> frozenset[int]:
    """Return the ``mem_id`` of the elements that are the product's whatever their names say.

    They lie around the title, or are frames that hold most of what the page says, its links aside.
    """
    found = [heading.node.mem_id, *(one.mem_id for one in _ancestors(heading.node))] if heading else []
    body = document.tree.body
    frames = [node for node in document.tree.css(FRAMES) if node.mem_id not in found] if body is not None else []
    if body is not None and frames:
        half = len(body.text()) / 2
        sizes = [(node, len(node.text())) for node in frames[:MAX_FRAMES]]
        if any(size > half for _, size in sizes):
            half = max(_said(body) / 2, LEAST_SAID)
            found += [node.mem_id for node, size in sizes if size > half and _said(node) > half]
    return frozenset(found)


def _said(node: LexborNode) -> int:
    """Return the characters of an element's text that stand in no link."""
    return len(node.text()) - sum(len(link.text()) for link in node.css("a"))


def _around_the_buy_button(document: Document, layout: Layout) -> frozenset[int]:
    """Return the ``mem_id`` of the elements around the page's one buy button, where names of blocks hid it."""
    found = [
        node
        for node in document.tree.css(BUTTONS)[:MAX_BUTTONS]
        if stock.is_buy_label(text.clean(node.text(separator=" ")[: 2 * MAX_SHORT_TEXT]))
        or stock.is_buy_label(node.attributes.get("value") or "")
    ]
    if len(found) != 1:
        return frozenset()
    around = list(_ancestors(found[0]))
    # A list of other products may hold one that can be bought: there, its name is a link or a heading of its own.
    inner = around[: next((n for n, one in enumerate(around) if one.mem_id in layout.above_title), 0)]
    if any(one.css_first("h2, h3, h4, a[href] img") is not None for one in inner):
        return frozenset()
    return frozenset(one.mem_id for one in inner)


def _apart(style: str | None, attributes: dict[str, str | None]) -> bool:
    """Whether the element's attributes hide it, or call it a part of the page's frame."""
    if "hidden" in attributes or (style and ("none" in style or "hidden" in style) and _invisible(style)):
        return True
    return attributes.get("role") in FRAME_ROLES


def _is_pressed(tag: str, attributes: dict[str, str | None], judged: Judgement) -> bool:
    """Tell whether an element may be a button that sells."""
    if tag in PRESSED_TAGS:
        return tag == "button" or bool(attributes)
    return tag in LABEL_TAGS and bool(attributes) and (judged.pressed or attributes.get("role") == "button")


def _frames(tag: str, parent: Block | None, beside: set[int]) -> bool:
    """Whether the element is part of the page's frame; an aside or a footer beside the title is its buy box, say."""
    return tag not in ("aside", "footer") or parent is None or parent.tag == "body" or parent.key not in beside


def _invisible(style: str) -> bool:
    squeezed = style.replace(" ", "").lower()
    return "display:none" in squeezed or "visibility:hidden" in squeezed


def _mark_cards(layout: Layout) -> None:
    """Mark the blocks around links that a heading or a name stands around, in, or on."""
    own = _path(layout.document.url)
    names = [block for block in layout.blocks if _is_name(block)]
    named = {id(block) for block in names}
    holders = {id(one) for block in names for one in block.around(NAME_LEVELS)}
    for link in (block for block in layout.blocks if block.link):
        if link.end - link.start < MIN_CARD_NAME or _leads_here(link, own):
            continue
        around = list(link.around(CARD_LEVELS))
        if id(link) in holders or any(id(one) in named for one in around[: NAME_LEVELS + 1]):
            for one in around:
                if one.key in layout.above_title or one.tag == "body" or one.end - one.start > MAX_CARD:
                    break
                one.card = True


def _path(url: str | None) -> str:
    """Return an address without its scheme, query and fragment."""
    path = (url or "").partition("?")[0].partition("#")[0]
    return path.removeprefix("https:").removeprefix("http:").rstrip("/")


def _leads_here(link: Block, own: str) -> bool:
    """Whether the link leads to the page itself, such as to its reviews."""
    path = _path(link.node.attributes.get("href"))
    return len(path) > 1 and len(own) > 3 and (own.endswith(path) or path.startswith(own + "/"))


def _start(block: Block) -> int:
    return block.start


def _is_name(block: Block) -> bool:
    if block.tag in HEADINGS:
        return block.tag != "h1"
    marks = block.marks
    return ("name" in marks or "title" in marks) and not NO_CARD_NAMES.search(marks)


def _find_buttons(layout: Layout, pressable: list[Pressable]) -> None:
    found: list[tuple[Block, bool]] = []
    for block, attributes in pressable:
        if block.end - block.start > MAX_SHORT_TEXT:
            continue
        if block.tag == "input" and attributes.get("type") not in ("submit", "button", "image"):
            continue
        labels = (layout.text_of(block), *(attributes.get(name) for name in ("value", "aria-label", "title")))
        if any(label and stock.is_buy_label(label) for label in labels) or (
            block.tag in ("button", "input", "a") and stock.is_buy_mark(block.marks)
        ):
            off = (
                "disabled" in attributes
                or attributes.get("aria-disabled") == "true"
                or not OFF_MARKS.isdisjoint(block.marks.split())
            )
            found.append((block, off))
    listed = layout.repeated([block for block, _ in found])
    for block, off in found:
        if (
            id(block) not in listed
            and not (block.tag != "a" and layout.in_card(block))
            and not _in_other_card(layout, block)
        ):
            (layout.dead_buttons if off else layout.buttons).append(block)


def _in_other_card(layout: Layout, block: Block) -> bool:
    return block.parent is not None and layout.in_card(block.parent) and not block.card


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and parent.tag not in (None, "-document"):
        yield parent
        parent = parent.parent


def place_of(block: Block) -> str:
    """Return a short name of where a block stands, such as ``span.price``."""
    for one in block.around(2):
        if one.marks:
            return f"{one.tag}.{'.'.join(one.marks.split()[:2])}"[:60]
    return block.tag
