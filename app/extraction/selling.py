"""What sells on the visible page: selling points, specifications, prose, buyers' words, what others did."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from app.extraction import text
from app.extraction.candidates import Candidate
from app.extraction.labels import GTIN_LABELS, SKU_LABELS, label_key
from app.extraction.part_marks import meaning
from app.extraction.passages import (
    BOLD_LEVEL,
    NO,
    YES,
    Line,
    Part,
    Passages,
    is_chrome,
    is_heading,
    topic_of,
    without_chrome,
)
from app.extraction.rating import OF_FIVE
from app.extraction.stated import stated_in
from app.extraction.word_patterns import words_in

BULLET = re.compile(r"^\s*(?:[•●▪■◆►▶➤➢★☆✓✔✅☑✦✧❖‣⁃·∙◦*»>]|[-–—](?=\s)|\d{1,2}[.)](?=\s\D))\s*")
SENTENCE_END = re.compile(r"[.!?。！？…]['\"”’»)]*$")
LABELLED = re.compile(r"^([^:：]{2,40}?)\s*[:：]\s*(\S.*)$")
LETTERS, WORDS, DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"[^\W_]"), re.compile(r"\d")
FARTHEST_MARK, OWN_PARTS = 6, 2
"""Parts around a line."""
ENOUGH_SURE = 3
STARS = re.compile(rf"^\W*(?:{'|'.join(words_in('ratings', 'stars'))})(?!\w)[\W_]*", re.IGNORECASE)
"""The word after a rating of so many out of five."""
WIDGET_TAGS = frozenset(("button", "option", "select", "textarea", "label", "summary"))
LINKED = 0.5
FEWEST_LINKS = 3
REPEATED = 3
SOURCE = "visible page"
MOST = {"features": 40, "specs": 60, "reviews": 24, "highlights": 40, "prose": 60}
LONGEST_POINT, LONGEST_LABEL, LONGEST_VALUE, LONGEST_SPEC, LONGEST_REVIEW = 400, 48, 300, 160, 2000
MOST_LABEL_WORDS, FEWEST_REVIEW_WORDS = 5, 3
GOOD = 4.0
FEWEST_COMPARED = 4
"""Cells of a row, its label's among them."""
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SHORTEST_PROSE, FEWEST_SPACES = 40, 2
AFTER_TITLE, NEAR_TITLE, BEFORE_TITLE = 600, 100, 12
"""Lines."""
MOST_OF_PAGE = 0.9


@dataclass
class Selling:
    """What was found; each list in the page's order, each text once."""

    prose: "_Sorted" = field(default_factory=lambda: _Sorted())
    points: "_Sorted" = field(default_factory=lambda: _Sorted())
    specs: dict[str, str] = field(default_factory=dict)
    reviews: dict[str, None] = field(default_factory=dict)
    highlights: dict[str, None] = field(default_factory=dict)


class _Sorted(dict[str, bool]):
    """Texts in the page's order, each with whether it stands where the page describes its product."""

    def add(self, value: str, sure: bool) -> None:
        self[value] = sure or self.get(value, False)

    def best(self) -> list[str]:
        """Return those that surely describe the product; where these are few, all."""
        sure = [value for value, described in self.items() if described]
        return sure if len(sure) >= ENOUGH_SURE else list(self)


def candidates(passages: Passages, title: str) -> Iterator[Candidate]:
    """Yield what sells, field by field."""
    found = read(passages, title)
    lists = (
        ("features", found.points.best()),
        ("reviews", list(found.reviews)),
        ("highlights", list(found.highlights)),
    )
    for name, values in lists:
        if values:
            yield Candidate(name, values[: MOST[name]], SOURCE, 0.65, "lines")
    if found.specs:
        yield Candidate("specs", dict(list(found.specs.items())[: MOST["specs"]]), SOURCE, 0.65, "rows")
    if prose := found.prose.best():
        yield Candidate("prose", prose[: MOST["prose"]], SOURCE, 0.65, "lines")


def read(passages: Passages, title: str) -> Selling:
    """Sort the lines of a page."""
    found = Selling()
    lines = list(_lines(passages))
    counts = Counter(line.text for line in lines)
    rows, wide, name = _rows(lines), _wide_rows(lines), text.squeeze(title)
    stars: float | None = None
    around_title, linked = passages.around_title(), _of_links(passages.lines)
    near = _near(passages, around_title)
    for line in lines:
        value = line.text
        named = len(value) <= 2 * len(title) and text.squeeze(value) in name
        if named or id(line) in wide or (counts[value] >= REPEATED and len(value) < SHORTEST_PROSE):
            continue
        if stated := stated_in(value):
            # A saving counts beside the price alone: see ``stated.candidates``.
            if stated.kind == "recommended":
                found.highlights[value] = None
        elif _in_reviews(line):
            stars = _review(line, stars, found)
        elif id(line) in rows:
            label, content = rows[id(line)]
            if content and content != NO:
                _row(label, without_chrome(content, title), title, found)
        elif LETTERS.search(value) and line.part.tag not in ("th", "dt"):
            sure = _describes(line, around_title)
            if (sure or (sure is not None and id(line) in near)) and not _to_click(line) and id(line) not in linked:
                _line(line, sure, title, found)
    return found


def _line(line: Line, sure: bool, title: str, found: Selling) -> None:
    """Sort a line that is no row of a table and no buyer's."""
    value = line.text
    if is_heading(value) or (0 < line.level < BOLD_LEVEL and topic_of(value)):
        return
    item = BULLET.match(value) or (any(one.tag == "li" for one in _inner(line.part)) and not line.level)
    pair = None if BULLET.match(value) else LABELLED.match(value)
    if pair and len(pair[1].split()) <= MOST_LABEL_WORDS and len(pair[2]) <= LONGEST_SPEC:
        if not is_chrome(value, title):
            _row(pair[1], pair[2], title, found)
    elif item and len(value) <= LONGEST_POINT:
        if value := without_chrome(BULLET.sub("", value), title):
            found.points.add(value, sure)
    elif len(value) >= SHORTEST_PROSE or (SENTENCE_END.search(value) and value.count(" ") >= FEWEST_SPACES):
        if value := without_chrome(value, title):
            found.prose.add(value, sure)
    elif not is_chrome(value, title) and line.level in (0, BOLD_LEVEL):
        found.highlights[value] = None


def _row(label: str, value: str, title: str, found: Selling) -> None:
    key = label_key(label)
    if value and key not in SKU_LABELS and key not in GTIN_LABELS and not is_chrome(label, title):
        found.specs.setdefault(label, value)


def _inner(part: Part, levels: int = 3) -> list[Part]:
    return list(islice(part.around(), levels))


def _in_reviews(line: Line) -> bool:
    return line.topic == "reviews" or line.part.of_reviews


def _review(line: Line, stars: float | None, found: Selling) -> float | None:
    """Keep a line that a buyer wrote who was pleased; return the stars that the buyer gave, as far as is known."""
    value = line.text
    if DIGIT.search(value) and (match := OF_FIVE.search(value)):
        stars = float((match[1] or match[2] or match[3]).replace(",", "."))
        value = STARS.sub("", value[match.end() :]).strip()
    if len(value) > LONGEST_REVIEW or (len(value.split()) < FEWEST_REVIEW_WORDS and not CJK.search(value)):
        return stars
    if (stars is None or stars >= GOOD) and LETTERS.search(value) and (value := without_chrome(value)):
        found.reviews[value] = None
    return stars


def _lines(passages: Passages) -> Iterator[Line]:
    """Yield the lines that may be about the product."""
    at = passages.title_at
    begin = max(0, at - BEFORE_TITLE)
    around_title = passages.around_title()
    for number, line in enumerate(passages.lines[: max(at, 0) + AFTER_TITLE]):
        if line.topic in ("other", "policy", "questions", "company"):
            continue
        if line.part.tag in WIDGET_TAGS or (line.text not in (YES, NO) and not WORDS.search(line.text)):
            continue
        if number < begin and not _describes(line, around_title):
            continue
        if line.linked > LINKED * len(line.text) and not (
            (OF_FIVE.match(line.text) and _in_reviews(line)) or _recommends(line.text)
        ):
            continue
        yield line


def _recommends(value: str) -> bool:
    stated = stated_in(value)
    return stated is not None and stated.kind == "recommended"


def _describes(line: Line, around_title: set[int]) -> bool | None:
    """Tell whether a line stands where the page describes its product, by marks or heading; None: where it rarely does.

    The nearest part that says something counts. One that the title stands in too says nothing of a line deep within it.
    """
    marked = False
    doubtful: Part | None = None
    for depth, part in enumerate(line.part.around()):
        said = meaning(part.marks)
        if said.doubtful or (said.hidden and not said.describes):
            doubtful = part
            break
        if said.describes and depth < FARTHEST_MARK and (depth < OWN_PARTS or id(part) not in around_title):
            marked = True
            break
    if line.topic == "product" and not marked and line.topic_part is not None:
        marked = doubtful is None or any(one is doubtful for one in line.topic_part.around())
    return True if marked else None if doubtful is not None else False


def _near(passages: Passages, around_title: set[int]) -> set[int]:
    """Return the lines near the title that may be about the product though nothing says so.

    What stands before the title, and shares no part of the page with it, is of the page.
    """
    at = max(passages.title_at, 0)
    whole = MOST_OF_PAGE * len(passages.lines)
    return {
        id(line)
        for number, line in enumerate(passages.lines[: at + NEAR_TITLE])
        if number >= at or any(id(one) in around_title and one.lines < whole for one in line.part.around())
    }


def _to_click(line: Line) -> bool:
    """Tell whether a line is hardly more than what is clicked on: an entry of a menu, a tab, a button."""
    return line.anchored > LINKED * len(line.text) and not (
        len(line.text) >= SHORTEST_PROSE and SENTENCE_END.search(line.text)
    )


def _of_links(lines: Sequence[Line]) -> set[int]:
    """Return the lines of lists in which most items lead elsewhere: they name other products, or places of the shop."""
    lists: dict[int, list[Line]] = {}
    for line in lines:
        holder = next((one for one in _inner(line.part, 4) if one.tag in ("ul", "ol")), None)
        if holder is not None and not LABELLED.match(line.text):
            lists.setdefault(id(holder), []).append(line)
    return {
        id(line)
        for held in lists.values()
        if (number := sum(line.linked > 0 for line in held)) >= FEWEST_LINKS and 2 * number >= len(held)
        for line in held
    }


def _wide_rows(lines: Sequence[Line]) -> set[int]:
    """Return the lines in rows of so many cells that they compare products or sizes."""
    cells: dict[int, dict[int, list[Line]]] = {}
    for line in lines:
        cell: Part | None = None
        for one in _inner(line.part, 6):
            if one.tag in ("td", "th"):
                cell = one
            elif one.tag == "tr":
                if cell is not None:
                    cells.setdefault(id(one), {}).setdefault(id(cell), []).append(line)
                break
    return {
        id(line)
        for row in cells.values()
        if len(row) >= FEWEST_COMPARED and not next(iter(row.values()))[0].text.endswith((":", "："))
        for held in row.values()
        for line in held
    }


def _rows(lines: Sequence[Line]) -> dict[int, tuple[str, str | None]]:
    """Return for each line that is a label its label and value, for each that is a value its label and None.

    A row is an element that holds two lines, label and value, beside others of its kind.
    """
    found: dict[int, tuple[str, str | None]] = {}
    holders: dict[int, list[Line]] = {}
    parts: dict[int, Part] = {}
    for line in lines:
        holder = line.part if line.part.lines == 2 else line.part.parent
        if holder is not None and holder.lines == 2:
            holders.setdefault(id(holder), []).append(line)
            parts[id(holder)] = holder
    kinds = Counter((parts[key].tag, parts[key].marks) for key, held in holders.items() if len(held) == 2)
    for key, held in holders.items():
        if len(held) == 2 and (kinds[parts[key].tag, parts[key].marks] >= 2 or parts[key].tag in ("tr", "dl")):
            label, value = held[0].text.rstrip(" :："), held[1].text
            if len(label) <= LONGEST_LABEL and len(value) <= LONGEST_VALUE:
                found[id(held[0])] = (label, value)
                found[id(held[1])] = (label, None)
    for first, second in pairwise(lines):
        if id(first) in found or id(second) in found or len(second.text) > LONGEST_VALUE:
            continue
        named = first.part.tag in ("dt", "th") and second.part.tag in ("dd", "td")
        if (named or first.text.endswith((":", "："))) and len(first.text) <= LONGEST_LABEL:
            found[id(first)] = (first.text.rstrip(" :："), second.text)
            found[id(second)] = (first.text, None)
    return found
