"""Rating and number of reviews on the visible page; the words are those of ``words/ratings.json``."""

import re
from collections.abc import Iterator

from app.extraction.candidates import Candidate
from app.extraction.layout import CLOSE, MAX_SHORT_TEXT, SOURCE, Block, Layout, Text, place_of
from app.extraction.word_patterns import any_of, quick, words_in

RATED = quick(r"rating|review|\bstar|bewertung|avis\b|score|opini|ocena|hodnoc|valora|recens|stelle|etoile|rate\b")
NOT_OF_IT = quick(
    r"testim[oó]n|t[eé]moignage|kundenstimme|depoimento|trustpilot|trusted-?shops|shop-?rating|seller|(?:single|customer)-?review\b|review-?(?:item|card|entry|"
    r"body|author)|comment-(?:body|item|text)|histogram|write-?review|review-?form"
)
"""Class names of parts that rate something else, or are one buyer's."""
IN_BRACKETS = re.compile(r"\(\s*(\d{1,3}(?:[.,\s]\d{3})+|\d{1,4}(?:[.,]\d)?\s?[kK]\+?|\d{1,6}\+?)\s*\)")
COUNTED = re.compile(
    r"(?<![\d.,])(\d{1,4}(?:[.,]\d)?)\s?([kK](?!\w)|[万萬만])|(?<![\d.,])(\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d{1,9})"
)
SHORT_COUNTS = {"k": 1000, "万": 10_000, "萬": 10_000, "만": 10_000}
NUMBER = r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+|\d{1,4}(?:[.,]\d)?\s?(?:[kK](?!\w)|[万萬만])|\d{1,7}"
WIDTH = re.compile(r"width\s*:\s*(\d{1,3}(?:\.\d{1,6})?)\s*%")
RATING_ATTRIBUTES = (
    "data-rating",
    "data-score",
    "data-rate",
    "data-average",
    "data-rating-value",
    "data-star",
    "data-stars",
)
DIGIT = re.compile(r"\d")
LONE = re.compile(r"^[^\w$€£¥₹₽₩₺₫₴]{0,3}([1-5][.,]\d{1,2})[^\w$€£¥₹₽₩₺₫₴]{0,3}$")
LONE_BEFORE = re.compile(r"(?<![\d.,$€£¥₹])([1-5][.,]\d{1,2})(?![\d.,%€$£])\D{0,30}$")
NEAR_TITLE = 3000
MOST_BLOCKS = 60
MOST_BEFORE = 40
"""Characters before the number of reviews in which the rating may stand."""
BESIDE = 3
"""Texts after a lone number in which the number of reviews may stand."""


def _joined(name: str) -> str:
    return "|".join(
        sorted((re.escape(word) if name == "of five" else word for word in words_in("ratings", name)), key=len)[::-1]
    )


OF_FIVE = re.compile(
    rf"(?<![\d.,])([0-5](?:[.,]\d{{1,20}})?)\s*(?:/\s*5|(?:{_joined('of five')}))(?![\d.,]\d|\d)|"
    rf"(?:5つ星のうち|5 yıldız üzerinden|满分 ?5 ?分|5점 만점에)\s*([0-5](?:[.,]\d{{1,2}})?)|"
    rf"(?<!\w)(?:{_joined('of five before')})\W{{1,3}}([0-5][.,]\d{{1,2}})(?!\d)",
    re.IGNORECASE,
)
REVIEWS = re.compile(rf"(?<![\d.,])({NUMBER})\+?\s*(?:{_joined('reviews')})(?!\w)", re.IGNORECASE)
REVIEWS_BEFORE = re.compile(rf"(?<!\w)(?:{_joined('reviews')})\s{{0,3}}(?:[:：]\s{{0,3}}|\()({NUMBER})(?![\d.,])", re.I)
"""``Reviews: 128``, ``Bewertungen (128)``."""
NO_REVIEWS = any_of(words_in("ratings", "none"))


def candidates(layout: Layout) -> Iterator[Candidate]:
    """Yield the rating and the number of reviews near the title, and whether the page says that it has none."""
    near = [one for _, one, distance in layout.near_texts if distance <= CLOSE and len(one.value) <= MAX_SHORT_TEXT]
    if none := next((one for one in near if NO_REVIEWS.search(one.value)), None):
        yield Candidate("unrated", True, SOURCE, 0.6, f"“{none.value[:40]}”")
        return
    rating = reviews = loose = None
    only_drawn = False
    for block in _rated(layout):
        attributes = block.node.attributes
        seen = layout.text_of(block, 200)
        written = _western(" ".join((attributes.get("title") or "", attributes.get("aria-label") or "", seen)))
        if rating and reviews:
            break
        if rating is None and (rating := _stars(written, block)):
            only_drawn = "width" in rating[1] or "data-" in rating[1]
        if match := None if reviews else REVIEWS.search(written) or REVIEWS_BEFORE.search(written):
            reviews = counted(match[1]), place_of(block)
        match = match or (IN_BRACKETS.search(seen) if len(seen) <= MAX_SHORT_TEXT else None)
        if loose is None and match is not None and match.re is IN_BRACKETS:
            loose = counted(match[1]), place_of(block)
        if (rating is None or only_drawn) and match is not None and (lone := _lone_before(written, match)):
            rating, only_drawn = (lone, place_of(block)), False
    if rating is None or reviews is None:
        beside = _beside(layout, near)
        rating = rating or beside[0]
        reviews = reviews or beside[1]
    if only_drawn and not (reviews or loose):
        rating = None  # Stars that nobody gave are decoration.
    if rating and rating[0]:
        yield Candidate("rating", round(rating[0], 3), SOURCE, 0.5, rating[1])
    if reviews or loose:
        count, place = reviews or loose or (0, "")
        if count:
            yield Candidate("review_count", count, SOURCE, 0.5 if reviews else 0.4, place)


def _rated(layout: Layout) -> list[Block]:
    """Return the blocks near the title that are called ratings or reviews, the nearest first."""
    return [
        block
        for block in layout.called(RATED, NEAR_TITLE)
        if not any(one.marks and NOT_OF_IT.search(one.marks) for one in block.around(5))
    ][:MOST_BLOCKS]


def _lone_before(written: str, match: re.Match[str]) -> float | None:
    """Return the number of one to five, with decimals, that stands before the number of reviews."""
    lone = LONE_BEFORE.search(written[max(0, match.start() - MOST_BEFORE) : match.start()])
    value = float(lone[1].replace(",", ".")) if lone else 0.0
    return value if 1 <= value <= 5 else None


def _western(written: str) -> str:
    """Return a text with its digits, and the decimal sign of Arabic script, as Europe writes them."""
    if written.isascii():
        return written
    return "".join(str(int(one)) if one.isdecimal() else one for one in written).replace("\u066b", ".")


Found = tuple[float, str] | None


def _beside(layout: Layout, near: list[Text]) -> tuple[Found, tuple[int | None, str] | None]:
    """Return rating and number of reviews of texts that no class name marks: ``4.7`` and ``128 reviews`` beside it."""
    rating: Found = None
    reviews = None
    for place, one in enumerate(near):
        if not DIGIT.search(one.value) or layout.in_card(one.block):
            continue
        if match := REVIEWS_BEFORE.fullmatch(one.value.strip(" .")):
            reviews = reviews or (counted(match[1]), place_of(one.block))
        if (match := REVIEWS.search(one.value)) and len(one.value) <= MOST_BEFORE:
            said = one.value[: match.start()]
            if (of := OF_FIVE.search(said)) or LONE_BEFORE.search(said):
                value = (
                    float((of[1] or of[2] or of[3]).replace(",", ".")) if of else _lone_before(one.value, match) or 0
                )
                if 1 <= value <= 5:
                    return rating or (value, place_of(one.block)), reviews or (counted(match[1]), place_of(one.block))
        if match := OF_FIVE.fullmatch(one.value.strip(" .")):
            value = float((match[1] or match[2] or match[3]).replace(",", "."))
            rating = rating or (value, place_of(one.block))
            counts = (
                REVIEWS.fullmatch(next_.value.strip(" .()")) or IN_BRACKETS.fullmatch(next_.value)
                for next_ in near[place + 1 : place + 1 + BESIDE]
            )
            if reviews is None and (count := next(filter(None, counts), None)):
                reviews = counted(count[1]), place_of(one.block)
        if not (lone := LONE.match(one.value)):
            continue
        for following in near[place + 1 : place + 1 + BESIDE]:
            count = REVIEWS.search(following.value) or IN_BRACKETS.fullmatch(following.value)
            if count and (value := float(lone[1].replace(",", "."))) <= 5:
                return rating or (value, place_of(one.block)), reviews or (counted(count[1]), place_of(following.block))
    return rating, reviews


def counted(written: str) -> int | None:
    """Return the whole number in a text, also written short (``1.2k``, ``3万+``)."""
    match = COUNTED.search(written)
    if match is None:
        return None
    if match[2]:
        return round(float(match[1].replace(",", ".")) * SHORT_COUNTS[match[2].casefold()])
    return int(re.sub(r"\D", "", match[3]))


def _stars(written: str, block: Block) -> tuple[float, str] | None:
    """Return the rating out of five in a text, an attribute, or the share of the stars that are filled."""
    if match := OF_FIVE.search(written):
        value = float((match[1] or match[2] or match[3]).replace(",", "."))
        return (value, place_of(block)) if value <= 5 else None
    attributes = block.node.attributes
    for name in RATING_ATTRIBUTES:
        value_text = (attributes.get(name) or "").replace(",", ".")
        if re.fullmatch(r"[0-5](\.\d{1,10})?", value_text) and float(value_text):
            return float(value_text), f"{place_of(block)} {name}"
    if match := WIDTH.search(attributes.get("style") or ""):
        share = float(match[1])
        if 0 < share <= 100 and re.search(r"star|rating", block.marks + (block.parent.marks if block.parent else "")):
            return share / 20, f"{place_of(block)} width"
    return None
