"""Records of before there were words and figures: they are found, and counted, once; also when that was cut short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.analytics import figures
from app.analytics.service import analyse
from app.core.search_words import beginnings
from app.db import client as mongo
from app.db import schema
from app.db.stand_in.windows import forget_learnt
from app.events.log import number_events
from app.maintenance import migrations
from app.models import TaskType
from app.sessions.service import session_service
from app.shorts.repository import list_shorts
from app.tasks.repository import list_tasks
from app.tasks.service import complete_task, create_task
from tests.maintenance.cut_short import cut_short
from tests.staging import stored

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHORTS = 30


@pytest.fixture
def old_records() -> Iterator[None]:
    """Shorts of cups, each with tasks, a line of history and a session, none with words or figures.

    Of the tasks one has failed, one is completed, and one is of another user.
    """
    forget_learnt()
    mongo.connect()
    names = ("shorts", "products", "tasks", "history", "sessions")
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(SHORTS):
        at = START + timedelta(hours=7 * number)
        whose = {"short_id": f"old-{number}", "user_id": "u", "created_at": at, "updated_at": at}
        rows["shorts"].append(whose | {"_id": f"old-{number}", "product_id": f"p{number}", "status": "completed"})
        title = f"Cup {'of steel' if number % 2 else 'of linen'}"
        rows["products"].append({"_id": f"p{number}", "product": {"title": title}, "created_at": at})
        for status, error in (("failed", f"404 of shop {number}"), ("completed", None)):
            task = whose | {"_id": f"{status}-{number}", "task_type": TaskType.IMAGE_ANALYSIS.value, "error": error}
            rows["tasks"].append(task | {"status": status})
            ended = {"outcome": status, "ended_at": at + timedelta(seconds=5)}
            rows["history"].append(task | ended)
        kind = {"task_type": TaskType.SCENARIO_GENERATION.value, "status": "completed"}
        rows["sessions"].append(whose | kind | {"task_id": f"waits-{number}"})
        rows["tasks"].append(whose | kind | {"_id": f"strange-{number}", "user_id": "v"})
    for name, documents in rows.items():
        mongo.collection(name).insert_many(documents)
    schema.set_version(mongo.connect().database, 1)
    yield
    mongo.connect().database.drop_collection("history")
    schema.set_version(mongo.connect().database, schema.VERSION)


def counted() -> tuple[int, int, int]:
    totals = analyse(START, START + timedelta(days=300)).totals
    return totals.created, totals.completed, totals.failed


def found() -> tuple[int, ...]:
    """Return how many shorts, tasks and sessions are found: by title, by title and error, by error, by id."""
    asked: dict[str, Any] = {"limit": 900, "created_before": START + timedelta(days=300)}
    return (
        len(list_shorts(owner=None, q="steel", **asked)),
        len(list_tasks(q="steel", **asked)),
        len(list_tasks(q="steel 404", **asked)),
        len(list_tasks(error="shop 404", **asked)),
        len(list_tasks(q="old", **asked)),
        len(session_service.find_sessions(q="steel", **asked)),
        len(session_service.find_sessions(q="old", **asked)),
    )


def put_into_history(task_id: str) -> None:
    """Write the line of history that a task of before had."""
    task = stored("tasks", {"_id": task_id})
    line = {name: task[name] for name in ("_id", "task_type", "short_id", "user_id", "created_at", "ended_at")}
    mongo.collection("history").insert_one(line | {"session": True, "outcome": task["status"], "steps": {}})


HALF = SHORTS // 2
FOUND = (HALF, 2 * HALF, HALF, SHORTS, 3 * SHORTS, HALF, SHORTS)
COUNTED = (2 * SHORTS, SHORTS, SHORTS)


@pytest.mark.usefixtures("old_records")
def test_old_records_are_found_and_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    database = mongo.connect().database
    assert (found(), counted()) == ((0,) * 7, (0, 0, 0))
    waits = create_task(TaskType.SCENARIO_GENERATION, short_id="old-3", user_id="u")
    number_events()
    complete_task(waits)  # noted, and not counted yet
    put_into_history(waits)
    steps: list[int] = []
    add_words = migrations.add_words

    def cut(*given: Any) -> None:
        steps.append(1)
        if len(steps) == 9:
            raise RuntimeError("cut short")
        add_words(*given)

    monkeypatch.setattr(migrations, "MOST", 3)
    monkeypatch.setattr(migrations, "add_words", cut)
    with pytest.raises(RuntimeError):
        migrations.migrate(database, steps.append)
    assert schema.version_of(database) == 1
    assert 0 < sum("words" in short for short in database["shorts"].find()) < SHORTS
    for _ in range(2):
        migrations.find_and_count(database)
        assert counted() == COUNTED
    for _ in range(2):
        migrations.migrate(database, steps.append)
        assert schema.version_of(database) == schema.VERSION
        assert (found(), counted()) == (FOUND, COUNTED)
        schema.set_version(database, 2)
    of_today = analyse(user_id="u").totals
    assert (of_today.created, of_today.completed, of_today.sessions) == (1, 1, 1)
    assert waits in {one.task_id for one in session_service.find_sessions(q="steel")}
    assert list(database["figures"].find({"user": "*"}, {"types": 0})) != []
    session_service.remove_session(waits)


@pytest.mark.usefixtures("old_records")
def test_what_is_numbered_while_the_history_is_counted_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    create = create_task(TaskType.SCENARIO_GENERATION, short_id="old-3", user_id="u")
    complete_task(create)
    put_into_history(create)
    documents, runs = figures.documents, []

    def meanwhile(changes: Any) -> list[dict[str, Any]]:
        runs.append(1)
        if len(runs) == 1:
            number_events()
        return documents(changes)

    monkeypatch.setattr(figures, "documents", meanwhile)
    migrations.count_history(mongo.connect().database)
    number_events()
    of_today = analyse(user_id="u").totals
    assert (of_today.created, of_today.completed) == (1, 1)
    assert counted() == COUNTED
    session_service.remove_session(create)


@pytest.mark.usefixtures("old_records")
def test_of_the_second_version_tasks_and_sessions_are_found_once_they_have_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A version 2 has words of shorts, and of failed tasks those of the error; the step is cut short at each batch."""
    database = mongo.connect().database
    for number in range(SHORTS):
        words = beginnings(f"old-{number}", "Cup of steel" if number % 2 else "Cup of linen")
        database["shorts"].update_one({"_id": f"old-{number}"}, {"$set": {"words": words}})
        error = {"$set": {"words": beginnings(f"404 of shop {number}")}}
        database["tasks"].update_one({"_id": f"failed-{number}"}, error)
    schema.set_version(database, 2)
    assert found() == (HALF, 0, 0, 0, 0, 0, SHORTS)
    monkeypatch.setattr(migrations, "MOST", 3)
    cut_short(database, range(0, 18, 3))
    assert schema.version_of(database) == 2
    monkeypatch.undo()
    migrations.migrate(database, lambda version: None)
    assert schema.version_of(database) == schema.VERSION
    assert found() == FOUND
    assert stored("shorts", {"_id": "old-1"})["title"] == "Cup of steel"
    assert list_tasks(q="steel", user_id="v") == []
    for task in database["tasks"].find({"short_id": {"$regex": "^old-"}}):
        assert len(task["words"]) == len(set(task["words"]))
