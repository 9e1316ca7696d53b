"""The shares collection: links to shorts, found by the hashes of their tokens, with what was answered over them.

A token is ``sh_`` and 256 random bits; nobody guesses it, so that it needs no signature, and one fast hash of it gives
nothing away. A link ends by itself, and at once when it is revoked.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.access.keys import token_hash
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.server_clock import server_now
from app.db.writes import Update
from app.errors import Conflict, NotFound
from app.events.repository import note_short
from app.models import UtcDatetime
from app.shorts.repository import Short

COLLECTION = "shares"
MAX_SHARES, MAX_ANSWERS = 50, 200
"""Links of one short, and answers over one link."""
SECRET_BYTES = 32
Document = dict[str, Any]


class AnswerKind(StrEnum):
    """What somebody who was sent a link has to say."""

    APPROVED = "approved"
    COMMENTED = "commented"


class Answer(BaseModel):
    """What was said over a link."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: AnswerKind
    name: str
    """As whoever said it has given it; nobody has checked it."""
    text: str
    at: UtcDatetime


class Share(BaseModel):
    """A link as its owner sees it: without its token."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    share_id: str
    short_id: str
    created_at: UtcDatetime
    expires_at: UtcDatetime
    revoked_at: UtcDatetime | None = None
    answers: list[Answer] = []
    """The oldest first."""

    @property
    def open(self) -> bool:
        """Whether it opens anything still."""
        return self.revoked_at is None and self.expires_at > server_now()


class NewShare(Share):
    """A link that was just made."""

    url: str
    """What is sent to people; it is not told again."""


@database_answers()
def add_share(short: Short, days: int) -> tuple[Share, str]:
    """Make a link that ends in so many days; return it, and its token, which is stored nowhere.

    Raises:
        Conflict: the short has as many as one may have.
    """
    shares = mongo.collection(COLLECTION)
    if shares.count_documents({"short": short.key}, limit=MAX_SHARES) >= MAX_SHARES:
        raise Conflict(f"short {short.short_id} has had {MAX_SHARES} links, as many as one may have")
    token = f"sh_{secrets.token_urlsafe(SECRET_BYTES)}"
    now = server_now()
    share = Share(
        share_id=f"share_{secrets.token_hex(6)}",
        short_id=short.short_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    whose = {"_id": token_hash(token), "short": short.key, "user_id": short.user_id}
    shares.insert_one(share.model_dump() | whose)
    return share, token


@database_answers()
def shares_of(key: str) -> list[Share]:
    """Return the links to the short of this key, the newest first."""
    found = mongo.collection(COLLECTION).find({"short": key}).sort([("created_at", -1), ("_id", 1)])
    return [Share(**one) for one in found]


@database_answers()
def find_open(token: str) -> tuple[Share, str] | None:
    """Return the link of a token and its short's key; None: there is none, or it has ended."""
    found = mongo.collection(COLLECTION).find_one({"_id": token_hash(token)})
    share = Share(**found) if found else None
    return (share, found["short"]) if found and share and share.open else None


@database_answers()
def revoke_share(key: str, share_id: str) -> Share:
    """End a link for good; what was answered stays.

    Raises:
        NotFound: the short has no such link.
    """
    shares = mongo.collection(COLLECTION)
    query = {"short": key, "share_id": share_id}
    shares.update_one(query | {"revoked_at": None}, {"$set": {"revoked_at": server_now()}})
    found = shares.find_one(query)
    if found is None:
        raise NotFound(f"there is no link {share_id}")
    return Share(**found)


@database_answers()
def add_answer(token: str, short: Short, answer: Answer) -> bool:
    """Keep what was said over a link, and note that it was; False: it has ended, or has had all that it may have."""
    query: Document = {"_id": token_hash(token), "revoked_at": None, "expires_at": {"$gt": server_now()}}
    full = {f"answers.{MAX_ANSWERS - 1}": {"$exists": False}}
    told = note_short(short.key, answer.kind.value, user_id=short.user_id)
    return write_together([Update(COLLECTION, query | full, {"$push": {"answers": answer.model_dump()}}), told])
