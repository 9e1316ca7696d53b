"""What a buyer may choose, and between what: lists to open, round buttons, tiles with a name or a picture each."""

import re
from collections.abc import Iterator
from functools import cache

from selectolax.lexbor import LexborNode

from app.extraction import text
from app.extraction.candidates import Candidate
from app.extraction.document import Document
from app.extraction.marks import marks_of
from app.extraction.passages import Passages, is_chrome
from app.extraction.rating import OF_FIVE
from app.extraction.word_patterns import word_table

SOURCE = "visible page"
CHOICES = "option, [role='radio'], [role='option'], input[type='radio'], li, button, a, label"
NAMED_BY = ("aria-label", "data-name", "data-color-name", "data-value", "title", "alt", "data-title")
FITTING = {
    "size": re.compile(r"\d|^(?:X{0,4}[SML]|XX?L|one size)\b", re.IGNORECASE),
    "colour": re.compile(r"^\D{3,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"),
}
"""What most values of a kind are like."""
MARKED = {"colour": re.compile(r"colou?r|farb|couleur"), "size": re.compile(r"size|taille|talla|gr(?:oe|ö)(?:ss|ß)e")}
QUANTITY = re.compile(
    r"quantit|qty|menge|anzahl|amount|count|cantidad|quantità|quantidade|sort|country|lang|currency|ship|store|rating|review"
)
NOT_CHOSEN = re.compile(
    r"size-?(?:guide|chart|table|help|advice)|image-?size|font-?size|full-?size|resize|collapse|sidebar|review"
)
NUMBER = re.compile(r"\d{1,2}")
PRICE = re.compile(
    r"[(\[+–-]{0,3} ?(?:[£€$₽₹¥₩₪]\s?\d|(?<![\d.,])\d[\d.,]{0,11}\s?(?:[£€$₽₹₩₪]|EUR|USD|zł|kč|kr\b)).*", re.IGNORECASE
)
COUNT = re.compile(r"(?<!\d)\d{1,4} (?:options?|optionen|opciones|opzioni|opções)\b.*", re.IGNORECASE)
LETTER_OR_DIGIT = re.compile(r"[^\W_]")
PLACEHOLDER = re.compile(r"^[-–—.\s]*$|[?？]$|^[-–—]|[-–—…]$")
LABEL_END = re.compile(r" ?[:：].*")
MOST_CHOICES, MOST_OPTIONS, MOST_TEXT = 80, 6, 900
BEFORE_TITLE, AFTER_TITLE = 30, 150
"""Lines."""
FEWEST, LONGEST, LONGEST_LABEL = 2, 40, 30


@cache
def _names() -> dict[str, re.Pattern[str]]:
    return {
        kind: re.compile(rf"(?<!\w)(?:{'|'.join(word for words in languages.values() for word in words)})(?!\w)", re.I)
        for kind, languages in word_table("options").items()
    }


@cache
def _plain_names() -> dict[str, dict[str, str]]:
    """Return what each kind is called in each language: the first of its words."""
    table = word_table("options")
    return {kind: {language: words[0] for language, words in languages.items()} for kind, languages in table.items()}


def candidates(document: Document, passages: Passages) -> Iterator[Candidate]:
    """Yield the options of the product, in the page's order: label -> at least two values."""
    found: dict[str, tuple[str, list[str]]] = {}
    at = max(passages.title_at, 0)
    for place, node in passages.choices:
        if len(found) >= MOST_OPTIONS or place > at + AFTER_TITLE:
            break
        if place < at - BEFORE_TITLE:
            continue
        group = _read(node, document)
        if group is not None:
            kind, label, values = group
            found.setdefault(kind, (label, values))
    if found:
        yield Candidate("options", dict(found.values()), SOURCE, 0.6, "choices")


def _read(node: LexborNode, document: Document) -> tuple[str, str, list[str]] | None:
    """Return kind, label and values of what is chosen in an element; None: nothing of the product is."""
    attributes = node.attributes
    own = f"{marks_of(attributes)} {attributes.get('name') or ''} {attributes.get('aria-label') or ''}".lower()
    if QUANTITY.search(own) or NOT_CHOSEN.search(own):
        return None
    values = _values(node)
    if not len(values) >= FEWEST or _counts_up(values):
        return None
    label = _label(node, document)
    kind = next((kind for kind, names in _names().items() if names.search(label)), "") if label else ""
    if not kind:
        kind = next((kind for kind, marks in MARKED.items() if marks.search(own)), "")
        language = (document.language or "en")[:2]
        label = _plain_names().get(kind, {}).get(language, "").capitalize() if kind else ""
    if (
        not kind
        or not label
        or (kind in FITTING and sum(map(bool, map(FITTING[kind].search, values))) <= len(values) / 2)
    ):
        return None
    return (kind if kind != "amount" else text.squeeze(label)), label[:1].upper() + label[1:], values


def _values(node: LexborNode) -> list[str]:
    found: dict[str, str] = {}
    if node.tag != "select" and len(text.clean(node.text(separator=" ")[: 2 * MOST_TEXT])) > MOST_TEXT:
        return []
    for choice in node.css(CHOICES)[:MOST_CHOICES]:
        if choice.tag in ("li", "label", "a") and any(
            one.mem_id != choice.mem_id for one in choice.css("li, select, option")
        ):
            continue
        value = _value(choice)
        if value:
            found.setdefault(text.squeeze(value), value)
    return list(found.values())


def _value(choice: LexborNode) -> str:
    """Return what a choice is called, without its price; empty where it is none."""
    attributes = choice.attributes
    if choice.tag == "option" and (
        ("disabled" in attributes and not attributes.get("value")) or attributes.get("value") == ""
    ):
        return ""
    written = text.clean(choice.text(separator=" ")[:200])
    if choice.tag == "input":
        written = attributes.get("aria-label") or attributes.get("data-name") or ""
    if not written or len(written) > LONGEST:
        picture = choice.css_first("img[alt], [title], [aria-label]")
        more = picture.attributes if picture is not None else {}
        written = next((one for held in (attributes, more) for name in NAMED_BY if (one := held.get(name))), "")
    value = text.clean(PRICE.sub("", COUNT.sub("", text.clean(written)))).strip(" *:")
    if (
        not value
        or len(value) > LONGEST
        or "{" in value
        or OF_FIVE.search(value)
        or PLACEHOLDER.search(value)
        or is_chrome(value)
        or len(value.split()) > 6
    ):
        return ""
    if not LETTER_OR_DIGIT.search(value) or _names()["size"].search(value):
        return ""  # "Size guide"
    return "" if any(names.fullmatch(value) for names in _names().values()) else value


def _counts_up(values: list[str]) -> bool:
    """Tell whether the values are just 1, 2, 3 …, as a list of quantities is."""
    return [one for one in values if NUMBER.fullmatch(one)] == [str(n + 1) for n in range(len(values))]


def _label(node: LexborNode, document: Document) -> str:
    """Return what the choice is called: its label, its legend, or the words before it."""
    attributes = node.attributes
    written = attributes.get("aria-label") or ""
    if not written and (key := attributes.get("id")) and '"' not in key and "\\" not in key:
        label = document.tree.css_first(f'label[for="{key}"]')
        written = label.text(separator=" ")[:200] if label is not None else ""
    if not written:
        legend = node.css_first("legend")
        written = legend.text(separator=" ")[:200] if legend is not None else ""
    if not written:
        written = _before(node)
    value = LABEL_END.sub("", text.clean(written))
    for names in _names().values():
        match = names.search(value)
        if match is not None:
            return match[0]
    return value if 1 < len(value) <= LONGEST_LABEL and not is_chrome(value) else ""


def _before(node: LexborNode) -> str:
    """Return the text that stands right before an element, at most two elements further out."""
    one: LexborNode | None = node
    for _ in range(3):
        if one is None:
            return ""
        before = one.prev
        while before is not None:
            value = text.clean(
                (before.text(separator=" ") if before.tag != "-text" else before.text_content or "")[:200]
            )
            if value:
                return value if len(value) <= 2 * LONGEST_LABEL else ""
            before = before.prev
        one = one.parent
    return ""
