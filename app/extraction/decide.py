"""Weigh the candidates of all sources, field by field, into one product."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from app.errors import InvalidInput
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.details import HOME
from app.extraction.text import squeeze
from app.models import Evidence, Product

TOGETHER = "images"
"""The one field whose candidates complete each other; of every other field, one value wins."""
FIELDS = tuple(name for name in Product.model_fields if name not in ("url", "evidence", TOGETHER))
SIGNALS = ("is_product", "price", "can_buy", "sold_out")
MAX_IMAGES = 30
LIMITS = {"title": 500, "description": 5000, "brand": 200, "sku": 100, "shop": 200}
SIZE_PARAMETERS = re.compile(r"(?:^|&)(?:w|h|width|height|size|sw|sh|q|quality|imwidth|wid|hei|fit|v)=[^&]*")
SIZE_IN_NAME = re.compile(r"[-_](?:\d{2,4}x\d{0,4}|x\d{2,4}|thumb|small|medium|large|grande)(?=\.\w+$)")
SAME_SOURCE_BONUS = 2.0


def product(candidates: Iterable[Candidate], url: str | None) -> Product:
    """Return the product that ``candidates`` describe, with the evidence for each field.

    A page shows a product if it has a title and at least one of: product markup, a price, a button that buys, a note
    in their place that it is sold out. An article needs product markup, or two of the others.

    Raises:
        InvalidInput: the page shows none; the message says what is missing.
    """
    by_field: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        limit = LIMITS.get(candidate.field)
        value = candidate.value[:limit].strip() if limit and isinstance(candidate.value, str) else candidate.value
        if value or value == 0:
            by_field[candidate.field].append(Candidate(candidate.field, value, candidate.source, candidate.confidence))
    _check(by_field)
    chosen = {field: _best(by_field[field]) for field in FIELDS if by_field[field]}
    if "currency" in chosen and "price" in chosen:
        chosen["currency"] = _best(by_field["currency"], prefer=chosen["price"].source)
    if "price" not in chosen:
        chosen.pop("list_price", None)
    elif "list_price" in chosen and not _above(chosen["list_price"].value, chosen["price"].value):
        del chosen["list_price"]
    values: dict[str, Any] = {field: candidate.value for field, candidate in chosen.items()}
    if "categories" in values:
        values["categories"] = _trail(values["categories"], values["title"])
    evidence = {
        field: Evidence(source=candidate.source, confidence=round(min(candidate.confidence, 1.0), 3))
        for field, candidate in chosen.items()
        if values[field]
    }
    pictures = sorted(by_field[TOGETHER], key=lambda candidate: -candidate.confidence)
    if pictures:
        values[TOGETHER] = _unique([link for candidate in pictures for link in _texts(candidate.value)])[:MAX_IMAGES]
        evidence[TOGETHER] = Evidence(source=pictures[0].source, confidence=round(pictures[0].confidence, 3))
    return Product(url=url, evidence=evidence, **values)


def _check(by_field: dict[str, list[Candidate]]) -> None:
    if not by_field["title"]:
        raise InvalidInput("no product found on this page: it has no title")
    signals = [signal for signal in SIGNALS if by_field[signal]]
    if not signals:
        raise InvalidInput("no product found on this page: it has no product markup, no price and no button to buy")
    if by_field["is_article"] and signals[0] != "is_product" and len(signals) < 2:
        raise InvalidInput("no product found on this page: it is an article")


def _key(value: FieldValue) -> object:
    """Return what equal values share however they are written."""
    if isinstance(value, str):
        return squeeze(value) or value
    if isinstance(value, list):
        return tuple(map(squeeze, value))
    return tuple(value.items()) if isinstance(value, dict) else value


def _best(candidates: list[Candidate], prefer: str | None = None) -> Candidate:
    """Return the value with the most belief behind it, said by its strongest source.

    Sources that agree count as independent witnesses: together they are wrong only if each is (1 - product of 1 - c).
    """
    doubt: dict[object, float] = defaultdict(lambda: 1.0)
    strongest: dict[object, Candidate] = {}
    heard: set[tuple[object, str]] = set()
    bonus: dict[object, float] = defaultdict(float)
    for candidate in candidates:
        key = _key(candidate.value)
        if (key, candidate.source) not in heard:
            heard.add((key, candidate.source))
            doubt[key] *= 1 - candidate.confidence
        if key not in strongest or candidate.confidence > strongest[key].confidence:
            strongest[key] = candidate
        if candidate.source == prefer:
            bonus[key] = SAME_SOURCE_BONUS
    best = max(strongest, key=lambda key: 1 - doubt[key] + bonus[key])
    winner = strongest[best]
    return Candidate(winner.field, winner.value, winner.source, 1 - doubt[best])


def _above(former: FieldValue, price: FieldValue) -> bool:
    return float(str(former)) > float(str(price))


def _trail(names: list[str], title: str) -> list[str]:
    """Return a breadcrumb trail without the shop's front page and the product itself."""
    kept = [name for name in dict.fromkeys(names) if name.casefold() not in HOME and name.strip(" /›»>")]
    return kept[:-1] if kept and squeeze(kept[-1]) == squeeze(title) else kept


def _texts(value: FieldValue) -> list[str]:
    return value if isinstance(value, list) else []


def _unique(links: list[str]) -> list[str]:
    """Return ``links`` without those that show the same picture in another size."""
    kept: dict[str, str] = {}
    for link in links:
        parts = urlsplit(link)
        query = SIZE_PARAMETERS.sub("", parts.query)
        kept.setdefault(f"{parts.netloc}{SIZE_IN_NAME.sub('', parts.path)}?{query}", link)
    return list(kept.values())
