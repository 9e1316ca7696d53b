"""The webhooks, and their deliveries: one for each event and webhook that it concerns.

A delivery is kept from the moment that its event is read until 30 days later, with the very bytes that are sent; when
it is due next stands in it. Who sends one claims it first, which moves that on: two that send at once, or one that dies
in between, send it again later and never lose it.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.access.ownership import ownership_filter
from app.db import client as mongo
from app.db.client import database_answers, write_together
from app.db.server_clock import server_now
from app.db.writes import Delete, Update
from app.enums import WebhookKind
from app.errors import Conflict, NotFound
from app.events.repository import COUNTERS, standing
from app.models import UtcDatetime

COLLECTION, DELIVERIES = "webhooks", "webhook_deliveries"
COUNTER = "webhooks"
"""Of ``counters``: the number of the last event that was read for all webhooks."""
MAX_WEBHOOKS = 20
"""Of one user."""
SECRET_BYTES = 32
CLAIM_SECONDS = 60.0
"""For so long nobody else sends what one has claimed: longer than any sending takes."""
GONE = "the receiver answered 410 Gone, which ended the webhook"
Document = dict[str, Any]


class Webhook(BaseModel):
    """A webhook as it is shown: without its secret."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    webhook_id: str
    user_id: str | None
    """Of whose shorts it tells; null: of everyone's."""
    url: str
    kinds: list[WebhookKind]
    created_at: UtcDatetime
    ended_at: UtcDatetime | None = None
    """When its receiver answered 410 Gone; nothing is sent since."""


class NewWebhook(Webhook):
    """A webhook that was just made."""

    secret: str
    """What its messages are signed with; it is not shown again."""


class DeliveryStatus(StrEnum):
    """``waiting``: for the first try, or the next one; ``failed``: it is not tried again."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(BaseModel):
    """A message, and what became of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    delivery_id: str
    """Its ``webhook-id`` header, the same at each try."""
    type: str
    short_id: str | None
    status: DeliveryStatus
    attempts: int
    next_at: UtcDatetime | None
    """When it is tried next, while it waits."""
    answer_status: int | None
    """HTTP status of the last answer; null: there was none."""
    reason: str | None
    """Why the last try was none that counts."""
    created_at: UtcDatetime


def _webhook(found: Document) -> Webhook:
    return Webhook(webhook_id=found["_id"], **found)


def _delivery(found: Document) -> Delivery:
    return Delivery(delivery_id=found["_id"], **found)


@database_answers()
def add_webhook(user_id: str | None, url: str, kinds: Sequence[WebhookKind]) -> NewWebhook:
    """Make a webhook, which tells of what happens from now on.

    Raises:
        Conflict: the user has as many as one may have.
    """
    webhooks = mongo.collection(COLLECTION)
    if webhooks.count_documents({"user_id": user_id}, limit=MAX_WEBHOOKS) >= MAX_WEBHOOKS:
        raise Conflict(f"there are {MAX_WEBHOOKS} webhooks already, as many as one user may have; remove one first")
    _, last, _ = standing()
    document: Document = {
        "_id": f"wh_{secrets.token_hex(8)}",
        "user_id": user_id,
        "url": url,
        "kinds": list(dict.fromkeys(kind.value for kind in kinds)),
        "secret": f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}",
        "after": last,
        "created_at": server_now(),
        "ended_at": None,
    }
    webhooks.insert_one(document)
    return NewWebhook(webhook_id=document["_id"], **document)


@database_answers()
def list_webhooks(owner: str | None, user_id: str | None = None) -> list[Webhook]:
    """Return the webhooks that a caller may see, or a user's, the oldest first."""
    found = mongo.collection(COLLECTION).find(ownership_filter(owner, user_id)).sort([("created_at", 1), ("_id", 1)])
    return [_webhook(one) for one in found]


@database_answers()
def get_webhook(webhook_id: str, owner: str | None) -> Document:
    """Return a webhook as it is stored.

    Raises:
        NotFound: the caller has no such webhook.
    """
    found = mongo.collection(COLLECTION).find_one({"_id": webhook_id} | ownership_filter(owner))
    if found is None:
        raise NotFound(f"there is no webhook {webhook_id}")
    return found


@database_answers()
def remove_webhook(webhook_id: str, owner: str | None) -> Webhook:
    """Remove a webhook with its deliveries. Raises NotFound, as ``get_webhook`` does."""
    removed = _webhook(get_webhook(webhook_id, owner))
    write_together([Delete(COLLECTION, {"_id": webhook_id}), Delete(DELIVERIES, {"webhook_id": webhook_id}, many=True)])
    return removed


@database_answers()
def list_deliveries(webhook_id: str, limit: int) -> list[Delivery]:
    """Return the deliveries of a webhook, the newest first."""
    newest = [("created_at", -1), ("seq", -1)]
    found = mongo.collection(DELIVERIES).find({"webhook_id": webhook_id}).sort(newest).limit(limit)
    return [_delivery(one) for one in found]


@database_answers()
def working_webhooks() -> list[Document]:
    """Return all webhooks that have not ended, as they are stored."""
    return list(mongo.collection(COLLECTION).find({"ended_at": None}))


@database_answers()
def events_read() -> int:
    """Return the number of the last event that was read for webhooks."""
    return int((mongo.collection(COUNTERS).find_one({"_id": COUNTER}) or {}).get("last", 0))


def put_deliveries(deliveries: Sequence[Document], upto: int) -> None:
    """Write deliveries and, with them, that the events up to a number were read.

    Each is named after its event: where there are no transactions, or two do it at once, none is written twice.
    """
    write_together(
        [
            *(Update(DELIVERIES, {"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in deliveries),
            Update(COUNTERS, {"_id": COUNTER}, {"$max": {"last": upto}}, upsert=True),
        ]
    )


def new_delivery(webhook_id: str, name: str, seq: int, user_id: str | None, kind: str, body: str) -> Document:
    """Return the document of a delivery that is due at once; ``name``: its id; ``user_id``: of whom its body tells."""
    now = server_now()
    return {
        "_id": name,
        "webhook_id": webhook_id,
        "seq": seq,
        "user_id": user_id,
        "type": kind,
        "short_id": None,
        "body": body,
        "status": DeliveryStatus.WAITING.value,
        "attempts": 0,
        "next_at": now,
        "answer_status": None,
        "reason": None,
        "created_at": now,
    }


@database_answers()
def put_claimed(delivery: Document) -> None:
    """Write one delivery, which nobody but the caller sends now."""
    until = server_now() + timedelta(seconds=CLAIM_SECONDS)
    mongo.collection(DELIVERIES).insert_one(delivery | {"next_at": until})


@database_answers()
def due_deliveries(most: int) -> list[Document]:
    """Return deliveries that are due, the longest first; of one moment, in the order of their events."""
    due = {"status": DeliveryStatus.WAITING.value, "next_at": {"$lte": server_now()}}
    return list(mongo.collection(DELIVERIES).find(due).sort([("next_at", 1), ("seq", 1)]).limit(most))


@database_answers()
def claim(delivery: Document) -> bool:
    """Take a delivery, as it was read, for a try; False: another has."""
    later = {"$set": {"next_at": server_now() + timedelta(seconds=CLAIM_SECONDS)}, "$inc": {"attempts": 1}}
    query = {"_id": delivery["_id"], "status": DeliveryStatus.WAITING.value, "attempts": delivery["attempts"]}
    return mongo.collection(DELIVERIES).update_one(query, later).matched_count > 0


@database_answers()
def give_back(delivery: Document) -> None:
    """Undo a claim: there was no try."""
    query = {"_id": delivery["_id"], "attempts": delivery["attempts"] + 1}
    change = {"$set": {"next_at": delivery["next_at"]}, "$inc": {"attempts": -1}}
    mongo.collection(DELIVERIES).update_one(query, change)


@database_answers()
def settle(
    delivery: Document, status: DeliveryStatus, next_at: datetime | None, answer: int | None, reason: str | None
) -> Delivery:
    """Note what came of a try of a delivery that was claimed."""
    fields = {"status": status.value, "next_at": next_at, "answer_status": answer, "reason": reason}
    attempts = delivery["attempts"] + 1
    mongo.collection(DELIVERIES).update_one({"_id": delivery["_id"], "attempts": attempts}, {"$set": fields})
    return _delivery(delivery | fields | {"attempts": attempts})


@database_answers()
def put_off(webhook_id: str, until: datetime) -> None:
    """Let what is due of a webhook, now or soon, wait until then: it is another's turn."""
    waiting = {"webhook_id": webhook_id, "status": DeliveryStatus.WAITING.value, "next_at": {"$lt": until}}
    change = {"$set": {"next_at": until}}
    mongo.in_transaction(lambda session: mongo.collection(DELIVERIES).update_many(waiting, change, session=session))


@database_answers()
def end_webhook(webhook_id: str) -> None:
    """End a webhook whose receiver is gone, and all that waits for it."""
    ended = {"$set": {"ended_at": server_now()}}
    mongo.collection(COLLECTION).update_one({"_id": webhook_id, "ended_at": None}, ended)
    waiting = {"webhook_id": webhook_id, "status": DeliveryStatus.WAITING.value}
    failed = {"$set": {"status": DeliveryStatus.FAILED.value, "next_at": None, "reason": GONE}}
    mongo.in_transaction(lambda session: mongo.collection(DELIVERIES).update_many(waiting, failed, session=session))


@database_answers()
def remove_waiting(webhook_id: str) -> None:
    """Remove what was written for a webhook while that was removed, or ended."""
    query = {"webhook_id": webhook_id, "status": DeliveryStatus.WAITING.value}
    mongo.in_transaction(lambda session: mongo.collection(DELIVERIES).delete_many(query, session=session))
