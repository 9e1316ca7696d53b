"""``python -m benchmarks.search``: lists, search and analytics over a long history, beside plain PyMongo.

100,000 tasks of history over 30 days and 5,000 live ones with their sessions, in an embedded database of its own (or in
the one that ``MONGODB_URI`` names). Each row asks through ShopReel and by plain PyMongo in turns, and prints medians.

The peer of a row, ``PyMongo``, is what somebody writes by hand who knows the answer: the same filter, sort and fields
on the same index, bounded where the last document shown lies, read into a list of dictionaries. ``unbounded`` is the
same query without that knowledge, asked once: on the embedded database it reads all matches. ``cold``: a page that this
process has not read yet, of a list that it knows nothing of. ``read``: the documents that the server examined for
ShopReel's queries (``explain``), for those shown, and in how many finds.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pymongo
from pymongo import monitoring

from app.analytics import figures
from app.analytics.service import FRESH_SECONDS, analyse
from app.core.search_words import HIDDEN, OF_ERROR, beginnings, error_beginnings
from app.db import client as mongo
from app.db import schema
from app.db.indexes import ensure_indexes
from app.db.stand_in.windows import forget_learnt
from app.embedded.servers import embedded_servers
from app.events.repository import activity, buckets
from app.models import TaskStatus, TaskType, utc_now
from app.sessions.service import session_service
from app.shorts.repository import list_shorts
from app.tasks.repository import SUMMARY, list_tasks

HISTORY, LIVE, BATCH, ROUNDS, LIMIT = 100_000, 5_000, 1_000, 25, 1.3
DAYS = timedelta(days=30)
NAME = "shopreel_bench_search"
KINDS = [kind.value for kind in TaskType if kind is not TaskType.SCRAPING]
WORDS = ["steel", "ceramic", "linen", "walnut", "copper", "glass", "lamp", "cup", "vase", "chair", "kettle", "tray"]
Document = dict[str, Any]


class Finds(monitoring.CommandListener):
    """Keeps the find commands that go out."""

    def __init__(self) -> None:
        self.sent: list[Document] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Keep a find."""
        if event.command_name == "find":
            self.sent.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing."""


FINDS = Finds()


def load(count: int, uri: str) -> None:
    """Fill the database in bulk; its indexes are made when all is there."""
    began = time.monotonic()
    chance, now = random.Random(1), utc_now()
    client = pymongo.MongoClient[Document](uri, tz_aware=True)
    client.drop_database(NAME)
    database = client[NAME]
    days: list[figures.Change] = []
    for start in range(0, count, BATCH):
        rows: dict[str, list[Document]] = {"tasks": [], "sessions": [], "shorts": [], "events": []}
        for number in range(start, min(count, start + BATCH)):
            line, one = _records(number, count, chance, now)
            for name, documents in one.items():
                rows[name] += documents
            days.append((line["user_id"], *figures.began(line)))
            if line["outcome"]:
                days.append((line["user_id"], *figures.ended(line)))
        rows["event_buckets"] = buckets(rows.pop("events"))
        for name, documents in rows.items():
            if documents:
                database[name].insert_many(documents, ordered=False)
        print(f"\r{start + BATCH:>8} of {count} written", end="", file=sys.stderr)
    database["figures"].insert_many(figures.documents(days), ordered=False)
    database["counters"].insert_one({"_id": "events", "last": count, "removed_to": 0})
    written = time.monotonic()
    ensure_indexes(database)
    schema.set_version(database, schema.VERSION)
    client.close()
    print(
        f"\r{count} tasks written in {written - began:.0f} s, indexed in {time.monotonic() - written:.0f} s",
        file=sys.stderr,
    )


def _records(
    number: int, count: int, chance: random.Random, now: datetime
) -> tuple[Document, dict[str, list[Document]]]:
    """Return what the figures count of one task, and all that is kept of it; every 20th begins a short."""
    created = now - DAYS * (1 - number / count)
    short_id, user_id = f"short-{number // 20}", f"u{number % 50}"
    two = random.Random(short_id).choices(WORDS, k=2)
    found_by = {"words": beginnings(short_id, f"{two[0]} {two[1]} {number // 20 * 20}")}
    common = {"task_type": chance.choice(KINDS), "short_id": short_id, "user_id": user_id, "created_at": created}
    outcome = None if number >= count - LIVE else chance.choices(["completed", "failed"], [19, 1])[0]
    ended = created + timedelta(seconds=chance.expovariate(0.1))
    line = common | {"_id": f"t{number}", "session": True, "outcome": outcome}
    task = common | {"_id": f"t{number}", "status": outcome or "queued", "metadata": {}, "updated_at": ended} | found_by
    event = common | {"seq": number + 1, "at": created, "kind": "task", "status": "running"}
    rows = {"tasks": [task], "sessions": [], "shorts": [], "events": [event]}
    if outcome is None:
        # One of a hundred waits for its review.
        waiting = {"status": "completed", "task_type": "scenario_generation"} if number % 100 == 0 else {}
        session = common | {"_id": f"s{number}", "task_id": f"t{number}", "status": "active", "updated_at": created}
        rows["sessions"] = [session | waiting]
    else:
        line |= {"started_at": created, "ended_at": ended, "steps": {}, "error": None}
    if outcome == "failed":
        line["error"] = task["error"] = error = f"error {number % 1000} of the shop"
        task["words"] = found_by["words"] + error_beginnings(error)
    if number % 20 == 0:
        short: Document = {"_id": short_id, "short_id": short_id, "user_id": user_id, "status": "completed"}
        rows["shorts"] = [
            short | {"created_at": created, "updated_at": created} | found_by,
        ]
    return line, rows


def examined() -> tuple[int, int]:
    """Return how many documents the finds since the last look examine, and how many finds they were."""
    sent, FINDS.sent = FINDS.sent, []
    total = 0
    for command in sent:
        asked = {name: command[name] for name in ("find", "filter", "sort", "projection") if name in command}
        plan = mongo.connect().database.command("explain", asked, verbosity="executionStats")
        total += plan["executionStats"]["totalDocsExamined"]
    return total, len(sent)


@dataclass(frozen=True)
class Peer:
    """A query by plain PyMongo: with the bound that its answer gives, and without it."""

    bounded: Callable[[], list[Any]]
    unbounded: Callable[[], list[Any]] | None = None


def timed(ask: Callable[[], list[Any]]) -> float:
    """Return how many milliseconds a question takes."""
    begin = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - begin)


def row(what: str, ours: Callable[[], list[Any]], peer: Peer, shown: int | None = None) -> None:
    """Time both in turns; print medians, their ratio, and what was read."""
    count = len(ours())
    cold, warm, raw = [], [], []
    for _ in range(ROUNDS):
        forget_learnt()
        cold.append(timed(ours))
    for _ in range(ROUNDS):  # by themselves: a page that reads much makes the server's next one slow
        warm.append(timed(ours))
        raw.append(timed(peer.bounded))
    known, blind, peers = (statistics.median(spent) for spent in (warm, cold, raw))
    whole = f"{timed(peer.unbounded):8.0f} ms" if peer.unbounded else f"{'':11}"
    forget_learnt()
    FINDS.sent.clear()
    ours()
    read_blind, asks_blind = examined()
    ours()
    read, asks = examined()
    print(
        f"{what:31}{known:8.2f} ms{peers:8.2f} ms{known / peers:6.2f}{read:>6} in {asks}{shown or count:>6}"
        f"{blind:9.2f} ms{blind / peers:6.2f}{read_blind:>6} in {asks_blind:<3}{whole}",
        flush=True,
    )


def ask_all() -> None:
    """Print the rows."""
    database = mongo.connect().database

    def newest(name: str, limit: int = 50, **query: Any) -> Peer:
        """Return a find of the newest, with the bound that the last of them gives and without."""
        fields = SUMMARY if name == "tasks" else None if name == "sessions" else HIDDEN

        def find(filter_: Document) -> list[Document]:
            return list(database[name].find(filter_, fields).sort("created_at", -1).limit(limit))

        bound = query | {"created_at": {"$gte": find(query)[-1]["created_at"]}}
        return Peer(lambda: find(bound), lambda: find(query))

    def month() -> list[Document]:
        """What analytics are made of: a document a day, and since when scenarios wait."""
        whole = {"user": "*", "day": {"$gte": utc_now() - timedelta(days=30), "$lte": utc_now()}}
        waiting = {"status": {"$in": ["completed", "failed"]}}
        days = list(database["figures"].find(whole).sort("day", 1))
        return [days, list(database["sessions"].find(waiting, {"_id": 0, "status": 1, "created_at": 1}))][0]

    print(
        f"at most {LIMIT:<24}{'ShopReel':>10}{'PyMongo':>11}{'ratio':>6}{'read':>7}{'shown':>9}"
        f"{'cold':>12}{'ratio':>6}{'read':>7}{'unbounded':>15}"
    )
    find = session_service.manager.find
    row("sessions: first page", lambda: find(newest_first=True, limit=50), newest("sessions"))
    row("sessions: a user's", lambda: find(user_id="u7", newest_first=True, limit=50), newest("sessions", user_id="u7"))
    row("tasks: first page", lambda: list_tasks(limit=50), newest("tasks"))
    row("tasks: failed", lambda: list_tasks(status=TaskStatus.FAILED, limit=50), newest("tasks", status="failed"))
    row("tasks: a user's", lambda: list_tasks(user_id="u7", limit=50), newest("tasks", user_id="u7"))
    failed = newest("tasks", user_id="u7", status="failed")
    row("tasks: a user's failed", lambda: list_tasks(user_id="u7", status=TaskStatus.FAILED, limit=50), failed)
    row("shorts: a word", lambda: list_shorts(owner=None, q="walnut", limit=50), newest("shorts", words="walnut"))
    erred = newest("tasks", words=OF_ERROR + "17")
    row("tasks: a word of the error", lambda: list_tasks(error="17", limit=50), erred)
    row("tasks: a word of error or title", lambda: list_tasks(q="17", limit=50), newest("tasks", words="17"))
    row("analytics: 30 days", lambda: analyse(within=FRESH_SECONDS).days, Peer(month))
    held = list(database["event_buckets"].find({"user_id": "u7"}).sort("last", -1).limit(50))
    place = next(place for place in range(1, 51) if sum(len(one["events"]) for one in held[:place]) >= 50)
    mine = {"user_id": "u7", "last": {"$gte": held[place - 1]["last"]}}
    row(
        "a user's activity",
        lambda: activity("u7", 50),
        Peer(lambda: list(database["event_buckets"].find(mine).sort("last", -1))),
    )


def main() -> None:
    """Load, ask, remove."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else HISTORY + LIVE
    os.environ["MONGODB_DATABASE"] = NAME
    with ExitStack() as stack:
        own = "MONGODB_URI" not in os.environ
        if own:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="shopreel-bench-"))
            server = embedded_servers(Path(folder))["database"]
            durable = server.command
            # What is measured is reading: the filling need not survive a crash.
            server.command = lambda at, name: [word for word in durable(at, name) if word != "--sync-on-commit"]
            server.start()
            stack.callback(server.wait)
            stack.callback(server.ask_to_stop)
            while not server.listening():
                time.sleep(0.05)
            os.environ["MONGODB_URI"] = server.url
        load(count, os.environ["MONGODB_URI"])
        monitoring.register(FINDS)
        stack.callback(mongo.close)
        ask_all()
        if not own:  # the other one goes with its folder
            mongo.connect().client.drop_database(NAME)


if __name__ == "__main__":
    main()
