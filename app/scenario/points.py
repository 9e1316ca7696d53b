"""One thing that a page says and that is worth a scene, and what is worth none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from app.analysis.tables import is_boilerplate
from app.scenario.concepts import MACHINE
from app.scenario.wording import ADDRESS, headline

Kind = Literal["feature", "description", "specs", "rating", "concept", "look"]
HEADING = re.compile(r"^[\[【(]?([^:：】\]]{2,60}?)\s{0,9}(?:[】\]]\s{0,9}[:：-]?|[:：]\s|\s[–—-]\s)\s*(\S.*)$")
SPEC_LIKE_WORDS = 6
"""After a colon so few words are a value ("Material: wool"), more are a text under its heading."""
LONGEST_SENTENCE = 30
LONGEST_SPEC = 8
MOST_LINES = 40
"""So many features, sentences and specifications are looked at; what matters stands first on a page."""
NO_FACT = re.compile(rf"https?:|{ADDRESS}|@\w|^\W*$|{MACHINE.pattern}", re.IGNORECASE)
NO_SPEC_KEY = re.compile(
    r"\b(?:sku|ean|gtin|upc|asin|mpn|isbn|id|models?|modell?o?|modèle|modellnummer|artikel\w*|item|ref\w*|réf\w*|date|datum|"
    r"rank|code|part|nummer|number|número|numéro|manufacturer|hersteller|brand|marke|marque|marca)\b",
    re.IGNORECASE,
)
NO_SPEC_VALUE = re.compile(r"(?:yes|no|ja|nein|oui|non|sí|si|n/?a|none|-|true|false)", re.IGNORECASE)
DANGLING = re.compile(
    r"^(?:however|also|but|and|or|therefore|additionally|moreover|besides|furthermore|this|these|außerdem|aber|und|oder|"
    r"daher|zudem|jedoch|dabei|dazu|cependant|mais|et|ou|donc|aussi|toutefois|de plus|pero|y|además|por eso|anche|ma|"
    r"inoltre|quindi|mas|também|além disso|portanto)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Point:
    """One thing to tell: a line for the screen and what may be said with it, the most fitting first."""

    kind: Kind
    screen: str
    say: list[str]
    """Sentences; each can stand alone, later ones add to the first."""
    paths: tuple[str, ...]
    fuller: str = ""
    """A sentence of the description that says the same as ``say``, and more."""
    fuller_path: str = ""
    more: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Further sentences with their own paths."""
    position: int = 0
    """Place among the sentences of the description."""
    whole: bool = True
    """False when ``screen`` had to be cut within a clause."""
    claims: bool = False
    """It says something that the seller may have to prove."""
    badge: str = ""
    source: str = ""
    """The page's words, to tell whether two points say the same."""
    carried: bool = False
    """Its first sentence was made of a line that is none."""
    bare: str = ""
    """That line, as the page has it; of a specification, its value."""
    fragment: bool = False
    """The line is no whole sentence."""
    need: str = ""
    """The concept that it tells."""
    ask: str = ""
    """A question with its answer that can open a film."""


def worth(text: str, language: str | None) -> bool:
    """Tell whether a text speaks of the product, and stands alone."""
    return not (NO_FACT.search(text) or is_boilerplate(text, language) or DANGLING.match(text))


def screen_line(text: str, language: str | None, connectors: list[str]) -> tuple[str, bool]:
    """The headline of a text, with an ellipsis where it is cut, and whether it is whole."""
    line, whole = headline(text, language, connectors)
    return (line if whole or not line else f"{line}…"), whole
