"""What an element's class, id and test names say of it."""

import re
from functools import lru_cache
from typing import NamedTuple

from app.extraction.word_patterns import quick

# Words in the class or id of blocks that show other products, or none.
OTHER_BLOCKS = quick(
    r"related|recommend|recomend|up-?sell|cross-?sell|similar|also[-_]?(?:like|bought|view)|recently|last-?viewed|"
    r"last-?seen|best-?seller|accessor|bundle|mini-?cart|cart-?drawer|side-?cart|cookie|newsletter|"
    r"navigation|mega-?menu|main-?menu|footer|sponsored|compare-list|carousel-product|product[-_]?carousel|"
    r"products?[-_]?grid|product-?list|"
    r"(?<![\w-])product-?(?:tile|card)(?![\w-])|offcanvas|off-canvas|vorschlag|\bpopup|modal-(?:dialog|content|cart)|"
    r"\btooltip|autocomplete"
)
HIDDEN_MARKS = frozenset(
    ("hidden", "hide", "d-none", "ng-hide", "is-hidden", "u-hidden", "aok-hidden", "js-hidden", "display-none",
     "dn", "invisible", "uk-hidden", "x-hidden"))  # fmt: skip
RESPONSIVE = re.compile(r"\b(?:xs|sm|md|lg|xl)[:-]|-(?:xs|sm|md|lg|xl)\b|\bd-(?:block|flex|inline)")
MARKING = frozenset(
    ("class", "id", "itemprop", "property", "data-test", "data-testid", "data-test-id", "data-qa", "data-cy",
        "data-auto",
     "data-at", "data-ui", "data-hook", "data-automation-id", "data-automation", "data-role",
     "data-price-type"))  # fmt: skip
OFF_MARKS = frozenset(
    ("disabled", "is-disabled", "btn-disabled", "btn--disabled", "button--disabled", "sold-out", "soldout",
     "out-of-stock", "inactive"))  # fmt: skip
BUTTON_MARKS = quick(r"\bcta|-cta|order|purchase|cart|buy|basket|btn|button|kosik|korb|panier|carrito|koszyk|warenkorb")


class Judgement(NamedTuple):
    """What an element's marks say of it."""

    other: bool
    """They name other products, or none."""
    hidden: bool
    pressed: bool
    """They name a button."""


PLAIN = Judgement(False, False, False)


@lru_cache(maxsize=16_384)
def judge_marks(marks: str) -> Judgement:
    """Return what marks say; many elements share theirs, so the answers are kept."""
    hidden = not HIDDEN_MARKS.isdisjoint(marks.split()) and not RESPONSIVE.search(marks)
    return Judgement(bool(OTHER_BLOCKS.search(marks)), hidden, bool(BUTTON_MARKS.search(marks)))


def marks_of(attributes: dict[str, str | None]) -> str:
    """Return an element's class, id and test names in lower case."""
    marks = ""
    for name in attributes:
        if name in MARKING and (value := attributes[name]):
            marks = f"{marks} {value}" if marks else value
    return marks.lower()
