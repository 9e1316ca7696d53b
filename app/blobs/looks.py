"""What was found of pictures, by their content: each is looked at once, whichever short or worker comes upon it.

A look lies beside its picture in the media store. What only the other pictures of a page tell (which it repeats, what
it shows of the product) and what a vision model of the user's said are no part of it.
"""

from __future__ import annotations

from pydantic import ValidationError

from app.blobs import store as media
from app.blobs import unused as unused_media
from app.errors import NotFound
from app.models import ImageAnalysis
from app.picture_models import scene_kind

VERSION = 1
"""Goes up when pictures are looked at in another way: what was found before counts no more."""


def find_look(media_key: str, url: str, user_id: str | None) -> ImageAnalysis | None:
    """Return what was found of the picture under ``media_key``; None: nobody has looked at it yet.

    Raises:
        Unavailable: the media store does not answer.
    """
    key = _key(media_key)
    try:
        found = ImageAnalysis.model_validate_json(media.get(key))
    except (NotFound, ValidationError):
        return None
    others = [name for name in (media_key, found.cutout_key, found.shadow_key) if name]
    # Noted first: a file that nobody names may be about to be removed.
    unused_media.note([key, *others], user_id)
    if not all(media.stored(name) for name in others):
        return None
    return found.model_copy(update={"url": url, "media_key": media_key, "look_key": key})


def keep_look(image: ImageAnalysis, user_id: str | None) -> ImageAnalysis:
    """Keep what was found of a stored picture; return it with ``look_key`` set.

    Raises Unavailable, as ``find_look`` does.
    """
    if image.media_key is None or image.shows is not None:
        return image
    key = _key(image.media_key)
    alone = {"url": "", "media_key": None, "look_key": None, "view": None, "colour_of": None, "duplicate_of": None}
    if image.kind == "detail":
        alone["kind"] = scene_kind(image.width, image.height)
    unused_media.note([key], user_id)
    media.put(key, image.model_copy(update=alone).model_dump_json().encode())
    return image.model_copy(update={"look_key": key})


def _key(media_key: str) -> str:
    return media.content_key("looks", f"{media_key} {VERSION}".encode(), ".json")
