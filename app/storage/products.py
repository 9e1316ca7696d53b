"""The products collection: what was extracted, with what was learnt of its pictures and text since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from app.errors import NotFound
from app.models import ContentAnalysis, ImageAnalysis, Product, utc_now
from app.storage import mongo
from app.storage.mongo import DUPLICATE_KEY, database_answers
from app.storage.owners import owned

COLLECTION = "products"
REPLACED = ("product", "user_id", "updated_at")
"""What a second run of a task writes; what was learnt of a product since stays."""


@dataclass(frozen=True)
class StoredProduct:
    """A product with its id and analyses."""

    product_id: str
    user_id: str | None
    product: Product
    images: list[ImageAnalysis]
    """Best first; empty until the pictures were analysed."""
    analysis: ContentAnalysis | None


def save_product(product_id: str, product: Product, user_id: str | None) -> None:
    """Store a product under its id; the same id again replaces it, so that a task may run twice."""
    save_products({product_id: product}, user_id)


@database_answers()
def save_products(found: dict[str, Product], user_id: str | None) -> None:
    """Store products under their ids, each as ``save_product`` does, new ones in one round trip."""
    now = utc_now()
    documents = [
        {
            "_id": product_id,
            "product": product.model_dump(mode="json"),
            "user_id": user_id,
            "created_at": now,
            "updated_at": now,
        }
        for product_id, product in found.items()
    ]
    if not documents:
        return
    try:
        # Upserts would do it at once, at a tenth of the speed on the embedded database.
        mongo.collection(COLLECTION).insert_many(documents, ordered=False)
    except BulkWriteError as error:
        faults = error.details["writeErrors"]
        if any(fault["code"] != DUPLICATE_KEY for fault in faults):
            raise
        known = [documents[fault["index"]] for fault in faults]
        mongo.collection(COLLECTION).bulk_write(
            [
                UpdateOne({"_id": one["_id"]}, {"$set": {name: one[name] for name in REPLACED}}, upsert=True)
                for one in known
            ],
            ordered=False,
        )


def save_images(product_id: str, images: list[ImageAnalysis]) -> None:
    """Store the analyses of a product's pictures, best first."""
    _set(product_id, "images", [image.model_dump(mode="json") for image in images])


def save_analysis(product_id: str, analysis: ContentAnalysis) -> None:
    """Store the analysis of a product's text."""
    _set(product_id, "analysis", analysis.model_dump(mode="json"))


@database_answers()
def get_product(product_id: str, *, owner: str | None = None) -> StoredProduct:
    """Return a product; ``owner``: as in ``owned``.

    Raises:
        NotFound: there is none of this id.
    """
    found = mongo.collection(COLLECTION).find_one({"_id": product_id} | owned(owner))
    if found is None:
        raise NotFound(f"there is no product {product_id}")
    return StoredProduct(
        product_id=product_id,
        user_id=found.get("user_id"),
        product=Product.model_validate(found["product"]),
        images=[ImageAnalysis.model_validate(image) for image in found.get("images", [])],
        analysis=ContentAnalysis.model_validate(found["analysis"]) if found.get("analysis") else None,
    )


@database_answers()
def _set(product_id: str, field: str, value: Any) -> None:
    mongo.collection(COLLECTION).update_one({"_id": product_id}, {"$set": {field: value, "updated_at": utc_now()}})
