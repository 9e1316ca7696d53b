"""Makes a scene's point of a line of the page's feature list: a whole sentence to say, few words for the screen."""

from __future__ import annotations

import re

from app.analysis.tables import makes_claim
from app.analysis.words import clean, sentences, stop_words
from app.scenario.phrases import Phrases, Values, fill, turned
from app.scenario.points import HEADING, LONGEST_SENTENCE, SPEC_LIKE_WORDS, Point, screen_line, worth
from app.scenario.units import measures_in
from app.scenario.wording import as_sentence, fits_screen, screen_words, spoken_words

BULLET = re.compile(r"^(?:[\s•·▪◦*»>→–—✓✔☑✗+-]+|\(?\d{1,2}[.)]\s+)+(?=\S)")
"""What lists put before a line."""
FEWEST_CAPITALS = 4
"""A text of so few letters may be an abbreviation ("LED")."""
ABBREVIATED = re.compile(r"(?:O?LED|LCD|USB|HDMI|UV|TV|PC|[AD]C|GPS|NFC|RGB|BPA|PU|PVC|PET|PFAS|SPF|X*[SL]|M)")
ADJECTIVE = re.compile(
    r"(?:bar|fest|dicht|sicher|geeignet|abweisend|durchlässig|ig|lich|isch|sam)$|^(?:mit|für)$|^(?:hand|maschinen|vor)ge",
    re.IGNORECASE,
)
"""German words that are no nouns: these alone are written small within a sentence."""
RANGE = re.compile(r"\d\W{0,2}(?:bis|to|à|a|until)?\W{0,2}$")
"""A number before a number: the second is not all."""
FEWEST_CORE_WORDS, MOST_CORE_WORDS = 2, 5
"""Words of a line's head that can stand alone on screen."""


def tidied(text: str, language: str | None = None) -> str:
    """Return a line of a list without its bullet, and in small letters where it shouts."""
    text = BULLET.sub("", clean(text)).strip()
    parts = re.split(r"(:\s|\s[–—-]\s)", text, maxsplit=1)
    return "".join(quieted(part, language) for part in parts)


def quieted(text: str, language: str | None = None) -> str:
    """Return a text that is written in capitals in small letters; abbreviations and codes keep theirs.

    In German all but the function words take a large first letter: most are nouns.
    """
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    if sum(map(len, words)) <= FEWEST_CAPITALS or not all(word.isupper() for word in words):
        return text
    stops = stop_words(language)

    def small(match: re.Match[str]) -> str:
        word = match[0]
        if ABBREVIATED.fullmatch(word) or any(c.isdigit() for c in word):
            return word
        return word.capitalize() if language == "de" and word.lower() not in stops else word.lower()

    lowered = re.sub(r"[\w'’]+", small, text)
    first = re.search(r"\w", lowered)
    return lowered if first is None else lowered[: first.start()] + first[0].upper() + lowered[first.end() :]


def feature_point(
    feature: str,
    language: str | None,
    connectors: list[str],
    path: str,
    phrases: Phrases | None = None,
    values: Values | None = None,
    page: str = "",
) -> Point | None:
    """Return the point that a line of the page's feature list makes; None when it makes none.

    With ``phrases``, those of the line's own language, a line that is no sentence is made one.
    """
    text = tidied(feature, language)
    if not text or not worth(text, language):
        return None
    heading, body = "", text
    if (match := HEADING.match(text)) and spoken_words(match[2]) > SPEC_LIKE_WORDS:
        heading, body = match[1], match[2]
    lines = sentences(body) or [body]
    said = [as_sentence(s) for s in lines if spoken_words(s) <= LONGEST_SENTENCE and worth(s, language)]
    screen, whole = screen_line(heading or lines[0], language, connectors)
    if not screen:
        return None
    if whole:
        said = said or [as_sentence(screen)]
    carried = ""
    one_line = len(lines) == 1 and ": " not in body
    fragment = bool(said) and phrases is not None and one_line and not is_sentence(body, phrases)
    if fragment and phrases is not None:
        carried = carry(said[0].rstrip("."), phrases, values or {}, page, language, int(re.sub(r"\D", "", path) or 0))
        short = "" if heading else core(said[0].rstrip("."), phrases)
        if short:
            screen, whole = short, True
    return Point(
        "feature",
        screen,
        [carried, *said[1:]] if carried else said,
        (path,),
        whole=whole,
        claims=makes_claim(text, language),
        source=text,
        carried=bool(carried),
        fragment=fragment,
        bare=said[0].rstrip(".") if said else "",
    )


def is_sentence(line: str, phrases: Phrases) -> bool:
    """Tell whether a line says a whole sentence: it ends as one, or has a verb before its first clause."""
    if line.rstrip()[-1:] in ".!?…":
        return True
    before = re.split(rf"\b(?:{'|'.join(map(re.escape, phrases.clauses))})\b", line, maxsplit=1)[0]
    found = re.search(rf"(?<!\w)(?:{phrases.verbs})(?!\w)", before, re.IGNORECASE)
    # What begins with a verb ("Keeps warm") may have a carrier of its own.
    carried = any(re.search(find, line, re.IGNORECASE) for find, _ in phrases.carriers[:-1])
    return found is not None and (found.start() > 0 or not carried)


def _base(line: str) -> str:
    """Return a line that begins with an English verb of one ("carries") with that of many ("carry")."""
    verb, space, rest = line.partition(" ")
    verb = re.sub(r"ies$", "y", re.sub(r"(?<=ch|sh|ss)es$|(?<=x)es$|(?<!ie)s$", "", verb))
    return f"{verb}{space}{rest}"


def carry(line: str, phrases: Phrases, values: Values, page: str, language: str | None, number: int = 0) -> str:
    """Return the sentence that a carrier makes of a line, the ``number``-th of a list; empty when none is for it."""
    small = lowered_in(line, page, language)
    filling = {**values, "rest": (line, ()), "small": (small, ()), "base": (_base(small), ())}
    for find, templates in phrases.carriers:
        if re.search(find, line, re.IGNORECASE):
            filled = fill(turned(templates, number)[0], filling)
            return as_sentence(filled[0]) if filled else ""
    return ""


def lowered_in(line: str, page: str, language: str | None) -> str:
    """Return a line as it goes on within a sentence: its first letter small, unless it begins with a name.

    A name is a word that the page never writes small, and that does not read like a common one.
    """
    first = line.split()[0] if line.split() else ""
    small = first[:1].lower() + first[1:]
    if not first[1:].replace("-", "").replace("'", "").replace("’", "").islower() and len(first) > 1:
        return line
    if language == "de" and not ADJECTIVE.search(first):
        return line
    if small in stop_words(language) or re.search(rf"(?<![\w.]){re.escape(small)}(?!\w)", page):
        return small + line[len(first) :]
    # Within a sentence, a name keeps its large letter there too.
    named = re.search(rf"(?<=[^\W_.!?:] ){re.escape(first)}(?!\w)", page)
    return line if named else small + line[len(first) :]


def core(line: str, phrases: Phrases) -> str:
    """Return the few words of a line that a viewer reads while the voice says it whole; empty when there are none.

    A length of time or two measures say it at a glance; else the words before the first connecting one.
    """
    found = measures_in(line)
    times = [measure for measure in found if measure.unit.dimension == "duration"]
    if len(found) == len(times) == 1 and times[0].unit.name != "duration-year":
        if RANGE.search(line[: times[0].start]):
            return ""
        return line[times[0].start : times[0].end]
    if len(found) == 2 and not found[0].start:
        return " · ".join(line[measure.start : measure.end] for measure in found)
    tokens = line.split()
    for end, token in enumerate(tokens):
        word = token.lower()
        elided = re.match(r"(?:d|qu|l)['’]", word) is not None
        if end and (word in phrases.connectors or elided or tokens[end - 1].endswith((",", ";", "–"))):
            head = " ".join(tokens[:end]).strip(" ,;–-")
            words = screen_words(head)
            listing = word in ("and", "und", "et", "y", "e", "or", "oder", "ou", "o") or tokens[end - 1].endswith(",")
            if listing or not FEWEST_CORE_WORDS <= words <= MOST_CORE_WORDS or not fits_screen(head):
                return ""
            return head
    return ""
