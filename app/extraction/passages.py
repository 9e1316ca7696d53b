"""The page's text as a reader sees it: line by line, with the heading that each stands under.

Unlike ``layout``, which looks for what the product costs, this reads what tabs and accordions hide too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, cast

from selectolax.lexbor import LexborNode

from app.extraction import text
from app.extraction.document import Document
from app.extraction.headings import Heading
from app.extraction.layout import FRAME_ROLES, UNSEEN_TAGS
from app.extraction.marks import marks_of
from app.extraction.part_marks import NOWHERE, meaning, standing
from app.extraction.word_patterns import any_of, word_table, words_in

Topic = Literal["", "product", "other", "policy", "questions", "company", "reviews"]
"""What a heading announces: the product's description, other products, policies, questions, the seller, reviews."""
# fmt: off
BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label", "legend", "li", "main",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button",
    "option", "select", "textarea"))
HEADING_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 4, "legend": 5}
FRAMES = frozenset(("nav", "footer", "dialog"))
# fmt: on
BOLD_LEVEL = 7
"""Of a short line in bold type, which heads what follows."""
MAX_HEADING, MOST_OF_HEADING = 70, 0.6
TABS = 3
"""So many headings in a row."""
LONGEST_WIDGET, MOST_WIDGET_WORDS = 60, 8
SIGNS, LONGEST_OF_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"), 20
"""Of texts whose words are a sign or two long."""
LONGEST_TOLD = 2000
FEWEST_OF_PAGE = 2
"""Sentences that speak of the page, where the whole paragraph does."""
SENTENCES = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])")
NAMING = re.compile(r"[^\W\d_]{4,}")
"""The words of a title that name the product."""
NAME_END = re.compile(r"\s[-–—|]\s|[,;(\[|]")
"""Where in a title other things begin than the name."""
SURE_TITLE, SHORTEST_TITLE, MAX_TITLE = 0.6, 8, 300
FEWEST_IN_SCOPE = 4
"""Lines, the heading's own among them."""
MAX_DEPTH = 200
MAX_LINES, MAX_LINE = 6000, 20_000
CHOICE_TAGS, CHOICE_ROLES, MOST_CHOICES = frozenset(("select", "fieldset")), frozenset(("radiogroup", "listbox")), 60
# What stands in a cell without text: an icon that says yes or no.
YES_MARKS = re.compile(r"\b(?:yes|check(?:ed|mark)?|tick|true|ok|icon-check|fa-check)\b")
NO_MARKS = re.compile(r"\b(?:no|cross|false|times|minus|uncheck(?:ed)?|fa-times)\b")
YES, NO = "✓", "✗"
CELL_TAGS = frozenset(("td", "dd"))
# What a style sheet sets apart though no space does: "Condition" and "New", "Length: 20 cm" and "Weight: 1 kg".
RUN_ON = re.compile(r"(?:[^\W\d_]{3}|\d|[.!?:)\]%])$")
RUN_ON_LABEL = re.compile(r"(?<=[^\W\dA-Z_])(?=[A-ZÀ-Þ][^\W\dA-Z_]{2,20}(?:\(s\))?: )")
FEWEST_LABELS = 2
NO_LINK, CLICKED, LEADS_AWAY = range(3)
"""What a text stands in: nothing to click on, an anchor for a script or this page, a link to elsewhere."""
RUN_ON_TO = re.compile(r"[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω]|\d")
MAX_LINE_START = 20


@dataclass(slots=True, eq=False)
class Part:
    """An element around lines, with the marks of the elements within it that hold the same lines."""

    tag: str
    marks: str
    parent: "Part | None"
    level: int = 0
    """1 to 7 in a heading, 0 in none."""
    lines: int = 0
    """How many lines stand in it, once all of it is read."""
    _of_reviews: bool | None = None

    @property
    def of_reviews(self) -> bool:
        """Whether its marks, or those of a part around it, name buyers' reviews."""
        if self._of_reviews is None:
            named = meaning(self.marks).reviews
            self._of_reviews = named or (self.parent is not None and self.parent.of_reviews)
        return self._of_reviews

    def around(self) -> "Iterator[Part]":
        """Yield itself and the parts around it, from the inside out."""
        part: Part | None = self
        while part is not None:
            yield part
            part = part.parent


@dataclass(slots=True)
class Line:
    """A line of text as the page sets it."""

    text: str
    part: Part
    linked: int
    """Characters of it that lead elsewhere."""
    anchored: int
    """Characters of it to click on, those that lead elsewhere among them: menus that a script opens have no address."""
    level: int
    """1 to 7 for a heading, 0 for none."""
    lead: str = ""
    """What of it stands in bold type at its beginning, as a label does."""
    heading: str = ""
    """The heading that it stands under."""
    topic: Topic = ""
    topic_part: Part | None = None
    """Where the heading stands that announces the topic."""


@dataclass
class Passages:
    """The lines of a page from its title on."""

    lines: list[Line] = field(default_factory=list)
    title_at: int = -1
    """Index of the line that holds the title; -1: none was found."""
    choices: list[tuple[int, LexborNode]] = field(default_factory=list)
    """Elements in which a buyer may choose, each with the index of the line that follows."""

    def around_title(self) -> set[int]:
        """Return the ids of the parts that the title stands in."""
        if not 0 <= self.title_at < len(self.lines):
            return set()
        return {id(one) for one in self.lines[self.title_at].part.around()}


@cache
def topic_words() -> dict[Topic, re.Pattern[str]]:
    """Return the words by which headings in all known languages announce each topic."""
    data = cast("dict[Topic, dict[str, list[str]]]", word_table("sections"))
    return {topic: any_of(word for words in languages.values() for word in words) for topic, languages in data.items()}


@lru_cache(maxsize=8192)
def topic_of(heading: str) -> Topic:
    """Return what a heading announces."""
    found = [topic for topic, words in topic_words().items() if words.search(heading)]
    return next((topic for topic in found if topic != "product"), found[0] if found else "")


@lru_cache(maxsize=8192)
def is_heading(value: str) -> bool:
    """Tell whether a short text is hardly more than the words by which headings announce what follows."""
    if len(value) > MAX_HEADING:
        return False
    value = value.strip(" :.")
    found = [match for words in topic_words().values() if (match := words.search(value))]
    return any(len(match[0]) >= MOST_OF_HEADING * len(value) for match in found)


def read(document: Document, heading: Heading | None) -> Passages:
    """Read the lines of the page, without its frame and what its marks set apart; ``heading`` names the product."""
    root = document.tree.body
    if root is None:
        return Passages()
    reader = _Reader(document, heading)
    reader.read(root)
    passages = reader.passages
    if heading is None or heading.fit < SURE_TITLE:
        _find_title(passages, document)
    _head(passages)
    return passages


def _find_title(passages: Passages, document: Document) -> None:
    """Take the first line that is what the page calls itself for its title, where no heading surely is."""
    names = [name for name in map(text.squeeze, document.names) if name]
    for number, line in enumerate(passages.lines):
        key = text.squeeze(line.text[:MAX_TITLE])
        if len(key) >= SHORTEST_TITLE and not line.linked and any(name.startswith(key) for name in names):
            passages.title_at = number
            return


class _Reader:
    def __init__(self, document: Document, heading: Heading | None) -> None:
        self.passages = Passages()
        self._described = document.described
        self._title = heading.node.mem_id if heading else None
        self._above: set[int] = set()
        one = heading.node.parent if heading else None
        while one is not None:
            self._above.add(one.mem_id)
            one = one.parent
        self._pieces: list[str] = []
        self._linked = 0
        self._anchored = 0
        self._size = 0
        self._plain = False
        """Whether any text of the line stands in plain type."""
        self._lead: list[str] = []
        self._seam = False
        """Whether an element within the line began or ended since its last text."""

    def read(self, root: LexborNode) -> None:
        top = Part("body", "", None)
        self._walk(root, top, NO_LINK, False, 0)
        self._flush(top)

    def _flush(self, part: Part) -> None:
        if not self._pieces:
            return
        value = text.clean("".join(self._pieces))
        if value.count(":") >= FEWEST_LABELS and len(rows := RUN_ON_LABEL.split(value[:LONGEST_TOLD])) >= FEWEST_LABELS:
            self._clear()
            for row in rows:
                self._pieces.append(row)
                self._plain = True
                self._flush(part)
            return
        lead = text.clean("".join(self._lead)) if self._plain else ""
        if value and len(self.passages.lines) < MAX_LINES:
            level = part.level
            if not level and not self._plain and len(value) <= MAX_HEADING:
                level = BOLD_LEVEL
            self.passages.lines.append(Line(value, part, self._linked, self._anchored, level, lead))
            part.lines += 1
        self._clear()

    def _clear(self) -> None:
        self._pieces, self._lead, self._linked, self._anchored, self._size = [], [], 0, 0, 0
        self._plain = self._seam = False

    def _walk(self, node: LexborNode, part: Part, in_link: int, in_bold: bool, depth: int) -> None:
        child = node.first_child
        while child is not None:
            tag = child.tag or "-"
            if tag == "-text":
                if value := child.text_content:
                    if self._seam and self._runs_on(value):
                        self._flush(part)
                    self._add(value, in_link, in_bold)
                    self._seam = False
            elif tag == "br":
                self._flush(part)
            elif tag not in UNSEEN_TAGS and tag[0] != "-" and depth < MAX_DEPTH:
                self._element(child, tag, part, in_link, in_bold, depth)
            child = child.next

    def _runs_on(self, value: str) -> bool:
        """Tell whether a text would run into the line so far although both are texts of their own."""
        if not self._pieces or not RUN_ON_TO.match(value):
            return False
        last = self._pieces[-1][-MAX_LINE_START:]
        if not RUN_ON.search(last):
            return False
        return not (last[-1].isdigit() and value[0].isdigit())

    def _add(self, value: str, in_link: int, in_bold: bool) -> None:
        if self._size > MAX_LINE or (not self._pieces and value.isspace()):
            return
        value = value[:MAX_LINE]
        self._size += len(value)
        self._pieces.append(value)
        size = len(value.strip())
        if size and in_link == LEADS_AWAY:
            self._linked += size
        if size and in_link:
            self._anchored += size
        if size and not in_bold:
            self._plain = True
        if in_bold and not self._plain:
            self._lead.append(value)

    def _element(self, node: LexborNode, tag: str, part: Part, in_link: int, in_bold: bool, depth: int) -> None:
        key = node.mem_id
        described = self._described.get(key)
        if described is None:
            attributes = node.attributes
            marks = marks_of(attributes) if attributes else ""
        else:
            attributes, marks = described
        role = attributes.get("role") if attributes else None
        if key == self._title:
            self._flush(part)
            self.passages.title_at = len(self.passages.lines)
        elif key not in self._above and (tag in FRAMES or role in FRAME_ROLES):
            self._flush(part)
            return
        block = tag in BLOCK_TAGS or "-" in tag
        said = standing(marks) if marks else NOWHERE
        if (said.choice or tag in CHOICE_TAGS or role in CHOICE_ROLES) and (len(self.passages.choices) < MOST_CHOICES):
            self.passages.choices.append((len(self.passages.lines), node))
        if (said.apart if block else said.apart_inline) and key not in self._above:
            if block:
                self._flush(part)
            return
        if block:
            self._flush(part)
            inner = Part(tag, marks, part, HEADING_LEVELS.get(tag, part.level))
            self._walk(
                node, inner, LEADS_AWAY if tag == "button" else in_link, in_bold or tag in HEADING_LEVELS, depth + 1
            )
            if tag in CELL_TAGS and not inner.lines and not self._pieces and (mark := _icon(node)):
                self._pieces.append(mark)
            self._flush(inner)
            part.lines += inner.lines
        else:
            self._seam = True
            if tag == "a" and in_link < LEADS_AWAY:
                in_link = CLICKED if (attributes.get("href") or "#").startswith("#") else LEADS_AWAY
            self._walk(node, part, in_link, in_bold or tag in ("b", "strong"), depth + 1)
            self._seam = True


def _icon(cell: LexborNode) -> str:
    """Return what the icon of a cell without text says: ``YES``, ``NO``, or nothing."""
    child = cell.first_child
    while child is not None and (child.tag or "-")[0] == "-":
        child = child.next
    if child is None:
        return ""
    attributes = child.attributes
    marks = f"{marks_of(attributes)} {attributes.get('alt') or ''}".lower()
    return NO if NO_MARKS.search(marks) else YES if YES_MARKS.search(marks) else ""


def _head(passages: Passages) -> None:
    """Tell each line which heading it stands under, and what the headings above announce.

    Headings that follow one another without text between are those of tabs: they head nothing here.
    """
    stack: list[tuple[int, Line, Topic, Part | None]] = []
    lines = passages.lines
    around_title = passages.around_title()
    run = [0] * len(lines)
    for number, line in enumerate(lines):
        run[number] = (
            (run[number - 1] if number and lines[number - 1].level == line.level else 0) + 1 if line.level else 0
        )
    for number in range(len(lines) - 2, -1, -1):
        if run[number + 1] > run[number] > 0:
            run[number] = run[number + 1]
    for number, (line, length) in enumerate(zip(lines, run, strict=True)):
        if any(scope is not None for *_, scope in stack):
            inside = {id(one) for one in line.part.around()}
            stack = [one for one in stack if one[3] is None or id(one[3]) in inside]
        if line.level and length >= TABS:
            line.level = 0
            continue
        if line.level:
            while stack and stack[-1][0] >= line.level:
                stack.pop()
            topic = topic_of(line.text[:MAX_TITLE]) if number != passages.title_at else ""
            stack.append((line.level, line, topic, _scope(line, around_title) if topic else None))
        line.heading = stack[-1][1].text if stack else ""
        for _, heading, topic, _ in reversed(stack):
            if topic:
                line.topic, line.topic_part = topic, heading.part
                break


def _scope(heading: Line, around_title: set[int]) -> Part | None:
    """Return the widest part around a heading that the title does not stand in: behind it the heading says nothing.

    None: that part holds hardly more than the heading, so what it heads stands beside it.
    """
    widest = None
    for one in heading.part.around():
        if id(one) in around_title:
            break
        widest = one
    return widest if widest is not None and widest.lines >= FEWEST_IN_SCOPE else None


@cache
def chrome_words() -> re.Pattern[str]:
    """Return the words, in all known languages, by which a page speaks of itself and not of the product."""
    notes = word_table("notes")
    return any_of(
        [
            *words_in("chrome", "anywhere"),
            *(word for topic in notes.values() for words in topic.values() for word in words),
        ]
    )


@cache
def _chrome(kind: str) -> re.Pattern[str]:
    return any_of(words_in("chrome", kind))


@lru_cache(maxsize=8192)
def is_chrome(value: str, title: str = "") -> bool:
    """Tell whether a text speaks of the page or the shop: of what only buttons and notes say, if it is as short.

    What the product itself is called is no such word: a bicycle basket, a payment terminal.
    """
    value = value[:LONGEST_TOLD]
    longest = LONGEST_OF_SIGNS if SIGNS.search(value) else LONGEST_WIDGET
    short = len(value) <= longest and len(value.split()) <= MOST_WIDGET_WORDS
    if _chrome("seo").search(value):
        return True
    patterns = (chrome_words(), _chrome("short")) if short else (chrome_words(),)
    named = set(NAMING.findall(NAME_END.split(title.casefold(), maxsplit=1)[0]))
    return any(
        named.isdisjoint(NAMING.findall(match[0].casefold()))
        for pattern in patterns
        for match in pattern.finditer(value)
    )


def without_seo(value: str) -> str:
    """Return a description without the sentences that are written for search engines: "Buy X at the best price"."""
    if not (seo := _chrome("seo")).search(value):
        return value
    return " ".join(one for one in SENTENCES.split(value) if not seo.search(one))


def without_chrome(value: str, title: str = "") -> str:
    """Return a text without those of its sentences that speak of the page or the shop; none of one that mostly does."""
    if not is_chrome(value, title):
        return value
    sentences = SENTENCES.split(value)
    kept = [one for one in sentences if not is_chrome(one, title)]
    if len(sentences) - len(kept) >= max(len(kept), FEWEST_OF_PAGE):
        return ""
    return " ".join(kept) if SENTENCES.search(value) else ""
