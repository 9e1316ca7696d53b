"""Take what is no markup out of a page before it is parsed: scripts (kept apart), styles, drawings and comments.

They are most of a shop page's bytes. What they hold is found by ``str.find`` alone, so the time is linear in the page's
length whatever it holds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

START = re.compile(r"<(?=[sSnNtT!])(?:(script|style|svg|noscript|template)(?=[\s/>])|!--)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]+)\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
STREAMED = re.compile(r"""id\s{0,9}=\s{0,9}["']?([^\s"'>]{0,40}[BP]:[0-9a-fA-F]{1,8})["'\s/>]""")
"""The id of a template in whose place a part that is sent later is put."""
PICTURES = re.compile(r"<img\b[^<>]{1,5000}>", re.IGNORECASE)
MAX_FALLBACK = 20_000
"""Characters of a ``noscript`` that may hold a picture for browsers without scripts."""
STRIKES = "line-through"
MAX_RULE, MAX_SELECTOR = 500, 100
"""Characters of a style sheet's rule before what strikes out, and of those before the rule that are looked at."""
SELECTOR = re.compile(r"(?:^|[{}>/;])\s*\.([\w-]{1,80})\s{0,9}$", re.ASCII)
"""One class alone, after another rule, a comment or the style's tag; rules with other conditions hold elsewhere."""
MAX_SCRIPTS = 5000
DATA_TYPES = ("application/json", "application/ld+json", "text/template")


@dataclass(frozen=True, slots=True)
class Script:
    """A script element: its attributes as they are written, and its source."""

    head: str
    body: str

    @property
    def attributes(self) -> dict[str, str]:
        return {
            match[1].lower(): match[2] or match[3] or match[4] or "" for match in ATTRIBUTE.finditer(self.head[:2000])
        }

    @property
    def is_json(self) -> bool:
        return "json" in self.head.lower()

    @property
    def is_json_ld(self) -> bool:
        return "ld+json" in self.head.lower()


def struck_classes(html: str) -> frozenset[str]:
    """Return the classes, in lower case, whose text the page's own style sheets strike out wherever it stands."""
    found = set()
    place = -1
    while (place := html.find(STRIKES, place + 1)) >= 0:
        rule = html.rfind("{", max(0, place - MAX_RULE - 1), place)
        if rule >= 0 and "}" not in html[rule:place]:
            named = SELECTOR.search(html[max(0, rule - MAX_SELECTOR) : rule])
            if named:
                found.add(named[1].lower())
    return frozenset(found)


def runs(scripts: Iterable[Script]) -> bool:
    """Tell whether any of the scripts runs, rather than being data or a template."""
    return any(not script.attributes.get("type", "").lower().startswith(DATA_TYPES) for script in scripts)


def split(html: str) -> tuple[str, list[Script]]:
    """Return ``html`` without scripts, styles, drawings, templates, ``noscript`` and comments, and the scripts.

    What browsers show of these is kept: the content of a declarative shadow root, the pictures in ``noscript``, and an
    empty element in the place of a part that is sent later (``streamed.spliced``).
    """
    kept: list[str] = []
    scripts: list[Script] = []
    position = 0
    while match := START.search(html, position):
        kept.append(html[position : match.start()])
        name = match[1]
        if name is None:
            end = html.find("-->", match.start() + 2)
            position = end + 3 if end >= 0 else len(html)
            continue
        name = name.lower()
        opened = html.find(">", match.end())
        if opened < 0:
            position = len(html)
            break
        if html[opened - 1] == "/" and name == "svg":
            position = opened + 1
            continue
        if name == "template" and "shadowroot" in html[match.end() : opened].lower():
            position = opened + 1
            continue
        closed = _closing(html, name, opened + 1)
        if name == "script" and len(scripts) < MAX_SCRIPTS:
            scripts.append(Script(html[match.end() : opened], html[opened + 1 : closed]))
        end = html.find(">", closed)
        position = end + 1 if end >= 0 else len(html)
        kept.append(" ")
        if name == "template" and (place := STREAMED.search(html, match.end(), opened + 1)):
            kept.append(f'<i id="{place[1]}"></i>')
        elif name == "noscript" and closed - opened < MAX_FALLBACK:
            kept += PICTURES.findall(html, opened + 1, closed)
    kept.append(html[position:])
    return "".join(kept), scripts


def _closing(html: str, name: str, position: int) -> int:
    """Return where the end tag of ``name`` begins; without one, the element reaches to the end of the page."""
    while (found := html.find("</", position)) >= 0:
        if html[found + 2 : found + 2 + len(name)].lower() == name:
            return found
        position = found + 2
    return len(html)
