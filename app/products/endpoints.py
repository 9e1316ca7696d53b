"""Products, and their pictures as ShopReel keeps them, in the size that is asked for: no browser need ask the shop."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.access.caller import CurrentCaller
from app.analysis.process import show_picture
from app.blobs import store as media
from app.db.client import database_answers
from app.errors import NotFound, Unavailable, WorkFailed
from app.http.problems import problem_responses
from app.http.schemas import ProductId, StoredProductOut
from app.products import repository as products
from app.products import use_cases
from app.products.use_cases import FOLDER

router = APIRouter(tags=["shorts"])


@router.get("/products/{product_id}", responses=problem_responses(404))
def get_product(product_id: ProductId, caller: CurrentCaller) -> StoredProductOut:
    """Return a product with the analyses of its pictures and text."""
    return use_cases.get(caller, product_id)


@router.get(
    "/products/{product_id}/pictures/{file}",
    responses=problem_responses(404) | {200: {"content": {"image/jpeg": {}}, "description": "The picture"}},
    response_class=Response,
)
def get_product_picture(
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
    return Response(_shown(media.get(key), width), headers=headers, media_type="image/jpeg")


def _shown(data: bytes, width: int) -> bytes:
    try:
        return show_picture(data, width)
    except WorkFailed as error:
        if error.retryable:
            raise Unavailable(f"the picture can't be shown now: {error}") from None
        raise NotFound(f"the picture cannot be read: {error}") from None
