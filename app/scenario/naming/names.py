"""How a person says the product: the brand or the series, the model or the noun, four words at most."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import Product
from app.scenario.naming import articles
from app.scenario.naming.brands import Brand, said_brand
from app.scenario.naming.data import (
    LANGUAGES,
    Gender,
    bad_ends,
    cut_keys,
    descriptor_keys,
    keys_of_words,
    no_end,
    no_names,
    plain_keys,
    shared_words,
)
from app.scenario.naming.folding import fold, known_language
from app.scenario.naming.index import index_of
from app.scenario.naming.kinds import HEAD_LAST, MEDIA, Found, Kind, find_kind, said_kind, several
from app.scenario.naming.titles import Token, calm, cleaned, is_shouted, segments_of, tokens_of

MOST_WORDS = 4
LONGEST_NAME = 48
"""Characters; a longer name is not said."""
QUIET = "-–—|/·•*.,:;!?#@_~=<>°%\"'’"


@dataclass(frozen=True)
class Name:
    """A product's name in a sentence of one language."""

    text: str
    """Without article: "Instant Pot Duo"."""
    the: str
    """As a subject; without article where none fits: a work's title, an unknown kind."""
    object: str
    """As an object: "den Bosch Akkuschrauber"."""
    this: str
    """Its noun, pointed at: "this lamp"; the name where the kind is not known."""
    of: str
    """After "of the": "du siège auto PetSafe"."""
    many: bool
    gender: Gender
    kind: Kind | None
    certain: bool
    language: str

    @property
    def verb(self) -> str:
        """Is, or are."""
        table = articles.ARE if self.many else articles.IS
        return table.get(self.language, "")


@dataclass(frozen=True)
class _Title:
    tokens: list[Token]
    said: Brand
    shouted: bool
    source: str
    """Whose words the title is read with."""
    language: str
    """The title's own language, which may have no file."""

    @property
    def brand(self) -> list[str]:
        return list(self.said.words)

    @property
    def named(self) -> bool:
        """Whether the title has the brand."""
        return self.said.place is not None

    def hidden(self) -> set[int]:
        """Return the ids of the words that are the brand."""
        place = self.said.place
        return {id(token) for token in self.tokens[slice(*place)]} if place else set()


def spoken_name(product: Product, language: str) -> Name | None:
    """Return how ``language`` ("pt", "pt-BR") says the product; None where nothing in it can be said.

    The title is read in the product's own language. Its kind, where the title or the categories tell it, gives gender
    and number; without one, and in a language without a file, the name stands without article.
    """
    target, variant = known_language(language)
    source, own_variant = known_language(product.language)
    source = source or target or "en"
    reading = source if source in LANGUAGES else "en"
    title = cleaned(product.title)
    tokens = tokens_of(title, reading)
    read = _Title(tokens, said_brand(product, tokens, reading), is_shouted(title), reading, source)
    found = None
    if source in LANGUAGES and target in LANGUAGES and target is not None:
        found, origin = find_kind(tokens, product.categories, source, product.brand)
        if found is not None:
            region = variant or (own_variant if source == target else None)
            kind = said_kind(found, origin, target, region, several=several(tokens))
            if kind.category in MEDIA and (origin == "categories" or found.segment > 0):
                return _work(read, kind, target)
            return _named(read, found, kind, target)
    words = _plain_words(read)
    words = _ending_well(words, read.source, target or source)
    if not words or fold(" ".join(words), "en") in shared_words().no_brand:
        return None  # "None" was written where a title should be
    return _bare(words, target or source)


def _named(read: _Title, found: Found, kind: Kind, language: str) -> Name:
    words = compose(read, found, kind, language)
    text = " ".join(words)
    many, gender = kind.many, kind.gender
    if len(text) > LONGEST_NAME or not text:
        text = kind.noun
    return Name(
        text,
        articles.joined(articles.article(text, gender, many=many, language=language), text),
        articles.joined(articles.article(text, gender, many=many, language=language, case="accusative"), text),
        articles.this(kind.noun, gender, many=many, language=language),
        articles.of(text, gender, many=many, language=language),
        many,
        gender,
        kind,
        kind.certain,
        language,
    )


def _bare(words: list[str], language: str, kind: Kind | None = None) -> Name:
    text = " ".join(words)
    this = articles.this(kind.noun, kind.gender, many=kind.many, language=language) if kind else text
    return Name(text, text, text, this, text, False, "", kind, False, language)


def _work(read: _Title, kind: Kind, language: str) -> Name:
    """Return a work's own title, where it is short enough to be said whole; else its noun."""
    words = [calm(token.text, shouted=read.shouted) for token in segments_of(read.tokens)[0]] if read.tokens else []
    ends_well = words == _ending_well(words, read.source, language)
    if (
        0 < len(words) <= MOST_WORDS
        and ends_well
        and not any(token.article_number for token in read.tokens[: len(words)])
    ):
        return _bare(words, language, kind)
    noun = kind.noun
    return Name(
        noun,
        articles.joined(articles.article(noun, kind.gender, many=kind.many, language=language), noun),
        articles.joined(
            articles.article(noun, kind.gender, many=kind.many, language=language, case="accusative"), noun
        ),
        articles.this(noun, kind.gender, many=kind.many, language=language),
        articles.of(noun, kind.gender, many=kind.many, language=language),
        kind.many,
        kind.gender,
        kind,
        kind.certain,
        language,
    )


def compose(read: _Title, found: Found, kind: Kind, language: str) -> list[str]:
    """Return the words of a name: in English and German the noun comes last, in the others first."""
    noun = kind.noun.split(" ")
    brand = read.brand if len(noun) + len(read.brand) <= MOST_WORDS else []
    before, after = _around(read, found)
    at_home = found.language == language
    if language in HEAD_LAST:
        # After the noun stands its stuff as often as its model: only capitals and codes are a model's for sure.
        after = [token for token in after if token.coded or (token.text.isupper() and len(token.text) > 1)]
    series = _series(before, read) or _series(after, read)
    if not at_home:
        # The other words of a title in another language are no names in this one.
        series = [word for word in series if any(c.isdigit() for c in word)]
    if language in HEAD_LAST:
        modifiers = _words(before, read) if at_home else []
        return _ending_well(_head_last(noun, brand, series, modifiers, read, language), read.source, language)
    return _head_first(noun, brand, series, _extended(after, read, found) if at_home else [], read, language)


def _head_last(
    noun: list[str], brand: list[str], series: list[str], modifiers: list[str], read: _Title, language: str
) -> list[str]:
    nouns = [noun]
    if language == "en" and len(noun) > 1 and index_of("en").single(fold(noun[-1], "en")) is not None:
        nouns.append(noun[-1:])
    if read.shouted and brand and not read.named:
        series, modifiers = [word for word in series if any(c.isdigit() for c in word)], []
    described = brand + modifiers if modifiers and language == "en" else []
    for head in nouns:
        for words in (described, brand + series if series else []):
            if words and len(words) + len(head) <= MOST_WORDS:
                return _tidy(words, language) + head
    short = _without_codes(series)
    choices = [] if read.named or (read.shouted and brand) else [series, short]
    for head in nouns:
        if chosen := next((words for words in choices if words and len(words) + len(head) <= MOST_WORDS), None):
            return _tidy(chosen, language) + head
    choices = [brand + short if short else [], brand, series]
    choices.append(modifiers[-1:] if len(noun) == 1 and language == "en" else [])
    chosen = next((words for words in choices if words and len(words) + len(noun) <= MOST_WORDS), [])
    return _tidy(chosen, language) + noun


def _head_first(
    noun: list[str], brand: list[str], series: list[str], extended: list[str], read: _Title, language: str
) -> list[str]:
    coded = any(c.isdigit() for word in series for c in word)
    if len(noun) + len(brand) + len(series) > MOST_WORDS >= len(brand) + len(series) and coded and brand:
        return _ending_well(brand + series, read.source, language) or noun
    short = _without_codes(series)
    choices = [brand + series, series, brand + short, brand] if series else [extended + brand, brand]
    chosen = next((words for words in (*choices, extended) if words and len(words) + len(noun) <= MOST_WORDS), [])
    return _ending_well(noun + _tidy(chosen, language), read.source, language) or noun


def _without_codes(series: list[str]) -> list[str]:
    """Return a series without the short capitals and codes at its end: they can be left unsaid."""
    while len(series) > 1 and (any(c.isdigit() for c in series[-1]) or (series[-1].isupper() and len(series[-1]) < 5)):
        series = series[:-1]
    return series


def _around(read: _Title, found: Found) -> tuple[list[Token], list[Token]]:
    """Return the words before the noun and after it, of its segment, without the brand and what follows "for"."""
    parts = [part for part in segments_of(read.tokens) if not part[0].aside]
    if not parts:
        return [], []
    hidden = read.hidden()
    here = next((part for part in parts if part[0].segment == found.segment and found.end), None)
    if here is None or found.end > len(here) or not _stands(here, found):
        return _phrase(parts[0], hidden, read), []
    before = [token for token in here[: found.start] if id(token) not in hidden]
    if not before and here is not parts[0] and found.language in HEAD_LAST:
        before = _phrase(parts[0], hidden, read)
    return before, _phrase(here[found.end :], hidden, read)


def _stands(part: list[Token], found: Found) -> bool:
    """Tell whether a noun was found in the title, and not in a category."""
    keys = tuple(token.key for token in part[found.start : found.end])
    return keys == found.spelling.keys or (len(keys) == 1 and keys[0].endswith(found.spelling.keys[-1]))


def _phrase(tokens: list[Token], hidden: set[int], read: _Title) -> list[Token]:
    kept: list[Token] = []
    cuts = cut_keys(read.source)
    for token in tokens:
        if token.key in cuts:
            break
        if id(token) not in hidden:
            kept.append(token)
    return kept


def _sayable(token: Token) -> bool:
    named = any(c.isalpha() for c in token.text) and "/" not in token.text
    return named and not token.measured and not token.article_number


def _series(tokens: list[Token], read: _Title) -> list[str]:
    """Return the words of a series or a model, which come first: "Tapo C200" of "Tapo C200 Pan/Tilt Camera".

    Words that run into a known noun are part of a compound, not of a name.
    """
    shared = shared_words()
    skipped = no_names(read.source) | keys_of_words("sets", read.source)
    romance_shouted = read.shouted and read.source not in HEAD_LAST
    run: list[str] = []
    for token in tokens:
        if run and token.key in shared.model_words and _sayable(token):
            run.append(calm(token.text, shouted=read.shouted))
            continue
        if run and index_of(read.source).single(token.key) is not None:
            return []
        name = token.coded or (any(c.isupper() for c in token.text) and not romance_shouted)
        if not _sayable(token) or token.key in skipped or not name or index_of(read.source).single(token.key):
            if run:
                break
            continue
        run.append(calm(token.text, shouted=read.shouted))
    return run


def _words(tokens: list[Token], read: _Title) -> list[str]:
    """Return all words before an English noun; none where one of them cannot be said."""
    said: list[str] = []
    described = descriptor_keys(read.source)
    for token in tokens:
        if token.measured and not said:
            continue
        if not _sayable(token) or token.key in bad_ends(read.source):
            return []
        model = bool(said) and token.key in shared_words().model_words and token.text[:1].isupper()
        common = token.key in described or index_of(read.source).single(token.key) is not None
        word = calm(token.text, shouted=read.shouted)
        said.append(word.lower() if common and not model and not token.coded else word)
    return said


def _extended(tokens: list[Token], read: _Title, found: Found) -> list[str]:
    """Return what tells more of a Romance noun: the adjective after it, or "de chaise" of "housse de chaise"."""
    if not tokens and found.end:
        part = [token for token in read.tokens if token.segment == found.segment]
        link = part[found.end : found.end + 2]
        of = keys_of_words("of", read.source)
        if len(link) == 2 and link[0].key in of and index_of(read.source).single(link[1].key) is not None:
            return [link[0].text.lower(), link[1].text.lower()] if not link[0].text.endswith("'") else []
    unsaid = bad_ends(read.source) | plain_keys(read.source) | shared_words().model_words
    for token in tokens[:1]:
        if _sayable(token) and token.key not in unsaid:
            return [token.text.lower() if read.shouted or token.text[:1].islower() else token.text]
    return []


def _tidy(words: list[str], language: str) -> list[str]:
    cleanest = [word.strip(QUIET) for word in words]
    kept: list[str] = []
    for word in cleanest:
        # A series may be called as the last word of its brand: it is said once.
        if (any(c.isalnum() for c in word) or word == "&") and word.casefold() not in [
            one.casefold() for one in kept[-1:]
        ]:
            kept.append(word)
    return kept


def _ending_well(words: list[str], source: str, language: str) -> list[str]:
    ends = no_end(source, language)
    while words and (
        {fold(words[-1], source), fold(words[-1], language)} & ends or not any(c.isalpha() for c in words[-1])
    ):
        words = words[:-1]
    return words


def _plain_words(read: _Title) -> list[str]:
    """Return the first words of a title whose kind is not known, with the brand where the title has it."""
    parts = [part for part in segments_of(read.tokens) if not part[0].aside] or segments_of(read.tokens)
    hidden = read.hidden()
    part = next((p for p in parts if any(id(t) not in hidden and _sayable(t) for t in p)), [])
    words: list[str] = []
    whole = True
    for token in part:
        if id(token) in hidden:
            continue
        shared = shared_words()
        unsaid = token.key in shared.marketplaces | shared.units or token.key in keys_of_words(
            "shop_words", read.source
        )
        if token.measured or token.article_number or unsaid:
            if words:
                break
            continue
        words.append(calm(token.text, shouted=read.shouted).strip(QUIET))
    words = [word for word in words if word]
    lead = read.brand if read.named or len(words) == 1 else []
    said = lead + words
    cuts, ends = cut_keys(read.source), bad_ends(read.source)
    if len(said) > MOST_WORDS and not lead and fold(said[0], read.source) in ends:
        return []
    if len(said) > MOST_WORDS:
        cut = next((n for n, word in enumerate(said) if n > 1 and fold(word, read.source) in cuts), MOST_WORDS)
        said, whole = said[: min(cut, MOST_WORDS)], False
    plain = plain_keys(read.source)
    while len(said) > len(lead) + 1 and fold(said[-1], read.source) in plain and not whole:
        said = said[:-1]
    said = _ending_well(said, read.source, read.language)
    return said or ([] if read.named else read.brand)
