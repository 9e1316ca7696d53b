"""What callers do with products: routes and pages alike come through here."""

from __future__ import annotations

from app.access.caller import Caller
from app.db.client import database_answers
from app.http.schemas import StoredProductOut
from app.products import repository as products

FOLDER = "images/"


def get(caller: Caller, product_id: str) -> StoredProductOut:
    """Return a product with the analyses of its pictures and text.

    Raises:
        NotFound: the caller has no such product.
    """
    with database_answers():
        stored = products.get_product(product_id, owner=caller.owner)
    return StoredProductOut(
        product_id=product_id,
        product=stored.product,
        images=[image.model_dump(mode="json") for image in stored.images],
        analysis=stored.analysis.model_dump(mode="json") if stored.analysis else None,
    )


def picture_name(media_key: str) -> str:
    """Return the name under which a product's picture is had: its media key without the folder."""
    return media_key.removeprefix(FOLDER)
