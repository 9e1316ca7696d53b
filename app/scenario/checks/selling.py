"""Whether a script sells: a hook with a fact in it, the strongest facts told, promises kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.scenario.bank.attributes import attribute, attributes_in
from app.scenario.bank.facts import Fact
from app.scenario.checks.content import is_foreign
from app.scenario.checks.page import bare, folded, stems
from app.scenario.checks.script import Script
from app.scenario.checks.tables import words_for
from app.scenario.claim_words import claim_words
from app.scenario.locales import write_number, write_rating
from app.scenario.script.callouts import held_in
from app.scenario.script.tellings import tell
from app.scenario.supported import discount_of

PROVEN, PROVEN_BUYERS = 4.3, 50
"""A rating from which, and a number of buyers from whom, it is always told."""
DEAL = 10
"""Per cent of discount from which it is always told."""
STRONGEST, FEWEST_TOLD = 3, 2
TOLD_SHARE = 0.6
"""Of a fact's words: when so many stand in one scene, it is told."""
HOOK_SHARE = 0.5
UNRANKED = frozenset(("price", "stock", "discount", "coupon", "members", "recommended", "delivery"))


def selling_faults(script: Script) -> Iterator[str]:
    """Yield what keeps a script from selling."""
    yield from _hook(script, script.facts)
    yield from _strongest(script, script.facts)
    yield from _proof(script)
    yield from _deal(script)
    yield from _promises(script)


def is_told(fact: Fact, script: Script) -> bool:
    """Tell whether a fact is told in one scene, in its words or by an attribute that it names."""
    page = script.page
    if fact.source == "rating":
        return _rating_told(script)
    if fact.type == "discount":
        return _deal_told(script)
    scenes = [stems(text, page.code) for text in script.told]
    for text in (fact.text, fact.value, fact.label):
        wanted = stems(text, page.code)
        if wanted and any(len(wanted & told) >= TOLD_SHARE * len(wanted) for told in scenes):
            return True
    if page.own_words and any(folded(one) in script.whole for one in held_in(fact.text, page.code)):
        return True
    names = attributes_in(fact.text, page.source_of(fact.label))
    ways = [one for name in names if (one := attribute(name, page.code))]
    return any(folded(way.show) in script.whole for way in ways) or bool(
        set(names) & set(attributes_in(script.whole, page.code))
    )


def _hook(script: Script, facts: Sequence[Fact]) -> Iterator[str]:
    if not any(fact.type not in UNRANKED and _can_be_told(fact, script) for fact in facts):
        return
    page = script.page
    first = script.told[0]
    named = (page.product.title, page.product.brand, page.product.shop, *page.product.categories)
    known = {stem for text in named for stem in stems(text or "", page.code)}
    own = stems(first, page.code) - known
    if any(character.isdigit() for stem in own for character in stem) or attributes_in(first, page.code):
        return
    told = set().union(*(stems(line, page.code) for line in page.lines))
    if not own or len(own & told) < HOOK_SHARE * len(own):
        yield "Scene 1, on_screen_text: the first scene tells no fact of the product. Begin with one of its strongest."


def _strongest(script: Script, facts: Sequence[Fact]) -> Iterator[str]:
    ranked = [fact for fact in facts if fact.type not in UNRANKED and _can_be_told(fact, script)]
    if not ranked:
        return
    floor = ranked[min(STRONGEST, len(ranked)) - 1].strength
    strong = [fact for fact in ranked if fact.strength >= floor]
    told = 0
    for fact in strong:
        told += is_told(fact, script)
        if told >= min(FEWEST_TOLD, len(strong)):
            return
    missing = "; ".join(fact.text[:60] for fact in strong[:STRONGEST])
    yield (
        f"Scene {len(script.scenario.scenes)}, narration: fewer than two of the product's strongest facts are told. "
        f"Tell of these: {missing}."
    )


def _can_be_told(fact: Fact, script: Script) -> bool:
    """Tell whether a fact is short enough to be told in the page's words, or known by an attribute."""
    page = script.page
    if fact.source == "rating":
        return True
    if fact.region == "title":
        return False
    names = attributes_in(fact.text, page.source_of(fact.label))
    if any(attribute(name, page.code) for name in names):
        return True
    if not page.own_words or page.source_of(fact.label) != page.code or is_foreign(fact.text, page.code):
        return False
    told = tell(fact, page.language, page.code)
    return bool(told.screen or told.say)


def _rating_told(script: Script) -> bool:
    product = script.page.product
    if product.rating is None:
        return False
    forms = {folded(write_rating(product.rating, script.page.code)), f"{product.rating:g}", f"{product.rating:.1f}"}
    return any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", script.whole) for form in forms)


def _proof(script: Script) -> Iterator[str]:
    product = script.page.product
    if product.rating is None or product.rating < PROVEN or (product.review_count or 0) < PROVEN_BUYERS:
        return
    if not _rating_told(script):
        count = write_number(product.review_count or 0, script.page.code)
        yield (
            f"Scene {len(script.scenario.scenes)}, points: {product.rating:g} of 5 stars from {count} buyers are not "
            "told. Show them."
        )


def _deal_told(script: Script) -> bool:
    product = script.page.product
    saving = discount_of(product)
    if saving is None:
        return False
    shares = [re.search(rf"(?<![\d.,]){percent}[\s\u00a0\u202f]?%", script.whole) for percent in saving[1]]
    return any(shares) or _amount_told(product.list_price, script)


def _amount_told(amount: Decimal | None, script: Script) -> bool:
    """Tell whether an amount stands in the script, however it is grouped."""
    if amount is None:
        return False
    digits = re.sub(r"(?<=\d)[.,'’\s](?=\d{3}(?!\d))", "", script.whole)
    written = {f"{amount:f}", f"{amount.normalize():f}", f"{amount:.2f}"}
    return any(re.search(rf"(?<!\d){form.replace('.', '[.,]')}(?!\d)", digits) for form in written)


def _deal(script: Script) -> Iterator[str]:
    product = script.page.product
    saving = discount_of(product)
    if saving is None or not DEAL <= min(saving[1]) <= 90 or product.ended or product.availability == "OutOfStock":
        return
    if not _deal_told(script):
        yield (
            f"Scene {len(script.scenario.scenes)}, points: the discount of {max(saving[1])} % is not told. "
            "Show the former price or the saving."
        )


def _promises(script: Script) -> Iterator[str]:
    """What a line counts comes, and what a hook asks is answered by the next scene."""
    known, numbers = words_for(script.page.code), claim_words(script.page.code)
    scenes = script.scenario.scenes
    spelled = {word: int(value) for word, value in numbers.numbers.items() if value == int(value)} if numbers else {}
    for line in script.lines:
        if (
            line.field != "points"
            and line.text.rstrip().endswith(("?", "؟", "？"))
            and not _answered(line.text, line.scene, script)
        ):
            yield f"{line.place}: the next scene does not answer the question. Answer it there or leave it out."
        if known is None or folded(line.text).rstrip(".") in script.page.running:
            continue
        for match in known.promise.finditer(line.text):
            before = bare(line.text[: match.start()]).split()[-2:]
            counts = [spelled.get(word) or (int(word) if word.isdigit() else 0) for word in before]
            count = max([one for one in counts if one], default=0)
            points = max((len(scene.points) for scene in scenes[line.scene : line.scene + 2]), default=0)
            body = sum(scene.role == "body" for scene in scenes[line.scene + 1 :])
            if count > 1 and count not in (points, body):
                yield f"{line.place}: it announces {count} {match[0]}, and {body} follow. Correct the number."


def _answered(question: str, scene: int, script: Script) -> bool:
    following = script.told[scene + 1 : scene + 2]
    code = script.page.code
    asked = stems(question, code)
    return bool(following) and (not asked or bool(asked & stems(following[0], code)))
