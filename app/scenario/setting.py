"""What a whole scenario is written with: the product's facts, the language's phrases, style, mood, story."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from app.analysis.words import clean
from app.models import Arc, Audience, Mood, Product, Style, Wishes
from app.scenario.concepts import Found, concepts_in, language_of, texts_of
from app.scenario.facts import Facts, Value, facts_of
from app.scenario.kinds import OBJECT_ARTICLES, Kind, called, is_many, kind_of, with_article
from app.scenario.manner import MANNERS, PACES, Manner
from app.scenario.phrases import Gender, Phrases, of_many, phrases_for
from app.scenario.speech import Line
from app.scenario.wording import DEFAULT_RATE, RATES, short_name

LONGEST_HOST = 30
HOW_TO_POINTS = 2


@dataclass(frozen=True)
class Setting:
    """Read-only; ``arc`` and the promised count are settled before the scenes are planned."""

    product: Product
    language: str
    own_words: bool
    """The page's own sentences are in the scenario's language."""
    phrases: Phrases | None
    facts: Facts
    style: Style
    mood: Mood
    seed: int
    seconds: float
    concepts: dict[str, Found]
    slow: bool = False
    """The audience is spoken to more slowly."""
    arc: Arc = "feature_parade"
    need: str | None = None
    """The concept that ``problem_solution`` is about."""
    counting: dict[str, Value] = field(default_factory=dict)
    """``count`` and ``seconds`` for hooks that promise a list."""

    @property
    def manner(self) -> Manner:
        """What the style prefers."""
        return MANNERS[self.style]

    @property
    def connectors(self) -> list[str]:
        """Words before which a long line may end."""
        return self.phrases.connectors if self.phrases else []

    @property
    def colon(self) -> str:
        """What stands between a name and its value."""
        return self.phrases.colon if self.phrases else ": "

    @property
    def rate(self) -> float:
        """Spoken words a second."""
        base = self.phrases.words_per_second if self.phrases else RATES.get(self.language, DEFAULT_RATE)
        return base * PACES[self.mood].speech * (0.92 if self.slow else 1.0)

    @cached_property
    def page(self) -> str:
        """All that the page says, in one text."""
        return "\n".join(text for _, text in texts_of(self.product))

    def names(self) -> list[Line]:
        """Return the shop's name, the page's host, the brand: what a language without phrases ends with."""
        names = {
            "shop": self.facts.values.get("shop", ("",))[0],
            "url": host_of(self.product.url),
            "brand": self.facts.values.get("brand", ("",))[0],
        }
        return [(name, (path,)) for path, name in names.items() if name and len(name) <= LONGEST_HOST]


def make_setting(product: Product, title: str, wishes: Wishes, style: Style, audience: Audience) -> Setting:
    """Return the setting of a product before its story is chosen."""
    source = language_of(product)
    language = wishes.language or source or "en"
    if source != product.language:
        product = product.model_copy(update={"language": source if source and len(source) <= 3 else None})
    on_page = phrases_for(source)
    name = short_name(title, product.brand, source, on_page.connectors if on_page else []) or "…"
    kind = kind_of(product, source, language)
    many = is_many(product, kind, source, language, name)
    phrases = of_many(language) if many else phrases_for(language)
    facts = facts_of(product, name, language)
    own_words = source is None or source == language
    if phrases is not None:
        facts.values.update(_grammar(kind, phrases, name if own_words else None, language, many=many))
    return Setting(
        product=product,
        language=language,
        own_words=own_words,
        phrases=phrases,
        facts=facts,
        style=style,
        mood=wishes.mood,
        seed=wishes.seed,
        seconds=wishes.seconds,
        concepts=concepts_in(product, on_page),
        slow=audience.age_group in ("babies", "children", "seniors"),
    )


def _grammar(kind: Kind | None, phrases: Phrases, name: str | None, language: str, *, many: bool) -> dict[str, Value]:
    """Return what stands for the product in a sentence: its pronoun, its kind with the article, its name with one."""
    gender: Gender = kind.gender if kind and kind.path == "title" else "q" if many else ""
    pronoun = phrases.pronouns.get(gender) or phrases.pronouns.get("", "")
    found: dict[str, Value] = {"it": (pronoun, ())}
    # A kind that only the categories tell may be too wide: "lamps" has lampshades too.
    if kind is None or kind.path != "title":
        return found
    the = with_article(kind.noun, kind.gender, language)
    article, space, noun = the.partition(" ")
    found["the"] = (the, (kind.path,))
    found["object"] = (
        f"{OBJECT_ARTICLES.get(article, article) if language == 'de' else article}{space}{noun}",
        (kind.path,),
    )
    if name and (own := called(name, kind, language)):
        found["called"] = (own, ("title",))
    return found


def supported_arcs(setting: Setting, tellable: list[str]) -> list[Arc]:
    """Return the stories that the facts can tell; ``tellable`` are the page's points in the scenario's language."""
    if setting.phrases is None:
        return ["feature_parade"]
    found: list[Arc] = ["feature_parade"]
    if setting.facts.discounted:
        found.append("deal")
    if setting.facts.rating_hooks:
        found.append("review_led")
    if needs_of(setting):
        found.append("problem_solution")
    if "options" in setting.facts.values:
        found.append("comparison")
    if setting.own_words and any(_matches(setting.phrases.box.find, text) for text in tellable):
        found.append("unboxing")
    how = sum(_matches(setting.phrases.how, text) for text in tellable)
    if setting.own_words and how >= HOW_TO_POINTS:
        found.append("how_to")
    return found


def needs_of(setting: Setting) -> list[str]:
    """Return the concepts that a question can lead to: told in the body of the page, and tellable in the language."""
    phrases = setting.phrases
    if phrases is None:
        return []
    return [
        name
        for name, concept in phrases.concepts.items()
        if concept.ask
        and (found := setting.concepts.get(name)) is not None
        and found.path.startswith(("features", "description"))
    ]


def _matches(pattern: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE) is not None


def host_of(url: str | None) -> str:
    """The shop's host name as people write it; empty when there is none."""
    try:
        return clean((urlsplit(url or "").hostname or "").removeprefix("www."))
    except ValueError:
        return ""
