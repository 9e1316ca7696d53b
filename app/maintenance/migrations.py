"""What brings a database from one schema version to the next: ``shopreel migrate``.

Each step may be cut short and run again, and does no harm to what a script writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from app.access import idempotency
from app.access.idempotency import keyed_before
from app.analytics import figures
from app.core.search_words import beginnings, error_beginnings
from app.db import schema
from app.db.guarded import has_transactions
from app.db.indexes import Document, ensure_indexes
from app.db.many import CASCADES, chunked
from app.events.repository import BLOCK, COUNTER, COUNTERS, MILESTONE_OF, OUTBOX, buckets, rank_of, tells_of_creation
from app.events.repository import COLLECTION as BUCKETS
from app.models import ENDED, short_key, to_utc
from app.tasks.notes import completed_note
from app.tasks.search import shown_title

MOST, FEW = 1000, 100
"""Documents of a batch: of a window of time that holds more the first half is taken; one that holds less is followed by
a longer one."""
HISTORY = "history"
"""Where there was a line for each task, up to schema version 7."""
RUN = {"lease_epoch": 1}
LINE = dict.fromkeys(
    ("task_type", "short_id", "id_scope", "user_id", "session", "created_at", "started_at", "steps"), 1
)
EVENTS = "events"
"""Where each event was a document, up to schema version 6."""
SHORTEST, FIRST, LONGEST = timedelta(milliseconds=1), timedelta(minutes=1), timedelta(days=3650)
"""Dates are kept to the millisecond."""
Migration = Callable[[Database[Document]], None]


def migrate(database: Database[Document], tell: Callable[[int], None]) -> int:
    """Bring a database to the present version, step by step; return how many steps. ``tell`` is called after each.

    Raises:
        WrongSchema: it is of a newer version.
    """
    begin = schema.version_of(database)
    if begin > schema.VERSION:
        schema.check_schema(database)
    for version in range(begin + 1, schema.VERSION + 1):
        MIGRATIONS[version](database)
        schema.set_version(database, version)
        tell(version)
    return max(0, schema.VERSION - begin)


def find_and_count(database: Database[Document]) -> None:
    """Let shorts that were written before there were words and figures be found, and the history be counted."""
    ensure_indexes(database)
    for shorts in in_batches(database["shorts"], {}, {"words": 1, "short_id": 1, "product_id": 1, "error": 1}):
        titles = _titles(database, shorts)
        words = [beginnings(one.get("short_id"), titles.get(one.get("product_id")), one.get("error")) for one in shorts]
        add_words(database["shorts"], shorts, words)
    count_history(database)


def find_what_shorts_have(database: Database[Document]) -> None:
    """Let tasks be found by words of their own: of their short's id, its product's title and the error."""
    ensure_indexes(database)
    for shorts in in_batches(database["shorts"], {"title": None}, {"product_id": 1}):
        titles = _titles(database, shorts)
        change(
            database["shorts"],
            [
                UpdateOne({"_id": one["_id"]}, {"$set": {"title": titles[one["product_id"]]}})
                for one in shorts
                if one.get("product_id") in titles
            ],
        )
    fields = dict.fromkeys(("words", "short_id", "metadata.id_scope", "user_id"), 1)
    for some in in_batches(database["tasks"], {"short_id": {"$ne": None}}, fields):
        keys = [short_key(one["short_id"], (one.get("metadata") or {}).get("id_scope")) for one in some]
        named = _by_id(database["shorts"], set(keys), {"title": 1, "user_id": 1})
        words = [
            beginnings(one["short_id"], shown_title(named, one.get("user_id"), [key]))
            for one, key in zip(some, keys, strict=True)
        ]
        add_words(database["tasks"], some, words)
    for some in in_batches(database["tasks"], {"status": "failed"}, {"words": 1, "error": 1}):
        add_words(database["tasks"], some, [error_beginnings(one.get("error") or "") for one in some])


def gather_keys(database: Database[Document]) -> None:
    """Let the idempotency keys stand in one collection, those of steps apart from those of callers."""
    ensure_indexes(database)
    fields = ("task_type", "user_id", "short_id", "url", "priority", "metadata", "max_retries")
    wanted = dict.fromkeys((*fields, "idempotency_key", "fingerprint"), 1)
    for name in CASCADES:
        if "idempotency_key" in database[name].index_information():  # one's old key may be another's new one
            database[name].drop_index("idempotency_key")
        for some in in_batches(database[name], {"fingerprint": {"$exists": True}}, wanted):
            claims, changes = [], []
            for one in some:
                if asked := keyed_before(name, one):
                    claim = asked.claim(one["_id"]).document
                    claims.append(UpdateOne({"_id": claim.pop("_id")}, {"$setOnInsert": claim}, upsert=True))
                    new = {"$set": {"idempotency_key": asked.key}, "$unset": {"fingerprint": ""}}
                    changes.append(UpdateOne({"_id": one["_id"]}, new))
            # First: what is without the old field is not looked at again.
            change(database[idempotency.COLLECTION], claims)
            change(database[name], changes)


def add_words(collection: Collection[Document], documents: list[Document], words: list[list[str]]) -> None:
    """Give each of some documents the words of its own that it does not have yet."""
    change(
        collection,
        [
            UpdateOne({"_id": one["_id"]}, {"$addToSet": {"words": {"$each": its}}})
            for one, its in zip(documents, words, strict=True)
            if not set(its) <= set(one.get("words") or ())
        ],
    )


def change(collection: Collection[Document], changes: Sequence[UpdateOne | ReplaceOne[Document]]) -> None:
    """Make the changes, if there are any."""
    if changes:
        collection.bulk_write(list(changes), ordered=False)


def _titles(database: Database[Document], shorts: list[Document]) -> dict[str | None, str]:
    """Return the titles of the products of shorts, by the products' ids."""
    names = {one["product_id"] for one in shorts if one.get("product_id")}
    found = _by_id(database["products"], names, {"product.title": 1})
    return {name: title for name, one in found.items() if (title := (one.get("product") or {}).get("title"))}


def _by_id(collection: Collection[Document], names: set[str], fields: Mapping[str, Any]) -> dict[str, Document]:
    found = (one for some in chunked(list(names)) for one in collection.find({"_id": {"$in": some}}, fields))
    return {one["_id"]: one for one in found}


def count_history(database: Database[Document]) -> None:
    """Count the whole history anew, in place of the figures that there are.

    All is read from one snapshot and written with it; of two who count at once, or count and number changes, one begins
    again. What is noted and not numbered yet is left to whoever numbers it.
    """

    def count(session: ClientSession | None) -> None:
        began, ended = set(), set()
        fields = {"task_id": 1, "rank": 1, "status": 1}
        for note in database[OUTBOX].find({"kind": "task"}, fields, session=session):
            if tells_of_creation(note):
                began.add(note["task_id"])
            if note["status"] in ENDED:
                ended.add(note["task_id"])

        def changes() -> Iterator[figures.Change]:
            for line in database[HISTORY].find({}, session=session):
                if line["_id"] not in began:
                    yield line.get("user_id"), *figures.began(line)
                if line.get("outcome") and line["_id"] not in ended:
                    yield line.get("user_id"), *figures.ended(line)

        documents = figures.documents(changes())  # one by one: what is held is a document a day and user
        found = database[figures.COLLECTION]
        found.delete_many({}, session=session)
        for start in range(0, len(documents), MOST):
            found.insert_many(documents[start : start + MOST], session=session)

    if not has_transactions(database.client.admin.command("hello")):
        count(None)
        return
    with database.client.start_session(causal_consistency=False) as session:
        session.with_transaction(count, read_concern=ReadConcern("snapshot"))


def mark_notes(database: Database[Document]) -> None:
    """Let the notes that wait be numbered in batches: some become milestones, and a task's rank is a number."""
    ensure_indexes(database)
    for notes in in_batches(database[OUTBOX], {}, {"task_id": 1, "rank": 1}, "at"):
        changes = []
        for place, note in enumerate(notes):
            ranked = {"rank": rank_of(note)} if "rank" in note else {}
            if change_of := ranked | ({"milestone": True} if place % MILESTONE_OF == 0 else {}):
                changes.append(UpdateOne({"_id": note["_id"]}, {"$set": change_of}))
        change(database[OUTBOX], changes)


def gather_events(database: Database[Document]) -> None:
    """Put the events, which were one to a document, into buckets; block by block, each as it would be the first time.

    They are read by the index of ``seq`` that every version before had.
    """
    ensure_indexes(database)
    if (counter := database[COUNTERS].find_one({"_id": COUNTER})) is None:
        return
    for start in range(counter.get("removed_to", 0) // BLOCK * BLOCK, counter["last"], BLOCK):
        found = database[EVENTS].find({"seq": {"$gt": start, "$lte": start + BLOCK}}, {"_id": 0, "activity": 0})
        events = sorted(found, key=itemgetter("seq"))
        change(database[BUCKETS], [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in buckets(events)])
    database.drop_collection(EVENTS)


def tell_in_notes(database: Database[Document]) -> None:
    """Let the notes that wait say of which task they are; what they did not say stood in the ``history``."""
    ensure_indexes(database)
    for notes in in_batches(database[OUTBOX], {"kind": "task"}, {"task_type": 1, "task_id": 1, "status": 1}, "at"):
        lines = _by_id(database[HISTORY], {note["task_id"] for note in notes}, LINE)
        changes = []
        for note in notes:
            name = note.pop("_id")
            if "task_type" not in note and (line := lines.get(note["task_id"])):
                told = completed_note(note, line | {"metadata": {"id_scope": line.get("id_scope")}}, line.get("steps"))
                if not line.get("session"):
                    told.pop("session", None)
                changes.append(UpdateOne({"_id": name}, {"$set": told}))
        change(database[OUTBOX], changes)
    begun = [(one["_id"], one["lease_epoch"]) for one in database["tasks"].find({"status": "running"}, RUN)]
    for some in chunked(begun):  # which was noted when they were claimed
        change(database["tasks"], [UpdateOne({"_id": name}, {"$set": {"told": epoch}}) for name, epoch in some])
    database.drop_collection(HISTORY)


def in_batches(
    collection: Collection[Document], query: Document, fields: Mapping[str, Any], date: str = "created_at"
) -> Iterator[list[Document]]:
    """Yield all documents of a query, the oldest first, in windows of a date: up to ``MOST``, or those of a moment."""
    wanted = dict(fields) | {date: 1}
    oldest = list(collection.find({}, {date: 1}).sort(date, 1).limit(1))
    newest = list(collection.find({}, {date: 1}).sort(date, -1).limit(1))
    if not oldest:
        return
    start, end = to_utc(oldest[0][date]), to_utc(newest[0][date])
    length = FIRST
    while start <= end:
        asked = collection.find(query | {date: {"$gte": start, "$lt": start + length}}, wanted)
        found = list(asked.limit(MOST + 1) if length > SHORTEST else asked)
        if len(found) > MOST and length > SHORTEST:
            length = max(SHORTEST, length / 2)
            continue
        if found:
            yield found
        start += length
        if len(found) < min(FEW, MOST):
            length = min(LONGEST, length * 2)


MIGRATIONS: Mapping[int, Migration] = {
    2: find_and_count,
    3: find_what_shorts_have,
    4: gather_keys,
    5: mark_notes,
    6: ensure_indexes,  # of the events there were fewer
    7: gather_events,
    8: tell_in_notes,
}
"""Version -> what brings a database from the version before to it. Each may be cut short and run again."""
