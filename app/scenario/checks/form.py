"""Whether a line is well formed to the ear and the eye."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.scenario.checks.page import Page, folded
from app.scenario.checks.tables import words_for
from app.scenario.script.language import ends_well

MOST_WORDS, MOST_NUMBERS = 14, 1
LONGEST_CALLOUT = 7
"""Words that may be spoken without a verb."""
NUMBERS = re.compile(r"\d+(?:[.,:'’\u00a0\u202f]\d+|\s\d{3}(?!\d))*")
ELLIPSIS = re.compile(r"…|\.\.")
SIGNS = re.compile(r"[|*•★☆_#<>{}\\^~=✓✔●■►]")
SLASH = re.compile(r"[^\W\d]\s?/\s?\w|\w\s?/\s?[^\W\d]")
LABEL = re.compile(r"[^:]{1,30}(?<!\d)[:：](?:\s|$)|[^:]{1,30}\s-:")
DOUBLED = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
TWICE = frozenset(("nous", "vous", "die", "das", "der", "den", "sie", "that", "had", "so", "très", "molto", "muy"))
"""Words that may follow themselves."""
ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|\ufffd|\u00ad|</?[a-z]\w*>", re.IGNORECASE)
GLUED = re.compile(
    r"\b[a-zß-ÿ]{3,}[A-ZÀ-Þ][a-zà-ÿ]|(?<!\w)[^\W\d_]{5,40}\d{1,9}(?:[.,]\d{1,9})?(?!\w{0,20}-)|[a-zß-ÿ]{3}[.!?][A-ZÀ-Þ][a-zà-ÿ]"
)
SPLIT = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,40}[-\u2010]\s[a-zß-ÿ]{2,20}")
JOINING = re.compile(r"[-\u2010]\s(?:und|oder|bis|sowie|and|or|to|et|ou|e|o|y|u)\b", re.IGNORECASE)
ENDS_ON_NUMBER = re.compile(r"(?<!\S)(\S{1,60})\s(\d{1,12}(?:[.,]\d{1,12})?)[.!]?$")
QUOTES = '"“”„«»'


def form_faults(line: str, page: Page, *, said: bool) -> Iterator[str]:
    """Yield what is wrong with the form of one spoken sentence (``said``) or one text of the screen."""
    if not line.strip():
        return
    yield from _marks(line, page)
    standing = page.standing(line, shown=not said)
    if standing == "broken":
        yield "it ends within a word of the page. Write the word out."
    if standing != "frame" and not ends_well(line.rstrip(".!?"), page.language) and not _ends_on_particle(line, page):
        yield f"it ends badly, on {line.split()[-1][-24:]!r}. Finish it or leave it out."
    if not said:
        return
    if standing == "cut":
        yield "it is a piece of a longer sentence of the page. Say the whole sentence, or the fact in your own words."
    yield from _speech(line, page)
    if standing == "frame":
        return
    words = line.split()
    if len(words) > MOST_WORDS:
        yield f"a sentence has {len(words)} words. Say at most {MOST_WORDS}."
    if len(NUMBERS.findall(_without_scale(line))) > MOST_NUMBERS:
        yield "a sentence tells more than one number. Say one, show the others."
    language = page.language
    told = language is None or page.is_sentence(line) or language.verbs.search(line)
    if not told and len(words) > LONGEST_CALLOUT:
        yield f"a spoken line of more than {LONGEST_CALLOUT} words has no verb. Make it a sentence or shorten it."
    if (ending := ENDS_ON_NUMBER.search(line)) and standing == "free" and not page.in_title(ending[0]):
        yield f"it ends on the number {ending[2]} without what it counts. Add the unit."


def _ends_on_particle(line: str, page: Page) -> bool:
    """Tell whether a line may end so: the title does, or a sentence whose verb has its other half at the end."""
    if page.in_title(line):
        return True
    known, words = words_for(page.code), line.rstrip(".!?").casefold().split()
    verbal = page.language is not None and page.language.verbs.search(line) is not None
    return (
        (verbal or page.is_sentence(line))
        and known is not None
        and words[-1] in known.particles
        and line.rstrip().endswith((".", "!"))
    )


def _without_scale(line: str) -> str:
    """Return a line without the "out of 5" of a rating and the name's own numbers."""
    return re.sub(r"\b(?:out of|von|sur|de|su|em|auf) 5\b|\b24/7\b|\b\d+-in-\d+\b", "", line)


def _marks(line: str, page: Page) -> Iterator[str]:
    """What may stand neither in speech nor on the screen."""
    if ELLIPSIS.search(line):
        yield "it trails off in an ellipsis. Finish it or leave it out."
    if ENTITY.search(line):
        yield "it holds remains of the page's markup. Remove them."
    glued = next((match for match in GLUED.finditer(line) if not _known(line, match, page)), None)
    split = next((match for match in SPLIT.finditer(line) if not JOINING.search(match[0])), None)
    if broken := glued or split:
        yield f"the word {broken[0][:40]!r} is broken. Write it as it should be."
    twice = DOUBLED.search(line)
    if twice and twice[1].casefold() not in TWICE and not page.in_title(twice[0]):
        yield f"the word {twice[1][:40]!r} stands twice. Remove one."
    if sum(line.count(sign) for sign in QUOTES) % 2 or line.count("(") != line.count(")"):
        yield "a quotation mark or a bracket is left open. Close it or remove it."


def _known(line: str, match: re.Match[str], page: Page) -> bool:
    """Tell whether a word that looks glued is a name: it stands in the title or as the brand."""
    start = line.rfind(" ", 0, match.start()) + 1
    word = line[start:].split()[0].strip(".,!?;:()\"'“”")
    return page.in_title(word) or folded(word) in folded(page.product.brand or "")


def _speech(line: str, page: Page) -> Iterator[str]:
    """What may not be spoken."""
    sign = SIGNS.search(line)
    slash = SLASH.search(line)
    if slash and page.in_title(slash[0]):
        slash = None
    if unsayable := sign or slash:
        yield f"nobody can say {unsayable[0]!r}. Put it in words."
    if LABEL.match(line):
        yield "it is a label with its value, no sentence. Make it one, or show it as a row."
