"""What the visible page says of the stock: texts, class names and buttons near the title."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from app.extraction import stock
from app.extraction.candidates import Candidate
from app.extraction.layout import CLOSE, HEADINGS, MAX_SHORT_TEXT, SOURCE, VARIANT_TAGS, Block, Layout, place_of
from app.extraction.passages import topic_of


def candidates(layout: Layout, priced: bool) -> Iterator[Candidate]:
    """Yield what the texts, class names and buttons near the title say of the stock."""
    said = _said(layout)
    buttons = bool(layout.buttons)
    if said:
        distance, state, place, strength = said[0]
        agrees = (state == "InStock") == buttons
        confidence = (0.75 if agrees else 0.5) * strength + (0.12 if distance <= CLOSE and agrees else 0.0)
        yield Candidate("availability", state, SOURCE, round(confidence, 3), place)
        if state == "OutOfStock":
            # It stands where the price and the button would be.
            yield Candidate("sold_out", True, SOURCE, confidence, place)
    if buttons:
        yield Candidate("availability", "InStock", "buy button", 0.55, place_of(layout.buttons[0]))
    elif notify := next((one for _, one, _ in layout.near_texts if stock.is_notify_label(one.value)), None):
        yield Candidate("availability", "OutOfStock", "notify button", 0.6, f"“{notify.value[:40]}”")
    elif priced and not layout.dead_buttons and not said:
        yield Candidate("availability", "InStock", "price shown", 0.4)


VARIANT_MARKS = re.compile(
    r"swatch|variant-?(?:item|option|button)|size-?(?:item|option|button|select|box|list)|sku-?item"
)


def _said(layout: Layout) -> list[tuple[int, stock.Availability, str, float]]:
    """Return the states near the title or the button with place and strength, the nearest first."""
    spoken: list[tuple[Block, int, stock.Availability, str, float]] = []
    heads = _Heads(layout)
    for index, one, distance in layout.near_texts:
        if len(one.value) > MAX_SHORT_TEXT:
            continue
        state = stock.from_text(one.value)
        strength = 1.0
        if (
            state == "OutOfStock"
            and stock.OTHER_SUBJECT.search(one.value.casefold())
            and not stock.CANNOT_BUY.search(one.value.casefold())
        ):
            continue
        if state is None and one.block.marks:
            state, strength = stock.from_marks(one.block.marks), 0.8
        if (
            state is not None
            and not _of_variant(one.block)
            and not layout.in_card(one.block)
            and not heads.elsewhere(index)
        ):
            spoken.append((one.block, distance, state, f"{place_of(one.block)} “{one.value[:40]}”", strength))
    listed = layout.repeated([block for block, *_ in spoken])
    found = [(distance, state, place, strength) for block, distance, state, place, strength in spoken
             if id(block) not in listed]  # fmt: skip
    return sorted(found, key=lambda one: one[0])


class _Heads:
    """The headings behind the title that announce other products, or places where it is sold."""

    def __init__(self, layout: Layout) -> None:
        title = layout.title
        behind = [one for one in layout.blocks if one.tag in HEADINGS and title and one.first >= title.last]
        self._places = [one.first for one in behind]
        self._elsewhere = [_of_elsewhere(layout.text_of(one, MAX_SHORT_TEXT).casefold()) for one in behind]

    def elsewhere(self, index: int) -> bool:
        """Whether the text of that index stands under such a heading: it is the nearest above."""
        place = bisect_right(self._places, index) - 1
        return place >= 0 and self._elsewhere[place]


def _of_elsewhere(heading: str) -> bool:
    return topic_of(heading) == "other" or stock.BRANCH.search(heading) is not None


def _of_variant(block: Block) -> bool:
    """Whether the text speaks of one size or colour alone."""
    return any(one.tag in VARIANT_TAGS or VARIANT_MARKS.search(one.marks) for one in block.around(2))
