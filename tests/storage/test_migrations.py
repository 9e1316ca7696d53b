"""Records of before there were words and figures: they are found, and counted, once; also when that was cut short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.models import TaskType
from app.services.analytics_service import analyse
from app.services.session_service import session_service
from app.storage import figures, migrations, mongo, schema
from app.storage.pages import forget_learnt
from app.storage.shorts import list_shorts
from app.storage.tasks import list_tasks
from app.utils.event_log import number_events
from app.utils.task_management import complete_task, create_task

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHORTS = 30


@pytest.fixture
def old_records() -> Iterator[None]:
    """Shorts of cups, a failed and a completed task of each with its line of history, none with words or figures."""
    forget_learnt()
    mongo.connect()
    rows: dict[str, list[dict[str, Any]]] = {"shorts": [], "products": [], "tasks": [], "history": []}
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
    for name, documents in rows.items():
        mongo.collection(name).insert_many(documents)
    schema.set_version(mongo.connect().database, 1)
    yield
    schema.set_version(mongo.connect().database, schema.VERSION)


def told() -> tuple[int, int, int, int, int]:
    """Return how many shorts and tasks are found, and what is counted."""
    totals = analyse(START, START + timedelta(days=300)).totals
    found = len(list_shorts(owner=None, q="steel", limit=900)), len(list_tasks(error="shop 404", limit=900))
    return *found, totals.created, totals.completed, totals.failed


@pytest.mark.usefixtures("old_records")
def test_old_records_are_found_and_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    database = mongo.connect().database
    assert told() == (0, 0, 0, 0, 0)
    waits = create_task(TaskType.SCENARIO_GENERATION, short_id="old-3", user_id="u")  # noted, and not counted yet
    number_events()
    complete_task(waits)
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
    found = sum("words" in short for short in database["shorts"].find())
    assert 0 < found < SHORTS
    for _ in range(2):
        migrations.migrate(database, steps.append)
        assert schema.version_of(database) == schema.VERSION
        assert told() == (SHORTS // 2, SHORTS, 2 * SHORTS, SHORTS, SHORTS)
        schema.set_version(database, 1)
    of_today = analyse(user_id="u").totals
    assert (of_today.created, of_today.completed, of_today.sessions) == (1, 1, 1)
    assert [one.task_id for one in session_service.find_sessions(q="steel")] == [waits]
    assert list(database["figures"].find({"user": "*"}, {"types": 0})) != []
    session_service.remove_session(waits)


@pytest.mark.usefixtures("old_records")
def test_what_is_numbered_while_the_history_is_counted_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    create = create_task(TaskType.SCENARIO_GENERATION, short_id="old-3", user_id="u")
    complete_task(create)
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
    assert told()[2:] == (2 * SHORTS, SHORTS, SHORTS)
    session_service.remove_session(create)
