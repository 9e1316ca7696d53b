"""The api_keys collection: who may call, and as whom.

A key is ``sr_`` and 256 random bits. What is stored is its SHA-256: the slow, salted hashes that passwords need defend
words that people choose against guessing, and nobody guesses 256 random bits, so that one fast hash gives nothing away
and a key can be looked up by it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pymongo.database import Database
from pymongo.errors import PyMongoError

from app.db import client as mongo
from app.db.indexes import Document
from app.errors import InvalidInput, NotFound, checked
from app.models import UtcDatetime, check_caller_id, utc_now

COLLECTION = "api_keys"
REVOKED = "revoked_keys"
"""The hashes of keys that were revoked, or whose users were forgotten, as far as a restore must know them."""
SECRET_BYTES = 32
TOKEN = re.compile(r"sr_[A-Za-z0-9_-]{43}")
USE_NOTED_EVERY = timedelta(minutes=5)
MAX_LABEL = 100


class KeyScope(StrEnum):
    """``user``: that user's things; ``admin``: everyone's, and the system's."""

    USER = "user"
    ADMIN = "admin"


class ApiKey(BaseModel):
    """A key as it is stored, without what could be used to call."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key_id: str
    """Names the key in lists and to ``revoke_key``; it opens nothing."""
    user_id: str
    scope: KeyScope
    label: Annotated[str, Field(max_length=MAX_LABEL)] = ""
    created_at: UtcDatetime
    last_used_at: UtcDatetime | None = None
    """To within five minutes."""
    revoked_at: UtcDatetime | None = None


def create_key(user_id: str, scope: KeyScope = KeyScope.USER, label: str = "") -> tuple[ApiKey, str]:
    """Make a key for a user; return it, and the token to call with, which is stored nowhere.

    Raises:
        InvalidInput: the user id or the label is not valid.
    """
    checked("user_id", check_caller_id, user_id)
    if len(label) > MAX_LABEL or not label.isprintable():
        raise InvalidInput(f"label: at most {MAX_LABEL} printable characters")
    token = f"sr_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey(key_id=secrets.token_hex(6), user_id=user_id, scope=scope, label=label, created_at=utc_now())
    mongo.collection(COLLECTION).insert_one({"_id": token_hash(token), **key.model_dump()})
    return key, token


def token_hash(token: str) -> str:
    """Return what a token is stored and found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_hash(hashed: str) -> ApiKey | None:
    """Return the key of a token's hash if it may be used, and note now and then that it was."""
    keys = mongo.collection(COLLECTION)
    found = keys.find_one({"_id": hashed})
    if found is None or found["revoked_at"] is not None:
        return None
    now = utc_now()
    if found["last_used_at"] is None or found["last_used_at"] < now - USE_NOTED_EVERY:
        with suppress(PyMongoError):  # a database that takes no writes now must not keep readers out
            keys.update_one({"_id": hashed}, {"$set": {"last_used_at": now}})
    return ApiKey(**found)


def list_keys(user_id: str | None = None) -> list[ApiKey]:
    """Return all keys, or a user's, revoked ones too, the oldest first."""
    query: dict[str, Any] = {} if user_id is None else {"user_id": user_id}
    return [ApiKey(**found) for found in mongo.collection(COLLECTION).find(query).sort("created_at", 1)]


def revoke_key(key_id: str) -> ApiKey:
    """Revoke a key for good; one that was revoked before stays as it is.

    Raises:
        NotFound: there is no such key.
    """
    keys = mongo.collection(COLLECTION)
    keys.update_one({"key_id": key_id, "revoked_at": None}, {"$set": {"revoked_at": utc_now()}})
    found = keys.find_one({"key_id": key_id})
    if found is None:
        raise NotFound(f"there is no key {key_id}")
    return ApiKey(**found)


def remember_revoked(database: Database[Document], query: Document) -> None:
    """Note the keys of a query as revoked where no restore forgets it."""
    for key in database[COLLECTION].find(query, {"revoked_at": 1}):
        noted = {"revoked_at": key["revoked_at"] or utc_now()}
        database[REVOKED].update_one({"_id": key["_id"]}, {"$setOnInsert": noted}, upsert=True)


def revoke_restored(database: Database[Document], *, all_keys: bool) -> int:
    """Revoke again, in a database that was restored, what had been revoked, or all keys; return how many are valid."""
    if all_keys:
        remember_revoked(database, {"revoked_at": None})
    for key in database[REVOKED].find():
        query = {"_id": key["_id"], "revoked_at": None}
        database[COLLECTION].update_one(query, {"$set": {"revoked_at": key["revoked_at"]}})
    return database[COLLECTION].count_documents({"revoked_at": None})
