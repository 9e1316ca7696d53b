"""The three session endpoints of the contract, and the lists beside them."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from app.config import get_settings
from app.db import client as mongo
from app.sessions.service import session_service
from app.tasks.service import TaskType, complete_task, create_task, start_task, update_task_progress

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_sessions_of_a_short(api: TestClient) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, user_id="user123", short_id="short_456", product_id="product_123")
    answer = api.get("/api/v1/sessions/short_456")
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["short_id", "sessions", "total_sessions", "timestamp"]
    assert (body["short_id"], body["total_sessions"]) == ("short_456", 1)
    assert DATE.fullmatch(body["timestamp"])
    (session,) = body["sessions"]
    assert set(session) == {"short_id", "task_type", "task_id", "user_id", "status", "created_at", "updated_at"}
    assert session["task_type"] == "image_analysis"
    assert session["task_id"] == task_id
    assert (session["user_id"], session["status"]) == ("user123", "active")
    assert DATE.fullmatch(session["created_at"])
    complete_task(task_id)
    assert api.get("/api/v1/sessions/short_456").json()["sessions"] == []


def test_an_unknown_short_has_no_sessions(api: TestClient) -> None:
    answer = api.get("/api/v1/sessions/nobody")
    assert answer.status_code == 200
    assert answer.json()["total_sessions"] == 0


def test_the_session_of_a_task(api: TestClient) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, user_id="user123", short_id="short_456")
    found = api.get(f"/api/v1/sessions/task/{task_id}")
    assert found.status_code == 200
    assert found.json()["task_id"] == task_id
    assert set(found.json()) == {"short_id", "task_type", "task_id", "user_id", "status", "created_at", "updated_at"}
    removed = api.delete(f"/api/v1/sessions/task/{task_id}")
    assert removed.status_code == 200
    for again in (api.get(f"/api/v1/sessions/task/{task_id}"), api.delete(f"/api/v1/sessions/task/{task_id}")):
        assert again.status_code == 404
        assert again.headers["content-type"] == "application/problem+json"
    complete_task(task_id)


def test_sessions_with_their_tasks_progress(api: TestClient) -> None:
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    start_task(task_id)
    update_task_progress(task_id, 40, "looking")
    (session,) = api.get("/api/v1/sessions/s?include=task").json()["sessions"]
    assert (session["task"]["progress"], session["task"]["step"], session["task"]["status"]) == (
        40,
        "looking",
        "running",
    )
    assert "task" not in api.get("/api/v1/sessions/s").json()["sessions"][0]
    complete_task(task_id)


def test_pages_and_filters(api: TestClient) -> None:
    for number in range(5):
        session_service.create_session("s", "image_analysis", f"t{number}", "u")
    session_service.create_session("other", "save_scenario", "t9", "v")
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/api/v1/sessions?short_id=s&sort=-created_at&limit=2{cursor}").json()
        seen += [session["task_id"] for session in page["sessions"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == [f"t{number}" for number in range(5)]
    assert len(seen) == 5
    assert api.get("/api/v1/sessions/user/v").json()["sessions"][0]["task_id"] == "t9"
    assert api.get("/api/v1/sessions?task_type=save_scenario").json()["sessions"][0]["short_id"] == "other"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/v1/sessions/a%00b", "short_id"),
        ("/api/v1/sessions/a%0Ab", "short_id"),
        ("/api/v1/sessions/" + "x" * 129, "short_id"),
        ("/api/v1/sessions/user/a%07b", "user_id"),
        ("/api/v1/sessions?status=running", "status"),
        ("/api/v1/sessions?task_type=cooking", "task_type"),
        ("/api/v1/sessions?limit=0", "limit"),
        ("/api/v1/sessions?limit=many", "limit"),
        ("/api/v1/sessions?cursor=%21%21", "cursor"),
        ("/api/v1/sessions?created_after=yesterday", "created_after"),
        ("/api/v1/sessions?sort=colour", "sort"),
        ("/api/v1/sessions/s?include=all", "include"),
    ],
)
def test_bad_input_is_named(api: TestClient, path: str, named: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]


def test_an_outage_is_a_503_and_never_an_empty_list(monkeypatch: pytest.MonkeyPatch, api: TestClient) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://someone:secret@127.0.0.1:9/")
    monkeypatch.setenv("MONGODB_SERVER_SELECTION_TIMEOUT", "100")
    mongo.close()
    get_settings.cache_clear()
    try:
        for path in (
            "/api/v1/sessions/s",
            "/api/v1/sessions",
            "/api/v1/sessions/task/t",
            "/api/v1/tasks",
            "/health/ready",
        ):
            answer = api.get(path)
            assert answer.status_code == 503, path
            assert "secret" not in answer.text
        assert answer.json()["status"] == "degraded"
        assert api.get("/api/v1/sessions/s").headers["retry-after"]
        assert api.get("/health/live").status_code == 200
    finally:
        mongo.close()
        monkeypatch.undo()
        get_settings.cache_clear()
