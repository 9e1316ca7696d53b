"""Weigh the candidates of all sources, field by field, into one product.

Sources that agree count as independent witnesses: together they are wrong only if each is, so the belief in a value is
1 - (1 - c1)(1 - c2)…,
    c being each source's own confidence. The value with the most belief wins; with too little, the field stays
empty: an unknown is better than a guess.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.errors import InvalidInput
from app.extraction.candidates import Candidate, FieldValue
from app.extraction.former import LEAST, MOST, fits
from app.extraction.labels import HOME
from app.extraction.layout import SOURCE
from app.extraction.pictures import unique
from app.extraction.results import Judged
from app.extraction.terms import TERMS
from app.extraction.text import squeeze
from app.models import Evidence, Product

TOGETHER = "images"
"""The one field whose candidates complete each other; of every other field, one value wins."""
GATHERED = ("features", "reviews", "highlights", "specs")
"""Fields of which no source has all: what each has is put together, the surest first."""
PROSE = "prose"
"""What stands in paragraphs on the page; it follows what the markup says in the description."""
OPTIONS = "options"
"""Of a label that several sources give, the surest one's values stay."""
FIELDS = tuple(
    name for name in Product.model_fields if name not in ("url", "evidence", TOGETHER, OPTIONS, *GATHERED, *TERMS)
)
SIGNALS = ("is_product", "price", "can_buy", "sold_out", "asks_price")
MAX_IMAGES = 30
MOST_GATHERED = 60
LIMITS = {"title": 500, "description": 5000, "brand": 200, "sku": 100, "shop": 200}
ENOUGH = {"price": 0.4, "list_price": 0.4, "sku": 0.2}
"""Belief from which a field is answered; ``ENOUGH_ELSE`` for the others."""
ENOUGH_ELSE = 0.3
MAX_KEY = 300
"""Characters by which two long texts are compared."""
COPIED = frozenset(("title",))
"""Fields that a shop fills once for all of its markup."""
MARKUP = frozenset(("json-ld", "microdata", "rdfa", "opengraph", "title tag"))
"""Sources that are one witness of such a field: they copy one text, often one for search engines."""
SAME_SOURCE_BONUS = 2.0
SURE = 0.5
PREFIX_SHARE = 0.5
MIN_PREFIX = 8


@dataclass(frozen=True)
class Verdict:
    """A product with the ballots that decided it."""

    product: Product
    ballots: "dict[str, _Ballot]"
    chosen: dict[str, Candidate]
    why: dict[str, str]
    pictures: list[Candidate]

    def fields(self) -> dict[str, list[Judged]]:
        """Return every candidate that was weighed, by field, the winners first."""
        found = {
            field: ballot.judged(field, self.chosen.get(field), self.why.get(field))
            for field, ballot in self.ballots.items()
        }
        if self.pictures:
            found[TOGETHER] = [Judged(one, one.confidence, True, "pictures add up") for one in self.pictures]
        return found


def product(candidates: Iterable[Candidate], url: str | None) -> Product:
    """Return the product that ``candidates`` describe, with the evidence for each field.

    Raises as ``judge``.
    """
    return judge(candidates, url).product


def judge(
    candidates: Iterable[Candidate], url: str | None, formers: Mapping[Decimal, Decimal | None] | None = None
) -> Verdict:
    """Return the product that ``candidates`` describe and what became of each of them.

    ``formers``: each price that the page shows with the former price beside it, so that none of another variant or
    bundle is taken.

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
            by_field[candidate.field].append(
                candidate if value is candidate.value else
                Candidate(candidate.field, value, candidate.source, candidate.confidence, candidate.place)
            )  # fmt: skip
    _check(by_field)
    ballots = {field: _weigh(by_field[field]) for field in FIELDS if by_field[field]}
    chosen = {field: ballot.winner for field, ballot in ballots.items() if ballot.enough(field)}
    if "currency" in chosen and "price" in chosen:
        ballots["currency"] = _weigh(by_field["currency"], prefer=chosen["price"].source)
        chosen["currency"] = ballots["currency"].winner
    why: dict[str, str] = {}
    if "price" not in chosen:
        if chosen.pop("list_price", None):
            why["list_price"] = "no price to compare with"
        if chosen.pop("currency", None):
            why["currency"] = "no price"
    elif "list_price" in ballots:
        why |= _settle_former(by_field["list_price"], ballots, chosen, formers or {})
    values: dict[str, Any] = {field: candidate.value for field, candidate in chosen.items()}
    if "categories" in values:
        values["categories"] = _trail(values["categories"], values["title"])
    evidence = {
        field: Evidence(source=candidate.source, confidence=round(min(candidate.confidence, 1.0), 3))
        for field, candidate in chosen.items()
        if values[field]
    }
    for field in GATHERED:
        if by_field[field]:
            ranked = sorted(by_field[field], key=lambda candidate: -candidate.confidence)
            values[field] = _gathered(ranked)
            evidence[field] = Evidence(source=ranked[0].source, confidence=round(ranked[0].confidence, 3))
    if by_field[OPTIONS]:
        ranked = sorted(by_field[OPTIONS], key=lambda candidate: -candidate.confidence)
        values[OPTIONS] = _choices(ranked)
        evidence[OPTIONS] = Evidence(source=ranked[0].source, confidence=round(ranked[0].confidence, 3))
    if by_field[PROSE]:
        values["description"] = _description(values.get("description"), by_field[PROSE][0])
        evidence.setdefault("description", Evidence(source=by_field[PROSE][0].source, confidence=0.65))
    pictures = sorted(by_field[TOGETHER], key=lambda candidate: -candidate.confidence)
    if pictures:
        values[TOGETHER] = unique([link for candidate in pictures for link in _texts(candidate.value)])[:MAX_IMAGES]
        evidence[TOGETHER] = Evidence(source=pictures[0].source, confidence=round(pictures[0].confidence, 3))
    return Verdict(Product(url=url, evidence=evidence, **values), ballots, chosen, why, pictures)


def _check(by_field: dict[str, list[Candidate]]) -> None:
    if not by_field["title"]:
        raise InvalidInput("no product found on this page: it has no title")
    signals = [signal for signal in SIGNALS if by_field[signal]]
    if not signals:
        raise InvalidInput("no product found on this page: it has no product markup, no price and no button to buy")
    if by_field["is_article"] and signals[0] != "is_product" and len(signals) < 2:
        raise InvalidInput("no product found on this page: it is an article")


@dataclass(frozen=True)
class _Ballot:
    """The candidates of one field with the belief in each value."""

    candidates: list[Candidate]
    belief: dict[object, float]
    winner: Candidate
    """The strongest source of the value that won, with the belief in that value as its confidence."""

    def enough(self, field: str) -> bool:
        return self.winner.confidence >= ENOUGH.get(field, ENOUGH_ELSE)

    def judged(self, field: str, chosen: Candidate | None, why: str | None) -> list[Judged]:
        """Return all candidates with why they won or lost, the winners first."""
        won = _key(chosen.value) if chosen is not None else None
        found = []
        for candidate in self.candidates:
            key = _key(candidate.value)
            if chosen is not None and key == won:
                reason = "won" if candidate.source == chosen.source else "agrees"
            elif chosen is not None:
                reason = f"less belief than {self.belief[won]:.0%}"
            else:
                reason = why or f"below {ENOUGH.get(field, ENOUGH_ELSE):.0%}: left empty"
            found.append(Judged(candidate, self.belief[key], chosen is not None and key == won, reason))
        return sorted(found, key=lambda one: (not one.won, -one.belief, -one.candidate.confidence))


_squeezed = lru_cache(maxsize=4096)(squeeze)


def _key(value: FieldValue) -> object:
    """Return what equal values share however they are written."""
    if isinstance(value, str):
        return _squeezed(value[:MAX_KEY]) or value
    if isinstance(value, list):
        return tuple(map(squeeze, value))
    return tuple(value.items()) if isinstance(value, dict) else value


def _weigh(candidates: list[Candidate], prefer: str | None = None) -> _Ballot:
    doubt: dict[object, float] = defaultdict(lambda: 1.0)
    strongest: dict[object, Candidate] = {}
    heard: dict[tuple[object, str], float] = {}
    bonus: dict[object, float] = defaultdict(float)
    copied = candidates[0].field in COPIED
    for candidate in candidates:
        key = _key(candidate.value)
        witness = "markup" if copied and candidate.source in MARKUP else candidate.source
        heard[key, witness] = max(candidate.confidence, heard.get((key, witness), 0.0))
        if key not in strongest or candidate.confidence > strongest[key].confidence:
            strongest[key] = candidate
        if candidate.source == prefer and candidate.confidence >= SURE:
            bonus[key] = SAME_SOURCE_BONUS
    for (key, _), confidence in heard.items():
        doubt[key] *= 1 - min(confidence, 0.995)
    if candidates[0].field == "title":
        _support_by_longer(doubt, strongest)
    best = max(strongest, key=lambda key: 1 - doubt[key] + bonus[key])
    winner = strongest[best]
    belief = {key: 1 - value for key, value in doubt.items()}
    return _Ballot(candidates, belief, Candidate(winner.field, winner.value, winner.source, belief[best], winner.place))


def _support_by_longer(doubt: dict[object, float], strongest: dict[object, Candidate]) -> None:
    """Let a heading that begins a longer title (with shop, city or category behind it) count as said there too."""
    known = {key: 1 - value for key, value in doubt.items()}
    for key in known:
        for longer, belief in known.items():
            if (
                strongest[key].source.endswith(" page")
                and key != longer
                and isinstance(key, str)
                and isinstance(longer, str)
                and len(key) >= MIN_PREFIX
                and longer.startswith(key)
            ):
                doubt[key] *= 1 - PREFIX_SHARE * min(belief, 0.9)


def _settle_former(
    candidates: list[Candidate],
    ballots: "dict[str, _Ballot]",
    chosen: dict[str, Candidate],
    formers: Mapping[Decimal, Decimal | None],
) -> dict[str, str]:
    """Choose the former price among those that may be the chosen price's; return why, if there is none."""
    price = Decimal(str(chosen["price"].value))
    chosen.pop("list_price", None)
    above = [one for one in candidates if fits(Decimal(str(one.value)), price)]
    if not above:
        return {"list_price": f"not {LEAST} to {MOST} times the price"}
    own = formers.get(price) if price in formers else None
    beside = [one for one in above if one.source != SOURCE or price not in formers or Decimal(str(one.value)) == own]
    if not beside:
        return {"list_price": "beside another price"}
    ballot = _weigh(beside)
    if ballot.enough("list_price"):
        chosen["list_price"] = ballot.winner
    return {}


def _trail(names: list[str], title: str) -> list[str]:
    """Return a breadcrumb trail without the shop's front page and the product itself."""
    kept = [name for name in dict.fromkeys(names) if name.casefold() not in HOME and name.strip(" /›»>")]
    return kept[:-1] if kept and squeeze(kept[-1]) == squeeze(title) else kept


def _gathered(ranked: list[Candidate]) -> list[str] | dict[str, str]:
    """Return what all sources have, each text or label once."""
    if isinstance(ranked[0].value, dict):
        rows: dict[str, tuple[str, str]] = {}
        for candidate in ranked:
            for label, value in candidate.value.items() if isinstance(candidate.value, dict) else ():
                if isinstance(value, str):
                    rows.setdefault(squeeze(label), (label, value))
        return dict(list(rows.values())[:MOST_GATHERED])
    texts: dict[str, str] = {}
    for candidate in ranked:
        for one in _texts(candidate.value):
            texts.setdefault(squeeze(one[:MAX_KEY]), one)
    return list(texts.values())[:MOST_GATHERED]


def _choices(ranked: list[Candidate]) -> dict[str, list[str]]:
    """Return what can be chosen, each label once."""
    found: dict[str, tuple[str, list[str]]] = {}
    for candidate in ranked:
        for label, values in candidate.value.items() if isinstance(candidate.value, dict) else ():
            if isinstance(values, list):
                found.setdefault(squeeze(label), (label, values))
    return dict(found.values())


def _description(said: str | None, prose: Candidate) -> str:
    """Return a description in paragraphs: what the markup says, then what of the page's prose it lacks."""
    parts = [said] if said else []
    known = squeeze(said or "")
    for one in _texts(prose.value):
        key = squeeze(one)
        if key and key not in known:
            parts.append(one)
            known += key
    return "\n".join(parts)[: LIMITS["description"]]


def _texts(value: FieldValue) -> list[str]:
    return value if isinstance(value, list) else []
