"""Parts of a page that its server sends later than their place, as React does: put where a browser would put them.

``<template id="B:4">`` marks the place of a boundary, ``P:4`` that of a part within another one, and
``<div hidden id="S:4">`` at the end of the page holds what belongs there; a small script moves it.
"""

import re

from selectolax.lexbor import LexborHTMLParser

PART = re.compile(r"(.{0,40})S:([0-9a-fA-F]{1,8})")
SIGN = "S:"
MAX_PARTS = 500


def splice(tree: LexborHTMLParser, markup: str) -> None:
    """Move the parts that came late into their places; one without a place is shown where it stands."""
    if SIGN not in markup:
        return
    found = [(node, PART.fullmatch(node.attributes.get("id") or "")) for node in tree.css("div[hidden][id*='S:']")]
    parts = [(node, match) for node, match in found if match][:MAX_PARTS]
    if not parts:
        return
    places = {node.attributes.get("id"): node for node in tree.css("i[id*='B:'], i[id*='P:']")}
    # A part may hold the place of one that came before it; as copies are moved, the inner one has to be in it by then.
    for node, match in sorted(parts, key=lambda one: -int(one[1][2], 16)):
        del node.attrs["hidden"]
        place = places.get(f"{match[1]}B:{match[2]}") or places.get(f"{match[1]}P:{match[2]}")
        if place is not None:
            place.insert_before(node)
            node.decompose()
