"""What is posted with a video: its script's words and hashtags, cut to what each network takes. Nothing is invented."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from app.models import Scenario

ADDRESS = re.compile(r"https?://\S+")
SHORTENED = 23
"""What any address counts as on X."""
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Ranges of characters that count as one on X; all others count as two."""


def characters(text: str) -> int:
    """Return how many Unicode characters a text has."""
    return len(text)


def utf16_units(text: str) -> int:
    """Return how many units of UTF-16 a text takes, as JavaScript and Java count."""
    return len(text.encode("utf-16-le")) // 2


def utf8_bytes(text: str) -> int:
    """Return how many bytes a text takes."""
    return len(text.encode())


def x_weight(text: str) -> int:
    """Return what a text counts as on X; joined emoji count as each of their parts, which is never too little."""
    rest = unicodedata.normalize("NFC", ADDRESS.sub("", text))
    heavy = sum(not any(first <= ord(one) <= last for first, last in LIGHT) for one in rest)
    return SHORTENED * len(ADDRESS.findall(text)) + len(rest) + heavy


@dataclass(frozen=True)
class Network:
    """A network and what it takes."""

    name: str
    label: str
    limit: int
    """Of the text with its hashtags, counted by ``count``."""
    count: Callable[[str], int]
    hashtags: int
    """At most."""
    source: str
    """Where limit and hashtags are said."""
    links: bool = False
    """Whether an address can be followed from there; elsewhere it is left out."""
    title: int = 0
    """Characters of a title of its own; 0: the title begins the text."""


NETWORKS = (
    Network(
        "tiktok",
        "TikTok",
        2200,
        utf16_units,
        5,
        "https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
    ),
    Network(
        "instagram",
        "Instagram",
        2200,
        characters,
        5,
        "https://www.ayrshare.com/docs/apis/post/social-networks/instagram",
    ),
    Network(
        "youtube",
        "YouTube Shorts",
        5000,
        utf8_bytes,
        15,
        "https://developers.google.com/youtube/v3/docs/videos",
        title=100,
    ),
    Network(
        "facebook",
        "Facebook",
        50_000,
        characters,
        10,
        "https://docs.bulkit.io/docs/platforms/facebook",
        links=True,
    ),
    Network(
        "x",
        "X",
        280,
        x_weight,
        3,
        "https://docs.x.com/fundamentals/counting-characters",
        links=True,
    ),
)


class Post(BaseModel):
    """What is posted on one network."""

    network: str
    label: str
    """What people call the network."""
    title: str | None
    """Where the network has a field for it; else null, and the text begins with it."""
    text: str
    """With its hashtags."""
    length: int
    """Of the text, as the network counts."""
    limit: int


def posts_of(scenario: Scenario) -> list[Post]:
    """Return what may be posted with a script's video on each network."""
    return [post_for(network, scenario) for network in NETWORKS]


def post_for(network: Network, scenario: Scenario) -> Post:
    """Return what may be posted on a network: whole lines of the script's description, as many as it takes."""
    title = scenario.title.translate({ord("<"): None, ord(">"): None}) if network.title else scenario.title
    lines = [line.strip() for line in scenario.description.splitlines() if line.strip()]
    told = [line for line in lines if not ADDRESS.fullmatch(line)]
    addresses = [line for line in lines if ADDRESS.fullmatch(line)][:1] if network.links else []
    kept = [] if network.title else [title]
    tags: list[str] = []

    def whole(lines: list[str], tags: list[str]) -> str:
        return "\n".join([*lines, *addresses, *([" ".join(tags)] if tags else [])])

    def fits(lines: list[str], tags: list[str]) -> bool:
        return network.count(whole(lines, tags)) <= network.limit

    for tag in scenario.hashtags[: network.hashtags]:  # before the description: by them a post is found
        if fits(kept, [*tags, tag]):
            tags.append(tag)
    for line in told:
        if not fits([*kept, line], tags):
            break
        kept.append(line)
    text = whole(kept, tags)
    own = title[: network.title] if network.title else None
    return Post(
        network=network.name,
        label=network.label,
        title=own,
        text=text,
        length=network.count(text),
        limit=network.limit,
    )
