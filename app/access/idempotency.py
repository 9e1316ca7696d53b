"""Doing a request once, however often it is sent: idempotency keys.

All keys stand in one collection, whatever kind of thing they have started, so that a key that was used for a task is
known where a short is asked for. A key is written together with what its request makes, and goes with it
(``app.db.many.delete_by_id``).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from bson import json_util

from app.config import get_settings
from app.db import client as mongo
from app.db.client import database_answers
from app.db.writes import Insert
from app.errors import InvalidInput
from app.models import short_key

COLLECTION = "idempotency"
STEP = "step/"
"""How the keys of a short's steps begin: nobody has asked for them, so nobody waits to be told of a second one."""
SHORT = "short"
"""The kind of a request for a short; that for a task is of its task type's."""


def callers_key(user_id: str | None, key: str) -> str:
    """Return what a caller's key is stored as: a user's keys are that user's own, those of nobody are shared."""
    return f"={user_id}/{key}" if user_id else f"/{key}"


def digest(*asked: Any) -> str:
    """Return the fingerprint of all that a request asks for: of JSON data, or of what BSON has a form for."""
    return hashlib.sha256(json_util.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class IdempotencyKey:
    """A request that carries an idempotency key."""

    key: str
    """As it is stored (``callers_key``); that of a step begins otherwise."""
    kind: str
    """Of what the request makes: a task type, or ``SHORT``."""
    fingerprint: str
    """A digest of all that the request asks for."""

    def claim(self, made: str) -> Insert:
        """Return the write that gives the key to ``made``, the id of what the request makes, or fails if it is taken.

        It is the first of those that make the thing: cut short where there are no transactions, the next request with
        the key makes what is missing.
        """
        return Insert(COLLECTION, {"_id": self.key, "made": made, "kind": self.kind, "fingerprint": self.fingerprint})

    def document(self) -> dict[str, str]:
        """Return it as a document, for keeping it."""
        return asdict(self)

    def check(self, kind: str, fingerprint: str) -> None:
        """Check that the request which has used the key was this one.

        A key that comes with another request is a mistake of the caller's, and is told as such (422, as
        draft-ietf-httpapi-idempotency-key-header-06, 2.7 has it).

        Raises:
            InvalidInput: it was another.
        """
        if (kind, fingerprint) != (self.kind, self.fingerprint):
            raise InvalidInput("idempotency_key: another request has used it; use a new key for a new request")


def key_for_step(short: str, step: str, kind: str) -> IdempotencyKey:
    """Return how often a step of the short of key ``short`` is to be done. No caller's key can equal its key."""
    return IdempotencyKey(f"{STEP}{short}/{step}", kind, step)


@database_answers()
def made_by(once: IdempotencyKey) -> str | None:
    """Return the id of what a request has made before, or None.

    Raises:
        InvalidInput: another request has used the idempotency key.
    """
    found = mongo.collection(COLLECTION).find_one({"_id": once.key})
    if found is None:
        return None
    once.check(found["kind"], found["fingerprint"])
    return str(found["made"])


def task_digest(task: dict[str, Any]) -> str:
    """Return the fingerprint of the call that records a task, by the task's document (its ``max_retries`` as asked)."""
    asked = ("task_type", "url", "priority", "short_id", "metadata", "max_retries")
    return digest(*(task.get(name) for name in asked))


def keyed_before(collection: str, document: dict[str, Any]) -> IdempotencyKey | None:
    """Bring a task or a short that was stored before schema version 4 to the present form; return its key, if any.

    Its key stood in it alone, as ``user/key``, and those of steps as their users' own.
    """
    if "idempotency_key" not in document or "fingerprint" not in document:
        return None
    user_id, fingerprint = document["user_id"], document.pop("fingerprint")
    key = document["idempotency_key"].removeprefix(f"{user_id or ''}/")
    once = IdempotencyKey(callers_key(user_id, key), SHORT, fingerprint or "")
    if collection == "tasks":
        metadata = document.get("metadata") or {}
        asked = document["max_retries"] if document["max_retries"] != get_settings().task_max_retries else None
        said = fingerprint or task_digest(document | {"max_retries": asked})
        once = replace(once, kind=document["task_type"], fingerprint=said)
        if fingerprint is None and metadata.get("step") and document["short_id"]:
            short = short_key(document["short_id"], metadata.get("id_scope"))
            once = key_for_step(short, metadata["step"], document["task_type"])
    document["idempotency_key"] = once.key
    return once
