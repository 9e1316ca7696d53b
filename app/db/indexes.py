"""The indexes of every collection, and the proof that they exist.

Nothing else creates an index. ``create_indexes`` is not trusted: what the server then lists is compared with what was
asked for, because a unique index that is missing turns a rule into a hope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from app.errors import ShopReelError

Document = dict[str, Any]
PROBES = "probes"
"""The collection in which it is tried whether the database can be used. It has no index, and is in no back-up."""


def by_date(*fields: str) -> list[IndexModel]:
    """Return the indexes in which ``app.db.pagination`` finds what has a field of one value, by date."""
    return [
        IndexModel([(field, ASCENDING), ("created_at", DESCENDING)], name=f"{field}_created_at") for field in fields
    ]


INDEXES: Mapping[str, list[IndexModel]] = {
    "sessions": [
        IndexModel([("task_id", ASCENDING)], name="task_id", unique=True),
        IndexModel([("short_id", ASCENDING)], name="short_id"),
        IndexModel([("task_type", ASCENDING)], name="task_type"),
        IndexModel([("status", ASCENDING)], name="status"),
        IndexModel([("created_at", ASCENDING)], name="created_at"),
        IndexModel([("user_id", ASCENDING)], name="user_id"),
        *by_date("short_id", "user_id", "status", "task_type"),
    ],
    "tasks": [
        IndexModel([("status", ASCENDING), ("due_at", ASCENDING)], name="status_due"),
        IndexModel([("short_id", ASCENDING), ("created_at", DESCENDING)], name="short_created"),
        IndexModel([("user_id", ASCENDING), ("created_at", DESCENDING)], name="user_created"),
        IndexModel([("created_at", DESCENDING)], name="created"),
        IndexModel([("status", ASCENDING), ("ended_at", ASCENDING)], name="status_ended"),
        IndexModel(
            [("user_id", ASCENDING), ("status", ASCENDING), ("created_at", DESCENDING)], name="user_status_created"
        ),
        *by_date("status", "task_type", "words"),
    ],
    "shorts": [
        IndexModel([("status", ASCENDING), ("updated_at", ASCENDING)], name="status_updated"),
        IndexModel([("user_id", ASCENDING), ("created_at", DESCENDING)], name="user_created"),
        IndexModel([("created_at", DESCENDING)], name="created"),
        IndexModel([("short_id", ASCENDING)], name="short_id"),
        IndexModel([("product_id", ASCENDING)], name="product_id"),
        *by_date("status", "words", "batch_id"),
    ],
    "idempotency": [IndexModel([("made", ASCENDING)], name="made")],
    "presence": [IndexModel([("at", ASCENDING)], name="at", expireAfterSeconds=86_400)],
    "revoked_keys": [],
    "outbox": [
        IndexModel([("at", ASCENDING)], name="at"),
        IndexModel([("task_id", ASCENDING), ("rank", ASCENDING)], name="task_rank"),
        IndexModel([("milestone", ASCENDING)], name="milestone", sparse=True),
    ],
    "dead_letters": [
        IndexModel([("at", ASCENDING)], name="at", expireAfterSeconds=90 * 86_400),
    ],
    "counters": [],
    "event_buckets": [
        IndexModel([("last", ASCENDING)], name="last"),
        IndexModel([("shorts", ASCENDING), ("last", ASCENDING)], name="shorts_last"),
        IndexModel([("user_id", ASCENDING), ("last", ASCENDING)], name="user_last"),
    ],
    "figures": [IndexModel([("user", ASCENDING), ("day", ASCENDING)], name="user_day")],
    "products": [IndexModel([("created_at", DESCENDING)], name="created")],
    "brand_kits": [IndexModel([("user_id", ASCENDING), ("created_at", ASCENDING)], name="user_created")],
    "webhooks": [IndexModel([("user_id", ASCENDING)], name="user_id")],
    "webhook_deliveries": [
        IndexModel([("status", ASCENDING), ("next_at", ASCENDING), ("seq", ASCENDING)], name="status_next"),
        IndexModel(
            [("webhook_id", ASCENDING), ("created_at", DESCENDING), ("seq", DESCENDING)], name="webhook_created"
        ),
        IndexModel([("user_id", ASCENDING)], name="user_id"),
        IndexModel([("created_at", ASCENDING)], name="created", expireAfterSeconds=30 * 86_400),
    ],
    "shares": [
        IndexModel([("short", ASCENDING), ("created_at", DESCENDING)], name="short_created"),
        IndexModel([("user_id", ASCENDING)], name="user_id"),
    ],
    "model_usage": [
        IndexModel([("created_at", ASCENDING)], name="created", expireAfterSeconds=90 * 86_400),
    ],
    "scenarios": [
        IndexModel([("short_id", ASCENDING), ("version", ASCENDING)], name="short_version", unique=True),
    ],
    "scenario_revisions": [
        IndexModel([("short_id", ASCENDING), ("created_at", DESCENDING)], name="short_created"),
    ],
    "unused_media": [
        IndexModel([("due_at", ASCENDING)], name="due_at"),
        IndexModel([("keys", ASCENDING)], name="keys"),
        IndexModel([("user_id", ASCENDING)], name="user_id"),
    ],
    "api_keys": [
        IndexModel([("key_id", ASCENDING)], name="key_id", unique=True),
        IndexModel([("user_id", ASCENDING)], name="user_id"),
    ],
}

COMPARED = ("key", "unique", "partialFilterExpression", "expireAfterSeconds")


def ensure_indexes(database: Database[Document]) -> None:
    """Create the indexes of ``INDEXES`` that are missing and verify that the server has every one as asked.

    Those that are there are not asked for again: that would wait for whoever is writing to the collection.

    Raises:
        ShopReelError: an index is missing or differs, for example because another program made one of its name.
        pymongo.errors.PyMongoError: the server does not answer or refuses.
    """
    for collection, models in INDEXES.items():
        present = _present(database, collection)
        if missing := [model for model in models if model.document["name"] not in present]:
            database[collection].create_indexes(missing)
            present = _present(database, collection)
        for model in models:
            wanted = model.document
            found = present.get(wanted["name"], {})
            wrong = [part for part in COMPARED if _plain(wanted.get(part)) != _plain(found.get(part))]
            if wrong:
                raise ShopReelError(
                    f"index {wanted['name']!r} of collection {collection!r} is not as asked: {', '.join(wrong)} differ"
                )


def _present(database: Database[Document], collection: str) -> dict[str, Mapping[str, Any]]:
    return {index["name"]: index for index in database[collection].list_indexes()}


def _plain(value: Any) -> Any:
    """Bring the forms in which a server may list an option to one: SON to list of pairs, 1.0 to 1, False to None."""
    if isinstance(value, Mapping):
        return [(name, _plain(part)) for name, part in value.items()]
    return value or None
