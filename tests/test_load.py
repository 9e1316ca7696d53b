"""The API under load from many clients while the database goes away: what was accepted is there, and nothing breaks."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from app.db import client as mongo
from tests.chaos.cluster import Cluster
from tests.chaos.run import wait_until_ready
from tests.polling import wait_for
from tests.servers import own_server

CLIENTS = 32
OUTAGE_SECONDS = float(os.environ.get("SHOPREEL_OUTAGE_SECONDS", "6"))
"""``make chaos`` makes it 20."""


class Client(threading.Thread):
    """Starts tasks and reads sessions, one after another, and keeps what it was told."""

    def __init__(self, url: str, number: int, stop: threading.Event) -> None:
        super().__init__(name=f"client-{number}")
        self.url = url
        self.stop = stop
        self.short_id = f"short-{number}"
        self.accepted: list[str] = []
        self.degraded = 0
        self.wrong: list[str] = []
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        with httpx2.Client(base_url=self.url, timeout=30) as http:
            while not self.stop.is_set():
                self._start(http.post("/api/v1/content/analyze", json={"text": "A cup.", "short_id": self.short_id}))
                self._read(http.get(f"/api/v1/sessions/{self.short_id}"))

    def _start(self, answer: httpx2.Response) -> None:
        self._look_at(answer, {202, 503})
        if answer.status_code == 202:
            self.accepted.append(answer.json()["task_id"])
            self.degraded += answer.json()["degraded"]

    def _read(self, answer: httpx2.Response) -> None:
        self._look_at(answer, {200, 503})
        if answer.status_code == 200:
            listed = {session["task_id"] for session in answer.json()["sessions"]}
            if missing := set(self.accepted) - listed:
                self.wrong.append(f"a session list without {len(missing)} of {len(self.accepted)} accepted tasks")

    def _look_at(self, answer: httpx2.Response, expected: set[int]) -> None:
        self.answers[answer.status_code] += 1
        if answer.status_code not in expected:
            self.wrong.append(f"{answer.request.method}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code == 503 and "retry-after" not in answer.headers:
            self.wrong.append("503 without Retry-After")


def test_a_database_that_stops_under_load_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with own_server("database", monkeypatch) as database:
        cluster = Cluster(folder, "127.0.0.1:9", workers=0, database=database.url)
        monkeypatch.setenv("MONGODB_DATABASE", "chaos")
        stop = threading.Event()
        clients = [Client(cluster.url, number, stop) for number in range(CLIENTS)]
        cluster.start()
        try:
            wait_until_ready(cluster)
            for client in clients:
                client.start()
            wait_for(lambda: sum(len(client.accepted) for client in clients) > 2 * CLIENTS, 60, "the first tasks")
            with database.away():
                began = time.monotonic()
                wait_for(lambda: time.monotonic() - began > OUTAGE_SECONDS, 60)
                live = cluster.ask("GET", "/health/live", seconds=5)
                ready = cluster.ask("GET", "/health/ready", seconds=15)
            seen = sum(client.answers[200] for client in clients)
            wait_for(lambda: sum(client.answers[200] for client in clients) > seen + CLIENTS, 60, "lists of sessions")
        finally:
            stop.set()
            for client in clients:
                client.join()
            try:
                spool = folder / "spool"
                wait_for(lambda: not list(spool.glob("entries")) and not list(spool.glob("replay")), 60, "the replay")
            finally:
                cluster.stop()
        answers = sum((client.answers for client in clients), Counter())
        assert not [wrong for client in clients for wrong in client.wrong][:5], answers
        assert (live.status_code, ready.status_code) == (200, 503)
        assert answers[503] > 0
        assert sum(client.degraded for client in clients) > CLIENTS
        accepted = {task_id for client in clients for task_id in client.accepted}
        stored = {task["_id"] for task in mongo.collection("tasks").find({"status": "queued"}, {"_id": 1})}
        sessions = {session["task_id"] for session in mongo.collection("sessions").find({}, {"task_id": 1})}
        assert accepted <= stored
        assert stored == sessions
        assert not (spool / "set-aside").exists() and not list(spool.glob("damaged-*"))
