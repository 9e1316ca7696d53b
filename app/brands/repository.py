"""The brand_kits collection: what users have saved of their look and sound; of each user's, one may be the default."""

from __future__ import annotations

import secrets
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.access.ownership import ownership_filter
from app.brand_models import BrandKit, BrandSettings
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.writes import Delete, Insert, Update
from app.errors import Conflict, NotFound
from app.models import UtcDatetime, utc_now

COLLECTION = "brand_kits"
MOST_KITS = 50
"""Of one user."""
Document = dict[str, Any]


class SavedBrandKit(BrandSettings):
    """A brand kit as it was saved."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    brand_kit_id: str
    user_id: str | None
    created_at: UtcDatetime
    updated_at: UtcDatetime


class BrandProposal(BaseModel):
    """What a shop's home page shows of its brand; nothing of it is saved."""

    name: str
    brand: BrandKit
    fonts: list[str]
    """The families that the page names, the most used first; ``brand.font`` is the first that is installed here."""
    notes: list[str] = []
    """What was found and can't be used, such as a logo as SVG."""


def _kit(found: Document) -> SavedBrandKit:
    return SavedBrandKit(brand_kit_id=found["_id"], **found)


@database_answers()
def add_kit(user_id: str | None, settings: BrandSettings) -> SavedBrandKit:
    """Save a brand kit; the default of before is none any more where this one is to be it.

    Raises:
        Conflict: the user has as many as one may have.
    """
    if mongo.collection(COLLECTION).count_documents({"user_id": user_id}, limit=MOST_KITS) >= MOST_KITS:
        raise Conflict(f"there are {MOST_KITS} brand kits already, as many as one user may have; remove one first")
    now = utc_now()
    document = {"_id": f"bk_{secrets.token_hex(8)}", "user_id": user_id, "created_at": now, "updated_at": now}
    document |= settings.model_dump(mode="json")
    write_together([Insert(COLLECTION, document), *(_no_default(user_id) if settings.default else [])])
    return _kit(document)


@database_answers()
def list_kits(owner: str | None, user_id: str | None = None) -> list[SavedBrandKit]:
    """Return the brand kits, the oldest first; ``owner``, ``user_id``: as in ``ownership_filter``."""
    found = mongo.collection(COLLECTION).find(ownership_filter(owner, user_id)).sort("created_at", 1).limit(200)
    return [_kit(one) for one in found]


@database_answers()
def get_kit(brand_kit_id: str, owner: str | None) -> SavedBrandKit:
    """Return a brand kit; ``owner``: as in ``ownership_filter``.

    Raises:
        NotFound: there is none of this id.
    """
    found = mongo.collection(COLLECTION).find_one({"_id": brand_kit_id} | ownership_filter(owner))
    if found is None:
        raise NotFound(f"there is no brand kit {brand_kit_id}")
    return _kit(found)


@database_answers()
def default_kit(user_id: str | None) -> SavedBrandKit | None:
    """Return the brand kit that a user's new shorts have, if there is one."""
    found = mongo.collection(COLLECTION).find_one({"user_id": user_id, "default": True})
    return _kit(found) if found else None


@database_answers()
def replace_kit(kit: SavedBrandKit, settings: BrandSettings) -> SavedBrandKit:
    """Save other settings in the place of a kit's.

    Raises:
        NotFound: it was removed meanwhile.
    """
    now = utc_now()
    change = {"$set": settings.model_dump(mode="json") | {"updated_at": now}}
    others = _no_default(kit.user_id, kit.brand_kit_id) if settings.default else []
    if not write_together([Update(COLLECTION, {"_id": kit.brand_kit_id}, change), *others]):
        raise NotFound(f"there is no brand kit {kit.brand_kit_id}")
    return get_kit(kit.brand_kit_id, None)


@database_answers()
def remove_kit(kit: SavedBrandKit) -> None:
    """Remove a brand kit; shorts that have it keep what they have."""
    write_together([Delete(COLLECTION, {"_id": kit.brand_kit_id})])


def _no_default(user_id: str | None, but: str = "") -> list[Update]:
    """Return the writes that take the default off a user's kits, but for one."""
    query = {"user_id": user_id, "default": True, "_id": {"$ne": but}}
    found = mongo.collection(COLLECTION).find(query, {"_id": 1})
    return [Update(COLLECTION, {"_id": one["_id"]}, {"$set": {"default": False}}) for one in found]
