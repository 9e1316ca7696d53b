"""Bound what an HTML parser must do: nesting depth, open formatting elements and the number of tags.

The HTML standard's tree construction walks the stack of open elements on most start tags, so its time grows with the
square of the nesting depth, and it repeats open formatting elements in every paragraph. Browsers cap the depth as well.
"""

import re
from collections import Counter

MAX_DEPTH = 256
MAX_FORMATTING = 3
MAX_TAGS = 80_000
MAX_SIGNS = 4 * MAX_TAGS
"""Signs "<" that are looked at, tags or not."""
MAX_ATTRIBUTES = 400
"""The parser compares each attribute of a tag with all before it."""

# Void elements, and those that the parser closes by itself when the next of their kind begins.
# fmt: off
FREE = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "html",
    "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
    "option", "optgroup",
    "rp", "rt", "path", "a",
))
# fmt: on
NOT_DEEP = frozenset((*FREE, *(f"/{name}" for name in FREE))) - {"html", "body", "/html", "/body"}
FORMATTING = frozenset(("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
# An end tag does not reach over these ("has an element in scope"), nor out of a select.
BOUNDARIES = frozenset(("table", "object", "marquee", "applet", "select", "template"))
RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
"""Elements whose content is text, but for their end tag."""
FOREIGN = frozenset(("svg", "math"))
"""Elements in which a title is none of them."""
UNSURE = RAW | FOREIGN
"""Elements in which what looks like a tag may be none."""
LONG_TAG = 2 * MAX_ATTRIBUTES
# A tag's attributes, past any ">" in quotes. A quote opens a value after "=" alone: one in a name is part of the name.
# The first loop is the second one's, for what nearly all attributes are.
ATTRIBUTES = r"(?:[^>=]*+=\"[^\"]*+\")*+[^>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?[^>=]*+)*+"
# At most 13 stretches of 30 attributes, each of which is a letter and a space at least.
FEW_ATTRIBUTES = r"(?:[^>=]{0,60}+=\s*+(?:\"[^\"]*+\"|'[^']*+')?+){0,12}+[^>=]{0,60}+>"
NAMES = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9]*+)(?:>|{FEW_ATTRIBUTES}|({ATTRIBUTES}))")
"""Tags: the name, and the attributes where they may be many."""
QUOTED = re.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
# Scripts, styles, comments and texts hold no tags; one without an end reaches to the end of the page.
TAG = re.compile(
    rf"<(?:(?P<raw>{'|'.join(sorted(RAW))})\b{ATTRIBUTES}(?:.*?</(?P=raw)|.*)"
    r"|!--(?:.*?-->|.*)"
    rf"|(?P<close>/?)(?P<name>[a-z][a-z0-9]*+){ATTRIBUTES}>?)",
    re.IGNORECASE | re.DOTALL,
)


def bounded(html: str) -> str:
    """Return ``html`` itself where a quick count shows that it keeps the limits, else what ``flatten`` makes of it."""
    if html.count("<") > MAX_SIGNS:
        html = html[: -1 - len(html.split("<", MAX_SIGNS)[-1])]
    return html if _harmless(html) else flatten(html)


def _harmless(html: str) -> bool:
    """Whether the page keeps the limits for sure."""
    if html.count("<") > MAX_TAGS:
        return False
    tags = NAMES.findall(html)
    if any(len(rest) > LONG_TAG and _attributes(rest) > MAX_ATTRIBUTES for rest in {rest for _, rest in tags}):
        return False
    names = [name for name, _ in tags]
    known = set(names)
    if any(not _closed_at_once(one, names) for one in known if one.lower() in UNSURE):
        return False
    ends = {one: one[1:] for one in known if one[0] == "/"}
    stack: list[str] = []
    formatting: list[str] = []
    for name in names:
        if name in NOT_DEEP:
            continue
        ended = ends.get(name)
        if ended is None:
            if name in FORMATTING:
                formatting.append(name)
                if len(formatting) > MAX_FORMATTING:
                    return False
            else:
                stack.append(name)
                if len(stack) > MAX_DEPTH:
                    return False
        elif stack and stack[-1] == ended:
            stack.pop()
        elif ended in formatting:
            formatting.remove(ended)
        else:
            _close(stack, ended)
    return True


def _closed_at_once(name: str, names: list[str]) -> bool:
    """Whether each of the tags of that name is the page's last, or its end tag follows."""
    end = f"/{name.lower()}"
    place = -1
    for _ in range(names.count(name)):
        place = names.index(name, place + 1)
        if names[place + 1 : place + 2] and names[place + 1].lower() != end:
            return False
    return True


def flatten(html: str) -> str:
    """Return ``html`` with the tags beyond the limits left out (their text stays) and cut after ``MAX_TAGS`` tags."""
    stack: list[str] = []
    formatting: Counter[str] = Counter()
    open_formatting = 0
    kept: list[str] = []
    start = count = 0
    once: set[str] = set()
    end = len(html)
    for match in TAG.finditer(html):
        name = match["name"]
        if name is None:
            continue
        count += 1
        if count > MAX_TAGS:
            end = match.start()
            break
        name = name.lower()
        drop = match.end() - match.start() > LONG_TAG and _attributes(match[0]) > MAX_ATTRIBUTES
        if name in ("html", "body") and not match["close"]:
            # A second one only adds its attributes to the first.
            drop = drop or name in once
            once.add(name)
        if drop or name in FREE:
            pass
        elif name in FORMATTING:
            if not match["close"]:
                drop = open_formatting >= MAX_FORMATTING
                change = 0 if drop else 1
            else:
                change = -1 if formatting[name] else 0
            formatting[name] += change
            open_formatting += change
        elif not match["close"]:
            drop = len(stack) >= MAX_DEPTH or name in FOREIGN
            if not drop:
                stack.append(name)
        else:
            _close(stack, name)
        if drop:
            kept.append(html[start : match.start()])
            start = match.end()
    kept.append(html[start:end])
    return "".join(kept)


def _attributes(text: str) -> int:
    """Return how many attributes a tag has at most: they end with a space, a slash or a quoted value."""
    return len(QUOTED.sub(" ", text).replace("/", " ").split())


def _close(stack: list[str], name: str) -> None:
    """Take ``name`` and all above it off the stack, as its end tag does, unless a boundary hides it."""
    for position in range(len(stack) - 1, -1, -1):
        if stack[position] == name:
            del stack[position:]
            return
        if stack[position] in BOUNDARIES:
            return
