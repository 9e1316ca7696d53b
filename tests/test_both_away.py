"""Database and broker away at once, from the start too, and back in either order; with a real worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.access.servers import answers
from tests.chaos.cluster import Cluster
from tests.polling import wait_for
from tests.servers import OwnServer, own_server

Servers = dict[str, OwnServer]


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    """A database and a broker, not running."""
    with (
        own_server("database", monkeypatch, started=False) as database,
        own_server("broker", monkeypatch, started=False) as broker,
    ):
        yield {"database": database, "broker": broker}


@pytest.fixture
def cluster(servers: Servers, tmp_path: Path) -> Iterator[Cluster]:
    """An API and a worker, started while both servers are away."""
    (tmp_path / "data").mkdir()
    cluster = Cluster(tmp_path / "data", "none", 1, servers["database"].url, servers["broker"].url)
    cluster.start()
    try:
        wait_for(lambda: answers(f"{cluster.url}/health/live"), 60, "the API")
        yield cluster
    finally:
        cluster.stop()


def _submit(cluster: Cluster) -> httpx2.Response:
    body = {"text": "A steel cup that keeps tea warm.", "short_id": "s"}
    return cluster.ask("POST", "/api/v1/content/analyze", body)


def _completed(cluster: Cluster, task_id: str) -> bool:
    answer = cluster.ask("GET", f"/api/v1/tasks/{task_id}")
    return answer.status_code == 200 and answer.json()["status"] == "completed"


@pytest.mark.parametrize("order", [["database", "broker"], ["broker", "database"]], ids="-".join)
def test_what_is_accepted_meanwhile_is_done_when_both_are_back(
    cluster: Cluster, servers: Servers, order: list[str]
) -> None:
    ready = cluster.ask("GET", "/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "degraded")
    accepted = [_submit(cluster) for _ in range(3)]
    assert {(answer.status_code, answer.json()["degraded"]) for answer in accepted} == {(202, True)}
    sessions = cluster.ask("GET", "/api/v1/sessions/s")
    assert sessions.status_code == 503
    assert "retry-after" in sessions.headers
    for name in order:
        servers[name].start()
    names = [answer.json()["task_id"] for answer in accepted]
    wait_for(lambda: all(_completed(cluster, name) for name in names), 60, "the end of the tasks")
    assert cluster.ask("GET", "/api/v1/sessions/s").json()["sessions"] == []
    wait_for(lambda: cluster.ask("GET", "/health/ready").status_code == 200, 20, "readiness")
    # Away again, in the midst of service, and everything is asked to end.
    for server in servers.values():
        server.kill()
    assert _submit(cluster).status_code == 202
    cluster.stop()
    assert [member.slow_stops for member in cluster.members] == [0, 0]
