"""``python -m benchmarks.soak``: an API process beside a backlog that a bad night may leave.

A million old events that are to be removed and 200,000 notes that nobody has numbered, on the embedded servers as they
are started by default. One API process serves: its scheduler numbers, then cleans up too, while the readers here ask it
for its lists, timelines and streams. Each line has a limit; the exit code is 1 if one is missed. What the database
spent of the processor stands beside the rates: on a machine that is shared they say more than the clock.

All is written in bulk, by a database that need not survive a crash. ``--events``, ``--notes``: other amounts;
``--seconds``: how long each part is watched at most.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pymongo
from bson import ObjectId

from app.db import schema
from app.db.indexes import ensure_indexes
from app.embedded.hold import connect as hold_servers
from app.embedded.servers import embedded_servers
from app.events.repository import MILESTONE_OF, buckets
from app.models import utc_now
from app.processes.lifetime import child_environment, die_with_parent

RATE, P99_MS = 500.0, 100.0
BATCH, USERS, LISTED = 2000, 50, 300
NAME = "shopreel_soak"
MOST_TOGETHER = 8
"""Events that were numbered at once, of those that are to be removed: by a service that keeps up these are few."""
READS = ("/tasks?limit=50", "/sessions?limit=50", "/shorts?limit=50", "/activity?limit=50", "/users/u7/activity")
Document = dict[str, Any]


def fill(database: pymongo.database.Database[Document], events: int, notes: int) -> None:
    """Write old events, and the notes of tasks that began and ended while nobody numbered."""
    began, now, chance = time.monotonic(), utc_now(), random.Random(1)
    for start in range(0, events, BATCH):
        rows = [_event(number, events, now) for number in range(start + 1, min(events, start + BATCH) + 1)]
        documents: list[Document] = []
        while rows:
            together = chance.randint(1, MOST_TOGETHER)
            documents += buckets(rows[:together])
            del rows[:together]
        database["event_buckets"].insert_many(documents, ordered=False)
        _tell(start + BATCH, events, "events")
    tasks = notes // 3
    for start in range(0, tasks, BATCH):
        outbox = []
        for number in range(start, min(tasks, start + BATCH)):
            # As many a second as the embedded database takes.
            at = now - timedelta(milliseconds=10 * (tasks - number))
            outbox += _task(number, at, chance)
        database["outbox"].insert_many(outbox, ordered=False)
        _tell(start + BATCH, tasks, "tasks")
    for name, rows in _lists(now).items():
        database[name].insert_many(rows, ordered=False)
    database["counters"].insert_one({"_id": "events", "last": events, "removed_to": 0})
    ensure_indexes(database)
    schema.set_version(database, schema.VERSION)
    print(f"\rfilled in {time.monotonic() - began:.0f} s{'':30}", file=sys.stderr)


def _event(number: int, of: int, now: Any) -> Document:
    user = f"u{number // 3 % USERS}"
    return {
        "seq": number,
        "at": now - timedelta(days=400) - timedelta(seconds=of - number),
        "kind": "task",
        "status": "running",
        "task_id": f"e{number // 3}",
        "task_type": "image_analysis",
        "short_id": f"s{number // 30}",
        "user_id": user,
    }


def _task(number: int, at: Any, chance: random.Random) -> list[Document]:
    whose = {"task_id": f"t{number}", "short_id": f"n{number // 10}", "user_id": f"u{number % USERS}"}
    run = {"created_at": at, "started_at": at, "steps": {"Looking": 1.5}}
    notes: list[Document] = []
    moves: tuple[tuple[str, int, float, Document], ...] = (
        ("queued", 0, 0.0, {"session": "active"}),
        ("running", 5, 0.1, {}),
        ("completed", 7, 3.0, {"session": "removed", "run": run}),
    )
    for status, rank, later, more in moves:
        note = {"_id": ObjectId(), "kind": "task", "at": at + timedelta(seconds=later), "task_type": "image_analysis"}
        milestone = {"milestone": True} if chance.randrange(MILESTONE_OF) == 0 else {}
        notes.append(note | whose | {"status": status, "rank": rank} | more | milestone)
    return notes


def _lists(now: Any) -> dict[str, list[Document]]:
    """Return what the lists show: what has ended in the last hours."""
    rows: dict[str, list[Document]] = {"tasks": [], "sessions": [], "shorts": []}
    for number in range(LISTED):
        at = now - timedelta(minutes=number)
        short = {"short_id": f"n{number}", "user_id": f"u{number % USERS}", "created_at": at, "updated_at": at}
        of_task = short | {"task_type": "scenario_generation", "status": "completed"}
        rows["shorts"].append(short | {"_id": f"n{number}", "status": "completed"})
        rows["tasks"].append(of_task | {"_id": f"l{number}", "metadata": {}})
        rows["sessions"].append(of_task | {"task_id": f"l{number}"})
    return rows


def _tell(done: int, of: int, what: str) -> None:
    print(f"\r{min(done, of):>9} of {of} {what}", end="", file=sys.stderr)


@dataclass
class Reader:
    """Asks the API for one thing after another, and keeps how long each answer took (ms)."""

    url: str
    taken: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """Answers that were none."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read, four times a second each, while the block lasts."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._read, args=(path, stop)) for path in READS]
        threads.append(threading.Thread(target=self._stream, args=(stop,)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _read(self, path: str, stop: threading.Event) -> None:
        with httpx.Client(timeout=30) as client:
            while not stop.wait(0.25):
                self._take(path, lambda: client.get(f"{self.url}/api/v1{path}").raise_for_status())

    def _stream(self, stop: threading.Event) -> None:
        """Until the first event of a stream has come."""

        def first() -> None:
            with client.stream("GET", f"{self.url}/api/v1/events", params={"wait": 0}) as answer:
                answer.raise_for_status()
                next(answer.iter_lines())

        with httpx.Client(timeout=30) as client:
            while not stop.wait(0.25):
                self._take("/events", first)

    def _take(self, what: str, ask: Callable[[], Any]) -> None:
        begin = time.perf_counter()
        try:
            ask()
        except httpx.HTTPError as error:
            self.wrong.append(f"{what}: {error}"[:100])
        self.taken.setdefault(what, []).append(1000 * (time.perf_counter() - begin))


@dataclass
class Rate:
    """How fast something was worked off."""

    a_second: float
    left: int
    database_ms: float
    """Of processor time of the database for each, with all that the readers cost it meanwhile."""
    busy: float
    """What share of one core that was."""

    @property
    def told(self) -> str:
        """Return what stands beside the rate."""
        return f"{self.left} left; the database: {self.database_ms:.2f} ms of CPU each, {self.busy:.0%} of a core"


def rate(left: Callable[[], int], spent: Callable[[], float], seconds: float) -> Rate:
    """Return how fast it goes, over so many seconds or until nothing is left; ``spent``: the database's CPU seconds."""
    before, cpu, began = left(), spent(), time.monotonic()
    now = before
    while now > 0 and time.monotonic() - began < seconds:
        time.sleep(min(5.0, seconds / 4))
        now = left()
    took, cpu = time.monotonic() - began, spent() - cpu
    return Rate((before - now) / took, now, 1000 * cpu / max(1, before - now), cpu / took)


def main() -> int:
    """Fill, serve, watch, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--notes", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopreel-soak-")))
        _fill_in_bulk(folder, asked)
        return _watch(folder, asked, stack)


def _fill_in_bulk(folder: Path, asked: argparse.Namespace) -> None:
    server = embedded_servers(folder)["database"]
    durable = server.command
    server.command = lambda at, where: [word for word in durable(at, where) if word != "--sync-on-commit"]
    server.start()
    try:
        while not server.listening():
            time.sleep(0.05)
        with pymongo.MongoClient[Document](server.url, tz_aware=True) as client:
            fill(client[NAME], asked.events, asked.notes)
    finally:
        server.ask_to_stop()
        server.wait(120)


def _watch(folder: Path, asked: argparse.Namespace, stack: ExitStack) -> int:
    hold = hold_servers(folder)
    stack.callback(hold.connection.close)
    client = stack.enter_context(pymongo.MongoClient[Document](hold.endpoints.mongodb_uri, tz_aware=True))
    database = client[NAME]
    servers = _servers(folder)
    database_process = _database_of(servers)
    port = free_port()

    def counter() -> Document:
        return database["counters"].find_one({"_id": "events"}) or {}

    def unnumbered() -> int:
        return int(asked.events + asked.notes // 3 * 3 - counter().get("last", 0))

    def unremoved() -> int:
        return int(asked.events - counter().get("removed_to", 0))

    def spent() -> float:
        times = database_process.cpu_times()
        return float(times.user + times.system)

    reader = Reader(f"http://127.0.0.1:{port}")
    with _serving(folder, port, NUMBERS) as api, reader.reading():
        numbered = rate(unnumbered, spent, asked.seconds)
        stopped = api.poll() is not None
    with _serving(folder, port, CLEANS_UP) as api, reader.reading():
        removed = rate(unremoved, spent, asked.seconds)
        stopped = stopped or api.poll() is not None
    rows = [
        ("notes numbered a second", numbered.a_second, RATE, numbered.a_second >= RATE, numbered.told),
        ("events removed a second", removed.a_second, RATE, removed.a_second >= RATE, removed.told),
    ]
    for path, taken in sorted(reader.taken.items()):
        ordered = sorted(taken)
        p99, half = ordered[int(0.99 * (len(ordered) - 1))], ordered[len(ordered) // 2]
        rows.append((f"{path}, ms at p99", p99, P99_MS, p99 <= P99_MS, f"{half:.0f} at p50, {len(taken)} reads"))
    restarts = len(servers - _servers(folder)) + stopped
    rows.append(("restarts", restarts, 0, restarts == 0, ""))
    rows.append(("failed answers", len(reader.wrong), 0, not reader.wrong, "; ".join(reader.wrong[:2])))
    print(f"load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':34}{'measured':>10}{'limit':>8}")
    for what, measured, limit, good, more in rows:
        print(f"{what:34}{measured:>10.0f}{limit:>8.0f}  {'' if good else 'MISSED'} {more}")
    return 0 if all(good for _, _, _, good, _ in rows) else 1


NUMBERS = {"ACTIVITY_RETENTION_DAYS": "3650"}
CLEANS_UP = {"ACTIVITY_RETENTION_DAYS": "365", "CLEANUP_INTERVAL_HOURS": "0.001"}
"""What an API process finds to do: with the first no event is too old, with the second a clean-up is always due."""


@contextmanager
def _serving(folder: Path, port: int, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Serve while the block lasts; the last clean-up is forgotten, so that one is due."""
    kept = {name: value for name, value in child_environment().items() if name not in ("MONGODB_URI", "REDIS_URL")}
    own = {"SHOPREEL_DATA_DIR": str(folder), "MONGODB_DATABASE": NAME} | settings
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--no-worker"]
    with (folder / "api.log").open("ab") as out:
        api = subprocess.Popen(command, env=kept | own, stdout=out, stderr=out, preexec_fn=die_with_parent)
    try:
        _wait_for(lambda: httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200)
        yield api
    finally:
        api.terminate()
        api.wait()


def _servers(folder: Path) -> set[int]:
    found = set()
    for process in psutil.process_iter(["pid", "cmdline"]):
        if any(str(folder) in word for word in process.info["cmdline"] or []) and process.pid != os.getpid():
            found.add(process.pid)
    return found


def _database_of(servers: set[int]) -> psutil.Process:
    processes = map(psutil.Process, servers)
    return next(process for process in processes if any("secantusd" in word for word in process.cmdline()))


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError("the API did not come up")


if __name__ == "__main__":
    sys.exit(main())
