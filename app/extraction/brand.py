"""What a shop's home page and its style sheets say of its brand: name, logo, colours, fonts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

MOST_LOGOS, MOST_STYLES, MOST_COLOURS, MOST_FONTS = 8, 4, 12, 8
MOST_TEXT = 2_000_000
"""Letters of style that are read."""
COLOUR = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b|rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", re.IGNORECASE)
DECLARATION = re.compile(r"([-\w]{1,60})\s*:\s*([^;{}]{1,300})")
NAMED = re.compile(r"brand|primary|accent|highlight|cta|button", re.IGNORECASE)
"""What custom properties are called that hold the colours of a brand."""
NAMED_WEIGHT, THEME_WEIGHT = 20, 60
DULL, NEAR = 0.18, 32
"""Saturation, and levels between the strongest and the weakest of red, green and blue, below which a colour is grey: no
brand is known by it."""
FAMILY = re.compile(r"\s*(?:\"([^\"]{1,60})\"|'([^']{1,60})'|([A-Za-z][-\w ]{0,59}))")
FONT_PROPERTY = re.compile(r"--[-\w]*font")
GENERIC = frozenset(
    [
        "inherit",
        "initial",
        "unset",
        "serif",
        "sans-serif",
        "monospace",
        "cursive",
        "fantasy",
        "system-ui",
        "ui-sans-serif",
        "ui-serif",
        "ui-monospace",
        "-apple-system",
        "blinkmacsystemfont",
        "arial",
        "helvetica",
        "georgia",
        "times",
        "verdana",
        "tahoma",
        "emoji",
        "math",
        "var",
    ]
)
HOSTED = re.compile(r"family=([A-Za-z0-9+ ]{1,60})")
"""A family in the address of a service that sends fonts."""
LOGO = re.compile(r"logo|brand|wordmark", re.IGNORECASE)
ICON_SIZE = re.compile(r"(\d{1,4})x\d{1,4}")


@dataclass
class Traits:
    """What was found, the likeliest of each first."""

    name: str = ""
    logos: list[str] = field(default_factory=list)
    """Absolute addresses of pictures that may be the logo."""
    styles: list[str] = field(default_factory=list)
    """Absolute addresses of its style sheets."""
    colours: list[str] = field(default_factory=list)
    """``#rrggbb``; greys are none."""
    fonts: list[str] = field(default_factory=list)
    """Families as they are called, without those of systems."""


def brand_traits(html: str, url: str, css: str = "") -> Traits:
    """Return what a page at ``url``, with what its style sheets hold (``css``), says of the brand."""
    page = LexborHTMLParser(html)
    inline = "\n".join(node.text() for node in page.css("style"))
    links = [node.attributes for node in page.css("link[href]")]
    colours, fonts = _styled(f"{inline}\n{css}"[:MOST_TEXT])
    theme = _meta(page, "theme-color")
    for colour in _colours(theme):
        colours[colour] += THEME_WEIGHT
    for attributes in links:
        for family in HOSTED.findall(attributes.get("href") or ""):
            fonts[family.replace("+", " ").strip()] += 2
    things = list(_things(page))
    return Traits(
        name=_name(page, things, url),
        logos=list(dict.fromkeys(_absolute(url, _logos(page, links, things))))[:MOST_LOGOS],
        styles=list(dict.fromkeys(_absolute(url, _style_sheets(links))))[:MOST_STYLES],
        colours=[colour for colour, _ in colours.most_common(MOST_COLOURS)],
        fonts=[family for family, _ in fonts.most_common(MOST_FONTS)],
    )


def _styled(css: str) -> tuple[Counter[str], Counter[str]]:
    """Return how often colours and families are named in CSS, those of a brand's properties more."""
    colours: Counter[str] = Counter()
    fonts: Counter[str] = Counter()
    for name, value in DECLARATION.findall(css):
        family = FAMILY.match(value) if name.lower() == "font-family" or FONT_PROPERTY.match(name) else None
        if family is not None and (told := next(filter(None, family.groups()), "").strip()):
            fonts[told] += told.lower() not in GENERIC
        for colour in _colours(value):
            colours[colour] += NAMED_WEIGHT if name.startswith("--") and NAMED.search(name) else 1
    return +colours, +fonts


def _colours(text: str) -> Iterator[str]:
    """Yield the colours in a text that are no greys."""
    for hexed, *parts in COLOUR.findall(text):
        digits = "".join(2 * one for one in hexed) if len(hexed) == 3 else hexed
        rgb = tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4)) if digits else tuple(map(int, parts))
        colour = "#" + "".join(f"{one:02x}" for one in rgb)
        if max(rgb) <= 255 and is_vivid(colour):
            yield colour


def is_vivid(colour: str) -> bool:
    """Tell whether ``#rrggbb`` is a colour that a brand may be known by: no grey."""
    rgb = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    apart = max(rgb) - min(rgb)
    return apart >= NEAR and apart / max(rgb) >= DULL


def _things(page: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD."""
    for node in page.css('script[type="application/ld+json"]'):
        try:
            left = [json.loads(node.text())]
        except ValueError:
            continue
        while left:
            one = left.pop()
            if isinstance(one, list):
                left += one
            elif isinstance(one, dict):
                yield one
                left += [value for value in one.values() if isinstance(value, dict | list)]


def _name(page: LexborHTMLParser, things: list[dict[str, Any]], url: str) -> str:
    kinds = ("Organization", "OnlineStore", "Store", "WebSite", "Brand")
    told = [str(one["name"]) for one in things if one.get("@type") in kinds and isinstance(one.get("name"), str)]
    title = node.text() if (node := page.css_first("title")) else ""
    found = [_meta(page, "og:site_name"), *told, re.split(r" [|–—·-] ", title)[0], urlsplit(url).hostname or ""]
    return next(" ".join(one.split())[:60] for one in [*found, "Brand"] if one.strip())


def _logos(page: LexborHTMLParser, links: list[dict[str, str | None]], things: list[dict[str, Any]]) -> Iterator[str]:
    for one in things:
        logo = one.get("logo")
        logo = logo.get("url") or logo.get("contentUrl") if isinstance(logo, dict) else logo
        if isinstance(logo, str):
            yield logo
    for node in page.css("header img, a[href='/'] img, img"):
        said = " ".join(node.attributes.get(name) or "" for name in ("class", "id", "alt", "src"))
        around = node.parent.attributes.get("class") or "" if node.parent is not None else ""
        if LOGO.search(said) or LOGO.search(around):
            yield node.attributes.get("src") or node.attributes.get("data-src") or ""
    yield _meta(page, "og:logo")
    icons = [one for one in links if "icon" in (one.get("rel") or "").lower()]
    icons.sort(key=lambda one: ("apple" not in (one.get("rel") or ""), -_icon_size(one)))
    yield from (one.get("href") or "" for one in icons)


def _icon_size(attributes: dict[str, str | None]) -> int:
    found = ICON_SIZE.search(attributes.get("sizes") or "")
    return int(found[1]) if found else 0


def _style_sheets(links: list[dict[str, str | None]]) -> Iterator[str]:
    for one in links:
        if "stylesheet" in (one.get("rel") or "").lower():
            yield one.get("href") or ""


def _meta(page: LexborHTMLParser, name: str) -> str:
    node = page.css_first(f'meta[name="{name}"], meta[property="{name}"]')
    return (node.attributes.get("content") or "").strip() if node else ""


def _absolute(url: str, addresses: Iterator[str]) -> Iterator[str]:
    for address in addresses:
        try:
            whole = urljoin(url, address.strip())
        except ValueError:
            continue
        if address.strip() and whole.startswith(("https://", "http://")) and len(whole) <= 4000:
            yield whole
