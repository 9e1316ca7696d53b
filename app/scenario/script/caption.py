"""What stands beside and under a video: its title, its description, its hashtags."""

from __future__ import annotations

import unicodedata

from app.analysis.tables import makes_claim
from app.analysis.text import key_phrases
from app.analysis.words import clean
from app.scenario.bank.bank import facts_of
from app.scenario.checks.content import is_foreign
from app.scenario.script.brief import Brief
from app.scenario.script.draft import TOLD_BUYERS, TOLD_RATING, Draft
from app.scenario.texts import MACHINE
from app.scenario.wording import shorten

LONGEST_TITLE, LONGEST_URL, LONGEST_DESCRIPTION = 100, 500, 2000
SENTENCES = 2
"""Sentences of the page that the description begins with ..."""
FEWEST_WORDS = 4
"""... each of so many words at least."""
MOST_HASHTAGS, LONGEST_TAG = 8, 40
TAG_CATEGORIES = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd")


def title_of(brief: Brief, hook: Draft) -> str:
    """Return the opening and the product; the product alone where both are too long or the opening is its name."""
    title, opening = clean(brief.product.title), hook.screen.rstrip(".…")
    joint = " " if opening.endswith(("?", "!")) else " – "
    both = f"{opening}{joint}{title}"
    if hook.layout == "hero" and len(both) <= LONGEST_TITLE and opening.casefold() not in title.casefold():
        return both
    return shorten(title, LONGEST_TITLE) or "…"


def description_of(brief: Brief) -> str:
    """Return the first whole sentences of the page's description, the price, the rating, the address."""
    product = brief.product
    lines = [" ".join(_sentences(brief)) if brief.own_words else ""]
    colon = brief.language.colon if brief.language else ": "
    lines.append(colon.join(text for text in (brief.shown_name, brief.price) if text))
    if brief.rating and brief.rating >= TOLD_RATING and brief.buyers >= TOLD_BUYERS:
        lines.append(brief.stars_line)
    if product.url and product.url.startswith(("https://", "http://")) and len(product.url) <= LONGEST_URL:
        lines.append(product.url)
    return shorten("\n".join(line for line in lines if line), LONGEST_DESCRIPTION)


def _sentences(brief: Brief) -> list[str]:
    """Return the first sentences of the page that a seller need not prove, in its order."""
    told = [
        fact
        for fact in facts_of(brief.product)
        if fact.source.startswith("description[") and fact.text.rstrip().endswith((".", "!", "。"))
    ]
    told.sort(key=lambda fact: int(fact.source[len("description[") : -1]))
    texts = [
        fact.text
        for fact in told
        if len(fact.text.split()) >= FEWEST_WORDS
        and not makes_claim(fact.text, brief.code)
        and not MACHINE.search(fact.text)
        and not is_foreign(fact.text, brief.code)
    ]
    return texts[:SENTENCES]


def hashtags_of(brief: Brief) -> list[str]:
    """Return tags from the brand, the kind, and in the page's language from its categories (the narrowest first)."""
    product = brief.product
    kind = brief.name.kind if brief.name else None
    sources = [brief.brand, kind.noun if kind else ""]
    if brief.own_words:
        # A single word of the title ("mug", "ml") is too common for a tag.
        found = [phrase for phrase in key_phrases(product.title, brief.code) if " " in phrase]
        sources += [*reversed(product.categories), *found]
    tags: dict[str, str] = {}
    for source in sources:
        parts = "".join(c if unicodedata.category(c) in TAG_CATEGORIES else " " for c in clean(source)).split()
        tag = "".join(part[0].upper() + part[1:] for part in parts)
        if tag and len(tag) <= LONGEST_TAG and not tag[0].isdigit():
            tags.setdefault(tag.casefold(), f"#{tag}")
    return list(tags.values())[:MOST_HASHTAGS]
