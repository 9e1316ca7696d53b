"""``python -m benchmarks.search``: lists, search and analytics over a long history, beside plain PyMongo.

100,000 tasks of history over 30 days and 5,000 live ones with their sessions, in the database that the settings name (a
database of its own there). Each row asks once through ShopReel and once with PyMongo for the same documents on the same
index, in turns. ``read``: the documents that the server examined for ShopReel's queries (``explain``), for those shown.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

os.environ["MONGODB_DATABASE"] = "shopreel_bench_search"

from pymongo import monitoring
from pymongo.errors import PyMongoError

from app.embedded import detach
from app.models import TaskType, utc_now
from app.services.analytics_service import analyse
from app.services.session_service import session_service
from app.storage import figures, mongo
from app.storage.events import activity
from app.storage.shorts import list_shorts
from app.storage.tasks import list_tasks
from app.storage.words import beginnings

HISTORY, LIVE, BATCH, ROUNDS, LIMIT = 100_000, 5_000, 500, 15, 1.3
KINDS = [kind.value for kind in TaskType if kind is not TaskType.SCRAPING]
WORDS = ["steel", "ceramic", "linen", "walnut", "copper", "glass", "lamp", "cup", "vase", "chair", "kettle", "tray"]


class Finds(monitoring.CommandListener):
    """Keeps the find commands that go out."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Keep a find."""
        if event.command_name == "find":
            self.sent.append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing."""


FINDS = Finds()
monitoring.register(FINDS)


def load(count: int) -> None:
    """Fill the database in bulk."""
    chance, now = random.Random(1), utc_now()
    database = mongo.connect().database
    days: list[tuple[str | None, Any, figures.Counts]] = []
    for start in range(0, count, BATCH):
        rows: dict[str, list[dict[str, Any]]] = {"history": [], "tasks": [], "sessions": [], "shorts": [], "events": []}
        for number in range(start, min(count, start + BATCH)):
            live = number >= count - LIVE
            created = now - timedelta(days=30) * (1 - number / count)
            common = {
                "task_type": chance.choice(KINDS),
                "short_id": f"short-{number // 20}",
                "user_id": f"u{number % 50}",
            }
            outcome = None if live else chance.choices(["completed", "failed"], [19, 1])[0]
            ended = created + timedelta(seconds=chance.expovariate(0.1))
            line = common | {"_id": f"t{number}", "session": True, "created_at": created, "outcome": outcome}
            days.append((line["user_id"], *figures.began(line)))
            task = common | {"_id": f"t{number}", "status": outcome or "queued", "created_at": created, "metadata": {}}
            task["updated_at"] = ended
            if outcome:
                line |= {"started_at": created, "ended_at": ended, "steps": {}, "error": None}
                if outcome == "failed":
                    line["error"] = task["error"] = f"error {number % 1000} of the shop"
                    task["words"] = beginnings(task["error"])
                days.append((line["user_id"], *figures.ended(line)))
            else:
                session = {"_id": f"s{number}", "task_id": f"t{number}", "created_at": created, "status": "active"}
                rows["sessions"].append(common | session | {"updated_at": created})
            rows["history"].append(line)
            rows["tasks"].append(task)
            if number % 20 == 0:
                title = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}"
                short = {"_id": common["short_id"], "short_id": common["short_id"], "user_id": common["user_id"]}
                short |= {"created_at": created, "updated_at": created, "status": "completed"}
                rows["shorts"].append(short | {"words": beginnings(common["short_id"], title)})
            event = {"_id": number + 1, "seq": number + 1, "at": created, "kind": "task", "status": "running"}
            rows["events"].append(event | common | {"activity": common["user_id"]})
        for name, documents in rows.items():
            if documents:
                database[name].insert_many(documents, ordered=False)
        print(f"\r{start + BATCH:>8} of {count} written", end="", file=sys.stderr)
    for write in figures.increments(days):
        database["figures"].insert_one({"_id": write.filter["_id"]} | nested(write.update))
    database["counters"].insert_one({"_id": "events", "last": count, "removed_to": 0})
    print(file=sys.stderr)


def nested(update: dict[str, Any]) -> dict[str, Any]:
    """Return the document that an update with paths makes of nothing."""
    document: dict[str, Any] = dict(update["$setOnInsert"])
    for path, count in update["$inc"].items():
        *parents, last = path.split(".")
        inner = document
        for name in parents:
            inner = inner.setdefault(name, {})
        inner[last] = count
    return document


def examined() -> int:
    """Return how many documents the finds since the last look examine."""
    sent, FINDS.sent = FINDS.sent, []
    total = 0
    for command in sent:
        asked = {name: command[name] for name in ("find", "filter", "sort", "projection") if name in command}
        plan = mongo.connect().database.command("explain", asked, verbosity="executionStats")
        total += plan["executionStats"]["totalDocsExamined"]
    return total


def row(what: str, ours: Callable[[], list[Any]], raw: Callable[[], list[Any]]) -> None:
    """Time both in turns; print medians, their ratio, and what was read."""
    shown = len(ours())
    times: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for ask, spent in zip((ours, raw), times, strict=True):
            begin = time.perf_counter()
            ask()
            spent.append(1000 * (time.perf_counter() - begin))
    FINDS.sent.clear()
    ours()
    mine, peer = (statistics.median(spent) for spent in times)
    limit = f"at most {LIMIT}"
    print(f"{what:34}{mine:9.2f}ms{peer:9.2f}ms{mine / peer:8.2f}  {limit}  {examined():>6} read for {shown}")


def main() -> None:
    """Load, ask, remove."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else HISTORY + LIVE
    database = mongo.connect().database
    for name in ("history", "tasks", "sessions", "shorts", "events", "figures", "counters", "outbox"):
        database[name].delete_many({})
    load(count)
    month = {"day": {"$gte": utc_now() - timedelta(days=30), "$lte": utc_now()}}

    def newest(name: str, limit: int = 50, **query: Any) -> Callable[[], list[Any]]:
        return lambda: list(database[name].find(query).sort("created_at", -1).limit(limit))

    print(f"{'':34}{'ShopReel':>11}{'PyMongo':>11}{'ratio':>8}  limit        documents")
    find = session_service.manager.find
    row("sessions: first page", lambda: find(newest_first=True, limit=50), newest("sessions"))
    mine = newest("sessions", user_id="u7")
    row("sessions: a user's page", lambda: find(user_id="u7", newest_first=True, limit=50), mine)
    row("tasks: first page", lambda: list_tasks(limit=50), newest("tasks"))
    row("tasks: failed", lambda: list_tasks(status="failed", limit=50), newest("tasks", status="failed"))
    row("tasks: a user's page", lambda: list_tasks(user_id="u7", limit=50), newest("tasks", user_id="u7"))
    row(
        "shorts: search of a word",
        lambda: list_shorts(owner=None, q="walnut", limit=50),
        newest("shorts", words="walnut"),
    )
    row("tasks: search of an error", lambda: list_tasks(q="117", limit=50), newest("tasks", words="117"))
    whole = {"user": "*"} | month
    row("analytics of 30 days", lambda: analyse().days, lambda: list(database["figures"].find(whole).sort("day", 1)))
    row(
        "a user's activity",
        lambda: activity("u7", 50),
        lambda: list(database["events"].find({"activity": "u7"}).sort("seq", -1).limit(50)),
    )
    with suppress(PyMongoError):  # a slow disk: the next run begins by emptying it
        mongo.connect().client.drop_database(database.name)
    mongo.close()
    detach()


if __name__ == "__main__":
    main()
