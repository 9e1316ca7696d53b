"""What was accepted, what is seen meanwhile, and what is found at the end."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import httpx2
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from app.models import ENDED, LIVE, TaskStatus, TaskType, utc_now
from app.sessions.rules import SESSION_AFTER, SESSION_RULES
from app.shorts.repository import ShortStatus
from app.tasks.registry import KEPT_TYPES
from app.tasks.writes import HISTORY_KEPT
from tests.chaos.cluster import Cluster
from tests.polling import wait_for

LIVE_VALUES = [status.value for status in LIVE]
ENDED_VALUES = {status.value for status in ENDED}
WITH_SESSION = [task_type.value for task_type, rule in SESSION_RULES.items() if rule.created]
LOOK_SECONDS = 0.4
Document = dict[str, Any]


@dataclass
class Findings:
    """Counts that must be 0, and those that say how much was tried."""

    accepted_shorts: int = 0
    accepted_tasks: int = 0
    tasks_of_shorts: int = 0
    accepted_degraded: int = 0
    ended_tasks: int = 0
    lost: int = 0
    completed_twice: int = 0
    moved_after_end: int = 0
    sessions_leaked: int = 0
    sessions_missing: int = 0
    repeated_effects: int = 0
    server_errors: int = 0
    slow_stops: int = 0
    files_left: int = 0
    looks: int = 0
    shorts_by_end: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)

    MUST_BE_ZERO = (
        *("lost", "completed_twice", "moved_after_end", "sessions_leaked", "sessions_missing"),
        *("repeated_effects", "server_errors", "slow_stops", "files_left"),
    )

    @property
    def good(self) -> bool:
        """Whether every promise held."""
        return not any(getattr(self, name) for name in self.MUST_BE_ZERO)


class Ledger:
    """Submits shorts over HTTP, looks at the database while faults go on, and counts at the end."""

    def __init__(self, cluster: Cluster, pages: list[str]) -> None:
        self.cluster = cluster
        self.pages = pages
        self.accepted: list[str] = []
        self.small: dict[str, str] = {}
        """Idempotency key, as it is stored -> the task that was accepted with it."""
        self.findings = Findings()
        self._ended: dict[str, Document] = {}
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._database: Any = None

    @property
    def database(self) -> Any:
        """The database, read by a client of our own; the embedded one keeps its port unless somebody took it."""
        if self._database is None:
            client: Any = MongoClient(self.cluster.database_url, serverSelectionTimeoutMS=1500, tz_aware=True)
            self._database = client["chaos"]
        return self._database

    def forget(self) -> None:
        """Close the client; the next use connects anew."""
        if self._database is not None:
            self._database.client.close()
            self._database = None

    def submit(self, wishes: Document) -> str | None:
        """Submit a short; return its id if it was accepted. What got no answer counts as nothing."""
        page = self.pages[len(self.accepted) % len(self.pages)]
        answer = self.ask("POST", "/api/v1/shorts", {"url": page, "wishes": wishes})
        if answer is None or answer.status_code != 202:
            return None
        short_id = str(answer.json()["short_id"])
        with self._lock:
            self.findings.accepted_degraded += answer.json()["degraded"]
            self.accepted.append(short_id)
        return short_id

    def submit_small(self, number: int) -> None:
        """Submit a task by itself, with a key, again and again until it is accepted or the watch ends."""
        body = {"text": "A steel cup that keeps tea warm.", "short_id": f"small-{number % 5}"}
        while not self._stop.is_set():
            answer = self.ask("POST", "/api/v1/content/analyze", body, {"Idempotency-Key": f"small-{number}"})
            if answer is not None and answer.status_code == 202:
                with self._lock:
                    self.small[f"/small-{number}"] = str(answer.json()["task_id"])
                    self.findings.accepted_degraded += answer.json()["degraded"]
                return
            self._stop.wait(0.2)

    def ask(
        self, method: str, path: str, body: Document | None = None, headers: dict[str, str] | None = None
    ) -> httpx2.Response | None:
        """Ask the API; None: it did not answer."""
        try:
            answer = self.cluster.ask(method, path, body, headers, 20)
        except httpx2.HTTPError:
            self._count("no answer")
            return None
        self._count(str(answer.status_code))
        if answer.status_code >= 500 and answer.status_code != 503:
            with self._lock:
                self.findings.server_errors += 1
                self.findings.details.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def _count(self, what: str) -> None:
        with self._lock:
            self.findings.answers[what] += 1

    def tasks(self) -> int:
        """Return how many tasks of shorts there are, 0 while the database is away."""
        try:
            return int(self.database["tasks"].count_documents({"metadata.step": {"$exists": True}}))
        except PyMongoError:
            return 0

    def shorts_under_way(self) -> list[str]:
        """Return the accepted shorts that have not ended. Raises ``PyMongoError`` while the database is away."""
        over = [status.value for status in ShortStatus if status is not ShortStatus.MAKING]
        query = {"_id": {"$in": self.accepted}, "status": {"$in": over}}
        ended = {short["_id"] for short in self.database["shorts"].find(query, {"_id": 1})}
        return [short_id for short_id in self.accepted if short_id not in ended]

    def unrest(self) -> list[object]:
        """Return what has not ended, as it stands: if it is the same later, nothing moved.

        Heartbeats and messages sent again are no movement; the countdown of a retry is. Raises as ``shorts_under_way``.
        """
        now = utc_now()
        standing: list[object] = [*self.shorts_under_way()]
        for task in self.database["tasks"].find({"status": {"$in": LIVE_VALUES}}).sort("_id"):
            retries = task["status"] == TaskStatus.RETRYING.value
            wait = max(0, int((task["due_at"] - now).total_seconds())) if retries else None
            standing.append((task["_id"], task["status"], task["progress"], task["retries"], wait))
        return standing

    def watch(self) -> None:
        """Look at tasks and sessions again and again, and at the API, until ``end_watch``."""
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._look()
            except PyMongoError:
                continue
            for short_id in self.accepted[-3:]:
                self.ask("GET", f"/api/v1/sessions/{short_id}?include=task")

    def end_watch(self) -> None:
        """Let ``watch`` return."""
        self._stop.set()

    def _look(self) -> None:
        """Compare tasks with sessions. One read is not one moment: what differs is read again before it counts."""
        live = {task["_id"]: task for task in self._live()}
        sessions = {session["task_id"]: session for session in self.database["sessions"].find()}
        self.findings.looks += 1
        for task_id in live.keys() - sessions.keys():
            task = self.database["tasks"].find_one({"_id": task_id})
            session = self.database["sessions"].find_one({"task_id": task_id})
            task = task and self.database["tasks"].find_one({"_id": task_id})
            if task and task["status"] in LIVE_VALUES and session is None:
                self.note("sessions_missing", f"{task['task_type']} {task_id} is {task['status']}, without a session")
        for task_id, session in sessions.items():
            if task_id in live or session["task_type"] in KEPT_TYPES:
                continue
            task = self.database["tasks"].find_one({"_id": task_id})
            over = task is None or task["status"] in ENDED_VALUES
            if over and self.database["sessions"].find_one({"task_id": task_id}):
                self.note("sessions_leaked", f"{session['task_type']} {task_id}: its session is still there")
        for task in self.database["tasks"].find({"status": {"$in": list(ENDED_VALUES)}}):
            if self._ended.setdefault(task["_id"], task) != task:
                self.note("moved_after_end", f"{task['task_type']} {task['_id']} was written after its end")
                self._ended[task["_id"]] = task

    def _live(self) -> list[Document]:
        query = {"status": {"$in": LIVE_VALUES}, "task_type": {"$in": WITH_SESSION}, "short_id": {"$ne": None}}
        return list(self.database["tasks"].find(query))

    def note(self, count: str, detail: str) -> None:
        """Count a broken promise and say which."""
        with self._lock:
            setattr(self.findings, count, getattr(self.findings, count) + 1)
            self.findings.details.append(f"{count}: {detail}")

    def close_the_books(self) -> Findings:
        """Count, once all has come to rest."""
        found = self.findings
        self._look()
        tasks = list(self.database["tasks"].find())
        shorts = {short["_id"]: short for short in self.database["shorts"].find()}
        found.accepted_shorts, found.accepted_tasks = len(self.accepted), len(tasks)
        found.tasks_of_shorts = self.tasks()
        for short_id in self.accepted:
            if short_id not in shorts or shorts[short_id]["status"] == ShortStatus.MAKING:
                self.note("lost", f"short {short_id}")
            elif shorts[short_id]["status"] == ShortStatus.FAILED:
                found.details.append(f"failed, and told so: {short_id}: {shorts[short_id]['error']}")
        for task in tasks:
            ends = [event["status"] for event in task["history"] if event["status"] in ENDED_VALUES]
            found.ended_tasks += len(ends) > 0
            if task["status"] in LIVE_VALUES:
                self.note("lost", f"{task['task_type']} {task['_id']} is {task['status']}")
            if len(ends) > 1:
                self.note("completed_twice", f"{task['task_type']} {task['_id']}: {ends}")
        known = {task["_id"]: task for task in tasks}
        for key, task_id in self.small.items():
            if task_id not in known:
                self.note("lost", f"the task {task_id} of key {key}")
        keys = Counter(task["idempotency_key"] for task in tasks if "idempotency_key" in task)
        for key, count in keys.items():
            if count > 1:
                self.note("repeated_effects", f"{count} tasks of key {key}")
        ended = {task["_id"]: TaskStatus(task["status"]) for task in tasks}
        for session in self.database["sessions"].find():
            end = ended.get(session["task_id"])
            # Whoever asks for a scenario that failed is to find that it did.
            tells = session["task_type"] in KEPT_TYPES and end in (TaskStatus.FAILED, TaskStatus.CANCELLED)
            if not tells or end is None or session["status"] != SESSION_AFTER[end]:
                self.note("sessions_leaked", f"{session['task_type']} {session['task_id']} at the end")
        self._compare_events(tasks)
        self._count_effects(shorts)
        found.shorts_by_end = Counter(short["status"] for short in shorts.values())
        found.slow_stops = sum(member.slow_stops for member in self.cluster.members)
        folders = {member.folder / "tmp" for member in self.cluster.members}
        left = [path for folder in folders for path in folder.glob("*") if path.is_dir()]
        found.files_left = len(left)
        return found

    def _compare_events(self, tasks: list[Document]) -> None:
        """Compare the events of each task with the moves that its record holds: none is lost, none comes twice."""
        told: dict[str, list[str]] = {}
        wait_for(lambda: self.database["outbox"].find_one() is None, 30, "the numbering of all changes")
        events = [one for bucket in self.database["event_buckets"].find() for one in bucket["events"]]
        for event in sorted(events, key=itemgetter("seq")):
            if event["kind"] == "task" and event.get("progress") is None:
                told.setdefault(event["task_id"], []).append(event["status"])
        for task in tasks:
            moves = [move["status"] for move in task["history"]]
            known = told.get(task["_id"], [])
            if (known if len(moves) < HISTORY_KEPT else known[-len(moves) :]) != moves:
                self.note("lost", f"events of {task['task_type']} {task['_id']}: {known}, not {moves}")

    def _count_effects(self, shorts: dict[str, Document]) -> None:
        """What a task that ran twice would have left behind: a second task of a step, version, product or video."""
        tasks = list(self.database["tasks"].find({}, {"metadata": 1, "short_id": 1, "task_type": 1}))
        steps = Counter((task["short_id"], task["metadata"].get("step")) for task in tasks)
        for (short_id, step), count in steps.items():
            if step is not None and count > 1:
                self.note("repeated_effects", f"{count} tasks of step {step} of {short_id}")
        versions = Counter(scenario["short_id"] for scenario in self.database["scenarios"].find({}, {"short_id": 1}))
        scrapes = [task for task in tasks if task["task_type"] == TaskType.SCRAPING.value]
        if self.database["products"].count_documents({}) > len(scrapes):
            self.note("repeated_effects", "there are more products than tasks that made one")
        for short_id, short in shorts.items():
            if versions[short_id] > 1:
                self.note("repeated_effects", f"{versions[short_id]} versions of the scenario of {short_id}")
            if short["status"] == ShortStatus.COMPLETED and not short["video"]:
                self.note("lost", f"the video of {short_id}")
