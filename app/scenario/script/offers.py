"""How a saving, a coupon, what members save and who recommends it are told, in the language's frames."""

from __future__ import annotations

from app.extraction.stated import Stated, stated_in
from app.models import Product
from app.scenario.bank.bank import STATED
from app.scenario.bank.facts import Fact
from app.scenario.locales import NO_CURRENCY, write_percent, write_price
from app.scenario.script.language import Language, filled
from app.scenario.script.tellings import LONGEST_SHORT, Telling

TYPES = frozenset(kind for kind, _, _ in STATED.values())


def stated_by(fact: Fact) -> Stated | None:
    """Return what a fact of the buy box states of the offer; None: it is another one."""
    return stated_in(fact.text) if fact.type in TYPES and fact.region == "buy_box" else None


def tell_offer(fact: Fact, stated: Stated, product: Product, language: Language | None, code: str) -> Telling:
    """Return what can be shown and said of what a page states of its offer; a language without a file shows its words.

    ``code``: of the script.
    """
    if language is None:
        shown = fact.text if len(fact.text) <= LONGEST_SHORT else ""
        return Telling(fact, shown, shown)
    share = "" if stated.share is None else write_percent(stated.share, code)
    slots = {
        "share": share,
        "percent": share,
        "amount": ""
        if stated.amount is None
        else write_price(stated.amount, product.currency or NO_CURRENCY, code, product.country),
    }
    frame = getattr(language, stated.kind)
    screen, say = (filled(forms, slots) for forms in (frame.screen, frame.say))
    return Telling(fact, screen, screen if len(screen) <= LONGEST_SHORT else "", say=say, how="frame")
