"""A shop's home page read for its brand: fetched as product pages are, guarded, and read in a child with limits."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from urllib.parse import urlsplit

import fontpkg

from app.analysis.colours import OTHER_COLOUR, delta
from app.analysis.process import PictureProcess
from app.brand_models import LONGEST_LOGO, BrandKit
from app.brands.repository import BrandProposal
from app.core.redaction import without_secrets
from app.errors import InvalidInput, Unavailable, WorkFailed
from app.extraction.brand import is_vivid
from app.fetching import FetchPolicy, Image, fetch_image, fetch_page
from app.fetching.policy import always
from app.products.pages import settings_policy
from app.untrusted import read_brand

HOST_OF_NUMBERS = re.compile(r"[\d:]$")
CSS = frozenset({"text/css"})
PART_SECONDS = 8.0
"""For one style sheet or picture: a person waits."""
MOST_COLOURS = 4
SMALLEST_LOGO = 32
"""Pixels of its longer side."""
TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What a kit's logo may be."""


def brand_at(url: str) -> BrandProposal:
    """Return what the page at ``url`` shows of its shop's brand.

    Raises:
        InvalidInput: it may not be fetched, or can't be read.
        Unavailable: it can't be had now.
    """
    policy = settings_policy()
    try:
        page = fetch_page(url, policy)
        policy = replace(policy, total_seconds=PART_SECONDS)
        address = page.final_url or url
        first = read_brand(page.html, address)
        css = "\n".join(_style(one, policy) for one in first.styles)
        found = read_brand(page.html, address, css)
    except WorkFailed as error:
        raise (Unavailable if error.retryable else InvalidInput)(f"url: {error}") from error
    notes: list[str] = []
    logo, palette = _logo(found.logos, policy, notes)
    installed = set(fontpkg.families())
    named = [family.lower().replace(" ", "-") for family in found.fonts]
    font = next((family for family in named if family in installed), None)
    if found.fonts and font is None:
        notes.append(f"Of its fonts ({', '.join(found.fonts[:3])}) none is installed here.")
    kit = BrandKit(
        logo=logo, colours=_apart([*found.colours, *filter(is_vivid, palette)]), font=font, end_card=_host(address)
    )
    return BrandProposal(name=found.name, brand=kit, fonts=found.fonts, notes=notes)


def logo_of(data: bytes, media_type: str) -> tuple[str, list[str]]:
    """Return a picture as the ``data:`` URL that a kit's logo is, and its colours.

    Raises:
        InvalidInput: it is no picture that a logo can be, or too large.
    """
    process = PictureProcess()
    seen = process.analyze(data, "", always)
    if seen.error is not None:
        raise InvalidInput(f"logo: {seen.error}")
    if max(seen.width, seen.height) < SMALLEST_LOGO:
        raise InvalidInput(f"logo: {seen.width} x {seen.height} pixels are too few")
    address = _data_url(data, media_type)
    if media_type not in TYPES or len(address) > LONGEST_LOGO:
        try:
            address = _data_url(process.small_jpeg(data, always), "image/jpeg")
        except WorkFailed as error:
            raise InvalidInput(f"logo: {error}") from None
    if len(address) > LONGEST_LOGO:
        raise InvalidInput("logo: this is no simple picture; use a smaller one")
    return address, seen.palette


def _logo(addresses: list[str], policy: FetchPolicy, notes: list[str]) -> tuple[str | None, list[str]]:
    """Return the first picture that can be a logo, and its colours; what can't is noted."""
    for address in addresses:
        try:
            image: Image = fetch_image(address, policy)
            return logo_of(image.data, image.content_type)
        except (InvalidInput, WorkFailed) as error:
            notes.append(f"Not its logo: {without_secrets(address)[:100]}: {str(error)[:150]}")
    if not addresses:
        notes.append("The page shows no logo that is a picture.")
    return None, []


def _style(address: str, policy: FetchPolicy) -> str:
    try:
        return fetch_page(address, policy, "text/css,*/*;q=0.1", CSS).html
    except (InvalidInput, WorkFailed):
        return ""  # the page itself says something, too


def _apart(colours: list[str]) -> list[str]:
    """Return the first colours that differ."""
    found: list[str] = []
    for colour in colours:
        if all(delta(colour, other) > OTHER_COLOUR for other in found):
            found.append(colour)
    return found[:MOST_COLOURS]


def _host(url: str) -> str | None:
    """Return a shop's name on the web, as people write it; None: it is only an address of numbers."""
    name = (urlsplit(url).hostname or "").removeprefix("www.")
    return None if HOST_OF_NUMBERS.search(name) else name[:60] or None


def _data_url(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
