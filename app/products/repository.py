"""The products collection: what was extracted, with what was learnt of its pictures and text since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo.errors import DuplicateKeyError

from app.access.ownership import ownership_filter
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.writes import Insert, Update
from app.errors import NotFound
from app.models import ContentAnalysis, ImageAnalysis, Product, utc_now
from app.tasks.fences import Run, write_as

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


def save_product(run: Run, product_id: str, product: Product, user_id: str | None) -> None:
    """Store a product under its id; the same id again replaces it, so that a task may run twice. Raises as below."""
    save_products(run, {product_id: product}, user_id)


@database_answers()
def save_products(run: Run, found: Mapping[str, Product], user_id: str | None) -> None:
    """Store products under their ids, each as ``save_product`` does.

    Raises:
        Cancelled: the run does not hold its task any more; nothing was stored.
        Unavailable: the database does not answer.
    """
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
    try:
        write_as(run, [Insert(COLLECTION, document) for document in documents])
    except DuplicateKeyError:
        # A run that was cut short has stored some. For all, upserts would take ten times as long.
        write_as(run, [_replacement(document) for document in documents])


def _replacement(document: dict[str, Any]) -> Update:
    kept = {name: value for name, value in document.items() if name not in ("_id", *REPLACED)}
    replaced = {name: document[name] for name in REPLACED}
    return Update(COLLECTION, {"_id": document["_id"]}, {"$set": replaced, "$setOnInsert": kept}, upsert=True)


def save_images(run: Run, product_id: str, images: list[ImageAnalysis]) -> None:
    """Store the analyses of a product's pictures, best first.

    Raises Cancelled or Unavailable, as ``save_products`` does.
    """
    _set(run, product_id, "images", [image.model_dump(mode="json") for image in images])


def save_analysis(run: Run, product_id: str, analysis: ContentAnalysis) -> None:
    """Store the analysis of a product's text. Raises Cancelled or Unavailable, as ``save_products`` does."""
    _set(run, product_id, "analysis", analysis.model_dump(mode="json"))


@database_answers()
def add_picture(product_id: str, image: ImageAnalysis) -> None:
    """Add a picture that a person gave to a product, unless it is there.

    Raises:
        Unavailable: the database does not answer.
    """
    query = {"_id": product_id, "product.images": {"$ne": image.url}}
    added = {"product.images": image.url, "images": image.model_dump(mode="json")}
    write_together([Update(COLLECTION, query, {"$push": added, "$set": {"updated_at": utc_now()}})])


@database_answers()
def get_product(product_id: str, *, owner: str | None = None) -> StoredProduct:
    """Return a product; ``owner``: as in ``ownership_filter``.

    Raises:
        NotFound: there is none of this id.
    """
    found = mongo.collection(COLLECTION).find_one({"_id": product_id} | ownership_filter(owner))
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
def _set(run: Run, product_id: str, field: str, value: Any) -> None:
    change = {"$set": {field: value, "updated_at": utc_now()}}
    write_as(run, [Update(COLLECTION, {"_id": product_id}, change)])
