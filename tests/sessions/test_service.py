"""The session service: the seed's operations, what it refuses, and what it does when the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import get_settings
from app.db import client as mongo
from app.db.page_query import decode_place
from app.errors import Unavailable
from app.events import repository as events
from app.models import SessionInfo, SessionStatus, TaskType, utc_now
from app.sessions import service as session_module
from app.sessions.service import (
    SessionManager,
    SessionService,
    encode_cursor,
    session_service,
)
from app.tasks.service import cancel_task, create_task
from tests.conftest import change_all


def add(task_id: str, short_id: str = "s", **fields: object) -> SessionInfo:
    """Create a session and set fields of its document."""
    session_service.create_session(short_id, TaskType.IMAGE_ANALYSIS, task_id, "u")
    if fields:
        mongo.collection("sessions").update_one({"task_id": task_id}, {"$set": fields})
    found = session_service.get_session(task_id)
    assert found is not None
    return found


def test_a_session_is_stored_as_the_schema_says() -> None:
    add("t1", "short_456")
    document = mongo.collection("sessions").find_one({"task_id": "t1"})
    assert document is not None
    assert set(document) == {"_id", "short_id", "task_type", "task_id", "created_at", "updated_at", "user_id", "status"}
    assert type(document["_id"]).__name__ == "ObjectId"
    assert document["status"] == "active"
    assert document["created_at"].tzinfo is not None
    assert mongo.collection("sessions").count_documents({"created_at": {"$type": "date"}}) == 1


def test_json_dates_are_in_seconds_and_utc() -> None:
    dumped = add("t1").model_dump(mode="json")
    assert list(dumped) == ["short_id", "task_type", "task_id", "user_id", "status", "created_at", "updated_at"]
    assert dumped["created_at"].endswith("Z")
    assert len(dumped["created_at"]) == len("2024-01-01T12:00:00Z")


def test_creating_twice_gives_the_first() -> None:
    first = add("t1")
    assert session_service.create_session("other", TaskType.SAVE_SCENARIO, "t1") == first


@pytest.mark.parametrize(
    ("short_id", "task_type", "task_id", "user_id"),
    [
        ("", "image_analysis", "t", None),
        ("a/b", "image_analysis", "t", None),
        ("a\nb", "image_analysis", "t", None),
        ("a\x00b", "image_analysis", "t", None),
        ("x" * 129, "image_analysis", "t", None),
        ({"$ne": ""}, "image_analysis", "t", None),
        ("s", "scraping", "t", None),
        ("s", "unheard_of", "t", None),
        ("s", "image_analysis", "", None),
        ("s", "image_analysis", {"$gt": ""}, None),
        ("s", "image_analysis", "t", "user/1"),
        ("s", "image_analysis", "t", 7),
    ],
)
def test_invalid_data_is_refused(short_id: str, task_type: str, task_id: str, user_id: str | None) -> None:
    with pytest.raises(ValueError, match=r"short_id|task_type|task_id|user_id"):
        session_service.create_session(short_id, task_type, task_id, user_id)
    assert mongo.collection("sessions").count_documents({}) == 0


@pytest.mark.parametrize("wrong", [None, "", "a/b", {"$ne": ""}, 7])
def test_no_list_is_of_everybody_by_mistake(wrong: Any) -> None:
    add("t1")
    for call in (
        session_service.get_sessions_by_short_id,
        session_service.get_sessions_by_user_id,
        lambda value: session_service.remove_sessions(value, "image_analysis"),
    ):
        with pytest.raises(ValueError, match=r"short_id|user_id"):
            call(wrong)
    assert session_service.get_session("t1") is not None


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="status"):
        session_service.update_session_status("t1", "running")


@pytest.mark.parametrize("days", [-1, "7", None, True, 1e9])
def test_a_wrong_age_is_refused(days: Any) -> None:
    with pytest.raises(ValueError, match="days"):
        session_service.cleanup_old_sessions(days)


def test_absent_sessions_are_none_false_and_empty() -> None:
    assert session_service.get_session("absent") is None
    assert session_service.get_sessions_by_short_id("absent") == []
    assert session_service.get_sessions_by_user_id("absent") == []
    assert session_service.find_sessions(short_id="absent") == []
    assert session_service.remove_session("absent") is False
    assert session_service.update_session_status("absent", "failed") is False
    assert session_service.remove_sessions("absent", "image_analysis") == 0


def test_a_short_s_sessions_come_in_order_of_creation() -> None:
    now = utc_now()
    for age in (3, 1, 2):
        add(f"t{age}", created_at=now - timedelta(hours=age))
    assert [session.task_id for session in session_service.get_sessions_by_short_id("s")] == ["t3", "t2", "t1"]


def test_clean_up_takes_old_completed_and_failed_sessions_only() -> None:
    now = utc_now()
    for status in SessionStatus:
        add(f"old-{status}", status=status.value, created_at=now - timedelta(days=7, seconds=1))
        add(f"new-{status}", status=status.value, created_at=now - timedelta(days=6, hours=23))
    assert session_service.cleanup_old_sessions(7) == 2
    left = {session.task_id for session in session_service.find_sessions()}
    assert left == {"old-active", "new-active", "new-completed", "new-failed"}


def test_clean_up_goes_on_over_batches_and_leaves_the_sessions_of_live_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "REMOVED_AT_ONCE", 10)
    live = create_task(TaskType.IMAGE_ANALYSIS, short_id="s")
    session_service.update_session_status(live, "completed")
    for number in range(34):
        add(f"t{number}", status="failed" if number % 3 else "completed")
    old = utc_now() - timedelta(days=8)
    change_all("sessions", {}, {"$set": {"created_at": old}})
    _, before = events.bounds()
    assert session_service.cleanup_old_sessions(7) == 34
    assert [session.task_id for session in session_service.find_sessions()] == [live]
    removed = [event for event in events.events_between(before, events.bounds()[1]) if event.status == "removed"]
    assert {event.task_id for event in removed} == {f"t{number}" for number in range(34)}
    assert len(removed) == 34
    cancel_task(live)


def test_filters_combine() -> None:
    add("t1", "a")
    add("t2", "a", status="failed")
    add("t3", "b", status="failed")
    found = session_service.find_sessions(short_id="a", status="failed", task_type="image_analysis", user_id="u")
    assert [session.task_id for session in found] == ["t2"]
    early = session_service.find_sessions(created_before=utc_now() - timedelta(hours=1))
    late = session_service.find_sessions(created_after=utc_now() - timedelta(hours=1))
    assert (len(early), len(late)) == (0, 3)


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_show_each_session_once_though_many_share_a_millisecond(newest_first: bool) -> None:
    now = utc_now()
    for number in range(20):
        add(f"t{number:02}", created_at=now - timedelta(milliseconds=number // 7))
    seen: list[str] = []
    cursor = None
    while page := session_service.find_sessions(limit=3, after=cursor, newest_first=newest_first):
        assert len(seen) < 20, "the pages do not end"
        seen += [session.task_id for session in page]
        cursor = encode_cursor(page[-1])
    whole = [session.task_id for session in session_service.find_sessions(newest_first=newest_first)]
    assert seen == whole
    assert len(set(seen)) == 20


@given(st.text(max_size=60))
def test_a_cursor_that_was_not_given_out_is_refused_clearly(cursor: str) -> None:
    try:
        decode_place(cursor)
    except ValueError as error:
        assert "cursor" in str(error)


@pytest.fixture
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A port on which nothing listens."""
    monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1:9/")
    monkeypatch.setenv("MONGODB_SERVER_SELECTION_TIMEOUT", "100")
    mongo.close()
    get_settings.cache_clear()
    yield
    mongo.close()


@pytest.mark.usefixtures("database_away")
def test_an_outage_is_told_calmly_to_scripts_and_plainly_to_those_who_ask() -> None:
    service = SessionService()
    assert service.initialize() is False
    assert service.create_session("s", "image_analysis", "t") is None
    assert service.get_session("t") is None
    assert service.get_sessions_by_short_id("s") == []
    assert service.remove_session("t") is False
    assert service.update_session_status("t", "failed") is False
    assert service.cleanup_old_sessions(7) == 0
    with pytest.raises(Unavailable):
        SessionManager().find(short_id="s")
    with pytest.raises(ValueError, match="short_id"):
        service.create_session("a/b", "image_analysis", "t")
