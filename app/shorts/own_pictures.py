"""Pictures that a person adds to a short's product: looked at as those of its page are, with the same limits."""

from __future__ import annotations

import hashlib

from app.analysis.process import PictureProcess
from app.blobs import store as media
from app.blobs.looks import find_look, keep_look
from app.blobs.unused import put_shared
from app.core.picture_formats import READ, format_of, unknown
from app.errors import Conflict, InvalidInput
from app.fetching.policy import FetchPolicy, always
from app.models import ImageAnalysis
from app.products import repository as products
from app.shorts.repository import Short
from app.shorts.steps.picture_details import with_details

MOST_BYTES = FetchPolicy.max_image_bytes
MOST_PICTURES = 60
"""Of one product, the page's own included."""
SCHEME = "upload:"


def add_picture(short: Short, data: bytes) -> ImageAnalysis:
    """Look at a picture, keep it, and add it to the pictures of the short's product; the same one again is there.

    Its address in a scenario is ``upload:`` and what its content comes to.

    Raises:
        Conflict: the short has no product yet, or so many pictures that none is taken any more.
        InvalidInput: it is no picture of a format that is read, too large, or cannot be read.
        Unavailable: the database or the media store does not answer.
    """
    if short.product_id is None:
        raise Conflict(f"short {short.short_id} has no product yet")
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"picture: larger than {MOST_BYTES // 1_000_000} MB")
    if format_of(data) not in READ:
        raise InvalidInput(f"picture: {unknown(data)}")
    stored = products.get_product(short.product_id)
    url = f"{SCHEME}{hashlib.sha256(data).hexdigest()[:40]}"
    if (known := next((image for image in stored.images if image.url == url), None)) is not None:
        return known
    if len(stored.product.images) >= MOST_PICTURES:
        raise Conflict(f"the product has {len(stored.product.images)} pictures, and no more are taken")
    process = PictureProcess()
    found = find_look(media.content_key("images", data, ""), url, short.user_id)
    if found is None:
        found = process.analyze(data, url, always)
        if found.error is not None:
            raise InvalidInput(f"picture: {found.error}")
        found.media_key = put_shared("images", data, "", short.user_id)
        found = keep_look(found, short.user_id)
    [image] = with_details([found], short.user_id, process, always)
    products.add_picture(short.product_id, image)
    return image
