"""Where things are: the addresses of pages, and of what they show."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from app.http.schemas import StoredProductOut
from app.products.use_cases import picture_name
from app.shorts.repository import Short, Tile


def short_page(short: Short | Tile, part: str = "") -> str:
    """Return the address of a short's page, or of its ``edit``."""
    return f"/shorts/{quote(short.short_id, safe='')}{'/' + part if part else ''}{_whose(short)}"


def short_file(short: Short | Tile, part: str, **more: str) -> str:
    """Return the address of something of a short: ``video``, ``thumbnail``, ``scenario/preview``.

    A new state of it has a new address, so that no browser shows an old one. ``more``: which one, as the API asks it.
    """
    changed = int(short.updated_at.timestamp())
    return f"/api/v1/shorts/{quote(short.short_id, safe='')}/{part}{_whose(short, **more, v=str(changed))}"


def scene_still(short: Short, number: int, look: str, style: str | None = None) -> str:
    """Return the address of the picture of a scene (from 0) of the script as it is edited.

    ``look``: what names how it looks, so that no browser shows an old one. ``style``: in place of the script's own.
    """
    named = _whose(short, v=look, **({"style": style} if style else {}))
    return f"/api/v1/shorts/{quote(short.short_id, safe='')}/scenario/scenes/{number}/still{named}"


def picture(product_id: str, media_key: str, width: int) -> str:
    """Return the address of a product's picture."""
    name = quote(picture_name(media_key), safe="")
    return f"/api/v1/products/{quote(product_id, safe='')}/pictures/{name}?width={width}"


def pictures(product: StoredProductOut | None, width: int) -> dict[str, str]:
    """Return where each picture of a product that was kept is to be had: its shop's URL -> ours, best first."""
    if product is None:
        return {}
    return {
        image["url"]: picture(product.product_id, image["media_key"], width)
        for image in product.images
        if image.get("media_key")
    }


def _whose(short: Short | Tile, **more: str) -> str:
    named = ({"user_id": short.id_scope} if short.id_scope else {}) | more
    return f"?{urlencode(named)}" if named else ""
