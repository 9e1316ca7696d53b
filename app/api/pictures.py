"""A product's pictures as ShopReel keeps them, in the size that is asked for: no browser need ask the shop."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from PIL import Image, UnidentifiedImageError

from app.api.access import CurrentCaller
from app.api.problems import problem_responses
from app.api.schemas import ProductId
from app.errors import NotFound
from app.models import MAX_PICTURE_PIXELS
from app.storage import media, products
from app.storage.mongo import database_answers

router = APIRouter(tags=["shorts"])
FOLDER = "images/"
QUALITY = 82


def picture_name(media_key: str) -> str:
    """Return the name under which a product's picture is had: its media key without the folder."""
    return media_key.removeprefix(FOLDER)


@router.get(
    "/products/{product_id}/pictures/{file}",
    responses=problem_responses(404) | {200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    response_class=Response,
)
def get_picture(
    product_id: ProductId,
    file: Annotated[str, Path(min_length=1, max_length=128)],
    caller: CurrentCaller,
    width: Annotated[int, Query(ge=32, le=2048, description="At most so many pixels wide.")] = 640,
) -> Response:
    """Return a picture of a product (``file``: the last part of its ``media_key``), as JPEG."""
    with database_answers():
        stored = products.get_product(product_id, owner=caller.owner)
    key = FOLDER + file
    if not any(image.media_key == key for image in stored.images):
        raise NotFound(f"product {product_id} has no picture {file}")
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}  # the name follows from the content
    return Response(shrunk(media.get(key), width), headers=headers, media_type="image/jpeg")


def shrunk(data: bytes, width: int) -> bytes:
    """Return a picture as JPEG, at most ``width`` pixels wide, on white where it is transparent.

    Raises:
        NotFound: it cannot be read as a picture.
    """
    try:
        with Image.open(BytesIO(data)) as source:
            if source.width * source.height > MAX_PICTURE_PIXELS:
                raise NotFound("the picture is too large to be shown")
            source.draft("RGB", (width, width))
            picture = source.convert("RGBA") if source.mode in ("RGBA", "LA", "P", "PA") else source.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise NotFound(f"the picture cannot be read: {error}") from None
    picture.thumbnail((width, width * 4))
    if picture.mode == "RGBA":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
