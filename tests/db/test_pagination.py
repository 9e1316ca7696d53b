"""Lists and search: what a plain filter of all documents finds, in pages that read little more than they show."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pymongo import monitoring

from app.core.search_words import beginnings, error_beginnings, words_of
from app.db import client as mongo
from app.db.page_query import OldPlace, PageQuery
from app.db.pagination import read_old, read_page
from app.db.stand_in.windows import forget_learnt
from app.models import SessionStatus, TaskStatus, TaskType, short_key, utc_now
from app.sessions.service import encode_cursor, session_service
from app.shorts import repository as shorts
from app.tasks.repository import list_tasks, task_cursor
from app.tasks.service import cancel_task, create_task, fail_task
from tests import staging
from tests.conftest import wipe
from tests.staging import stored

START = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = [TaskType.IMAGE_ANALYSIS.value, TaskType.SAVE_SCENARIO.value]


def session(number: int, at: datetime, user: str = "u", short: str = "s", status: str = "active") -> dict[str, Any]:
    return {
        "_id": f"id{number}",
        "task_id": f"t{number:05}",
        "short_id": short,
        "user_id": user,
        "task_type": TYPES[number % 2],
        "status": status,
        "created_at": at,
        "updated_at": at,
    }


@pytest.fixture(autouse=True)
def nothing_learnt() -> None:
    forget_learnt()


@pytest.fixture(params=["windows", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How pages are read: as of this server, or as of one that reads no further than it is asked to."""
    monkeypatch.setattr(mongo.connect(), "sorts_first", request.param == "windows")
    return str(request.param)


gaps = st.lists(st.sampled_from([0, 0, 1, 60_000, 3_600_000, 90 * 86_400_000]), min_size=0, max_size=25)


@given(gaps, st.integers(1, 7), st.booleans(), st.sampled_from([None, "u", "v"]), st.sampled_from([None, *TYPES]))
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_hold_each_document_once_in_order(
    way: str, gaps: list[int], limit: int, newest_first: bool, user: str | None, kind: str | None
) -> None:
    collection = mongo.collection("sessions")
    wipe("sessions")
    at, documents = START, []
    for number, gap in enumerate(gaps):
        at += timedelta(milliseconds=gap)
        documents.append(session(number, at, user="uv"[number % 3 == 0]))
    if documents:
        collection.insert_many(documents)
    expected = [
        one["task_id"]
        for one in sorted(documents, key=lambda one: (one["created_at"], one["task_id"]), reverse=newest_first)
        if user in (None, one["user_id"]) and kind in (None, one["task_type"])
    ]
    seen: list[str] = []
    cursor = None
    while True:
        page = session_service.find_sessions(
            user_id=user, task_type=kind, newest_first=newest_first, limit=limit, after=cursor
        )
        seen += [one.task_id for one in page]
        if len(page) < limit:
            break
        cursor = encode_cursor(page[-1])
    assert seen == expected


def test_pages_stay_whole_while_rows_come_and_go(way: str) -> None:
    collection = mongo.collection("sessions")
    rows = [session(number, START + timedelta(minutes=number)) for number in range(60)]
    collection.insert_many(rows)
    chance = random.Random(3)
    gone: set[str] = set()
    seen: list[str] = []
    cursor, added = None, 1000
    while True:
        page = session_service.find_sessions(newest_first=True, limit=7, after=cursor)
        seen += [one.task_id for one in page]
        if len(page) < 7:
            break
        cursor = encode_cursor(page[-1])
        for _ in range(3):
            away = chance.choice(rows)["task_id"]
            collection.delete_one({"task_id": away})
            gone.add(away)
        collection.insert_one(session(added, START + timedelta(minutes=chance.randint(0, 60), seconds=30)))
        added += 1
    assert len(seen) == len(set(seen))
    assert {row["task_id"] for row in rows} - gone <= set(seen)


class Finds(monitoring.CommandListener):
    """Keeps the find commands that go out."""

    def __init__(self) -> None:
        self.commands: list[Any] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.commands.append(event.command.to_dict() if hasattr(event.command, "to_dict") else dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


FINDS = Finds()
monitoring.register(FINDS)


@pytest.fixture
def looked_at() -> Iterator[Callable[[], int]]:
    """How many documents the finds since the last look have examined, by ``explain``; all of them on an index."""
    mongo.close()  # the next client has the listener
    mongo.connect()

    def examined() -> int:
        commands, FINDS.commands = FINDS.commands, []
        total = 0
        for command in commands:
            wanted = {name: command[name] for name in ("find", "filter", "sort", "projection") if name in command}
            plan = mongo.connect().database.command("explain", wanted, verbosity="executionStats")
            assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"]), wanted
            total += plan["executionStats"]["totalDocsExamined"]
        return total

    FINDS.commands.clear()
    yield examined
    mongo.close()


def test_a_server_that_reads_by_index_is_asked_once_for_a_page(
    looked_at: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo.connect(), "sorts_first", False)
    rows = [session(number, START + timedelta(minutes=number // 3)) for number in range(40)]
    mongo.collection("sessions").insert_many(rows)
    FINDS.commands.clear()
    page = read_page(PageQuery("sessions", {"user_id": "u"}, "task_id", limit=10))
    assert [one["task_id"] for one in page] == [row["task_id"] for row in reversed(rows)][:10]
    (command,) = FINDS.commands
    assert (command["sort"], command["batchSize"]) == ({"created_at": -1}, 11)


@pytest.mark.parametrize("limit", [1, 7, 40])
def test_what_is_old_is_read_to_its_end_either_way(way: str, limit: int) -> None:
    old = utc_now() - timedelta(days=30)
    rows = [session(number, old - timedelta(hours=30 * (number // 4)), status="completed") for number in range(60)]
    mongo.collection("sessions").insert_many(rows)
    seen: list[str] = []
    place: OldPlace | None = OldPlace(utc_now() - timedelta(days=7))
    while place is not None:
        page, place = read_old(PageQuery("sessions", {"status": "completed"}, "task_id", limit=limit), place)
        seen += [one["task_id"] for one in page]
    assert seen == [
        row["task_id"] for row in sorted(rows, key=lambda row: (row["created_at"], row["task_id"]), reverse=True)
    ]


def test_what_is_old_is_read_in_short_windows_behind_a_silence(looked_at: Callable[[], int]) -> None:
    old = utc_now() - timedelta(days=30)
    rows = [session(number, old - timedelta(minutes=30 * number), status="completed") for number in range(400)]
    mongo.collection("sessions").insert_many(rows)
    looked_at()
    before = utc_now() - timedelta(days=7)
    asked = PageQuery("sessions", {"status": "completed"}, "task_id", limit=5)
    place: OldPlace | None = OldPlace(before)
    seen: list[str] = []
    while place is not None:
        page, place = read_old(asked, place)
        assert looked_at() <= 80
        seen += [one["task_id"] for one in page]
    assert seen == [row["task_id"] for row in rows]


def test_a_page_is_read_from_an_index_and_reads_little_more_than_it_shows(looked_at: Callable[[], int]) -> None:
    chance = random.Random(5)
    rows = [
        session(number, START + timedelta(seconds=26 * number + chance.randint(0, 20)), user=f"u{number % 5}")
        for number in range(1500)
    ]
    mongo.collection("sessions").insert_many(rows)
    newest = rows[-1]["created_at"] + timedelta(seconds=1)
    for filters in (
        {},
        {"user_id": "u3"},
        {"status": "active"},
        {"task_type": TYPES[0]},
        {"short_id": "s", "limit": 1500},
    ):
        asked: dict[str, Any] = {"newest_first": True, "limit": 50, "created_before": newest} | filters
        for _ in range(2):  # the first time teaches how far apart they are
            looked_at()
            found = session_service.find_sessions(**asked)
            assert len(found) == asked["limit"]
        assert looked_at() == asked["limit"]
        FINDS.commands.clear()
        after = encode_cursor(found[-1])
        if asked["limit"] == 50:
            assert len(session_service.find_sessions(**asked, after=after)) == 50
            assert looked_at() <= 1.1 * 50 + 2


def test_a_search_by_title_and_a_users_failed_tasks_read_little_more_than_they_show(
    looked_at: Callable[[], int],
) -> None:
    """Tasks of thirty shorts answer the question, and a failed one in twelve."""
    tasks = []
    for number in range(1200):
        status = "failed" if number % 12 == 0 else "completed"
        short, at = number // 20, START + timedelta(minutes=number)
        words = beginnings(f"s{short}", "steel cup" if short % 2 else "walnut tray")
        task = session(number, at, user=f"u{number % 2}", short=f"s{short}", status=status) | {"metadata": {}}
        error = error_beginnings("no cup in sight") if status == "failed" else []
        task["words"] = sorted({*words, *error})
        tasks.append({name: value for name, value in task.items() if name != "task_id"})
    mongo.collection("tasks").insert_many(tasks)
    whole = START + timedelta(days=1)
    either = [one["_id"] for one in reversed(tasks) if "cup" in one["words"]]
    failed = [one["_id"] for one in reversed(tasks) if one["status"] == "failed"]
    for asked, expected in (({"q": "cup"}, either), ({"error": "cup"}, failed)):
        after = None
        for page in range(2):
            wanted: dict[str, Any] = {"limit": 50, "after": after, "created_before": whole} | asked
            list_tasks(**wanted)
            looked_at()
            found = list_tasks(**wanted)
            assert [one.task_id for one in found] == expected[50 * page :][:50], asked
            # Behind a cursor, also what lies at the very moment that the last page ended at.
            assert looked_at() <= 50 + page, asked
            after = task_cursor(found[-1])
    for _ in range(2):
        looked_at()
        assert len(list_tasks(user_id="u0", status=TaskStatus.FAILED, limit=50, created_before=whole)) == 50
    assert looked_at() == 50


@pytest.mark.usefixtures("ends_tasks")
def test_search_finds_by_title_short_id_and_error(way: str) -> None:
    staging.ensure_short("cup-7", "u")
    one = create_task(TaskType.IMAGE_ANALYSIS, short_id="cup-7", user_id="u")
    assert session_service.find_sessions(q="nordlicht") == []
    assert list_tasks(q="nordlicht") == []
    staging.set_product("cup-7", "p", "Émaillierte Tasse «Nordlicht», 0,3 l")
    later = create_task(TaskType.IMAGE_ANALYSIS, short_id="cup-7", user_id="u")
    two = create_task(TaskType.IMAGE_ANALYSIS, short_id="vase_1", user_id="u")
    fail_task(two, "the shop answered 404 for https://shop.example/vase")

    def tasks(q: str) -> set[str]:
        return {task.task_id for task in list_tasks(q=q)}

    assert tasks("nordl") == tasks("TASSE email") == tasks("cup") == tasks("cup-7") == {one, later}
    assert tasks("shop 404") == tasks("vase_") == {two}
    assert tasks("nordlicht vase") == tasks("?!") == tasks("zzz") == set()
    assert [task.task_id for task in list_tasks(q="answered", status=TaskStatus.FAILED, user_id="u")] == [two]
    assert [task.task_id for task in list_tasks(error="shop 404")] == [two]
    assert list_tasks(error="vase_1 nordlicht") == list_tasks(error="?!") == list_tasks(error="404", owner="v") == []
    assert list_tasks(q="answered", user_id="v") == list_tasks(q="cup", owner="v") == []
    assert [one.short_id for one in shorts.list_shorts(owner=None, q="nordlicht")] == ["cup-7"]
    found = session_service.find_sessions(q="nordlicht", status=SessionStatus.ACTIVE)
    assert {session.task_id for session in found} == {one, later}
    assert session_service.find_sessions(q="cup", user_id="v") == []
    fail_task(one, "the shop answered 404")
    assert tasks("nordlicht 404") == {one}, "an error's words come to the title's"
    assert {task.task_id for task in list_tasks(error="404")} == {one, two}
    assert list_tasks(error="nordlicht") == list_tasks(error="cup 404") == []
    cancel_task(later)


@pytest.mark.usefixtures("ends_tasks")
def test_a_title_finds_what_is_of_its_short_and_nobody_elses() -> None:
    """Two users have a short of one id in their scopes, one of them another of this id without; a third has none."""
    scopes = {None: "u", "u": "u", "v": "v"}
    titles = {None: "copper kettle", "u": "steel cup", "v": "walnut tray"}
    made: dict[str | None, list[str]] = {scope: [] for scope in scopes}

    def create(scope: str | None, user: str | None) -> str:
        scoped: dict[str, Any] = {"id_scope": scope} if scope else {}
        return create_task(TaskType.IMAGE_ANALYSIS, short_id="one", user_id=user, **scoped)

    for scope, user in scopes.items():
        staging.ensure_short(short_key("one", scope), user)
        made[scope].append(create(scope, user))
    strange = [create(None, "x")]
    for scope, title in titles.items():
        staging.set_product(short_key("one", scope), "p", title)
    for scope, user in scopes.items():
        made[scope].append(create(scope, user))
    made[None].append(create(None, None))
    strange.append(create(None, "x"))
    by_hand = session_service.create_session("one", TaskType.SAVE_SCENARIO, "by hand", "u")
    assert by_hand is not None
    for scope, title in titles.items():
        assert {task.task_id for task in list_tasks(q=title)} == set(made[scope])
        mine = {*made[scope], "by hand"} if scope == "u" else set(made[scope])
        assert {one.task_id for one in session_service.find_sessions(q=title)} == mine
    assert {task.task_id for task in list_tasks(q="one")} == {*sum(made.values(), strange)}
    session_service.remove_session("by hand")
    for task in sum(made.values(), strange):
        cancel_task(task)


@pytest.mark.usefixtures("ends_tasks")
def test_words_are_not_shown() -> None:
    staging.ensure_short("cup-7", "u")
    staging.set_product("cup-7", "p", "Tasse")
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id="cup-7", user_id="u")
    for name in ("tasks", "shorts"):
        assert "tass" in stored(name, {"words": "tass"})["words"]
    shown = [
        *list_tasks(q="tasse"),
        *session_service.find_sessions(q="tasse"),
        *shorts.list_shorts(owner=None, q="tass"),
    ]
    assert [one for one in shown if "words" in one.model_dump()] == []
    assert len(shown) == 3
    cancel_task(task_id)


def test_pages_of_a_search_follow_one_another(way: str) -> None:
    tasks = [create_task(TaskType.SCRAPING, user_id="u") for _ in range(7)]
    for task in tasks:
        fail_task(task, "no price found")
    seen: list[str] = []
    cursor = None
    while page := list_tasks(q="price", limit=3, after=cursor):
        seen += [task.task_id for task in page]
        cursor = task_cursor(page[-1])
    assert sorted(seen) == sorted(tasks)


@given(st.text(max_size=60), st.text(max_size=30))
def test_words_and_their_beginnings(text: str, q: str) -> None:
    held = set(beginnings(text))
    assert {word[:3] for word in words_of(text)[:30]} <= held
    assert set(words_of(text)) <= held or len(words_of(text)) > 30
    if words_of(q) and not any(one.startswith(words_of(q)[0]) for one in words_of(text)):
        assert not set(words_of(q)) <= held
    of_error = set(error_beginnings(text))
    assert of_error & set(words_of(q)) == held & set(words_of(q))
    assert not (of_error - held) & {*beginnings(q)}


@given(gaps, st.integers(1, 7), st.booleans(), st.sampled_from([None, "u", "v"]), st.integers(0, 3))
@hypothesis_settings(max_examples=25)
def test_pages_of_a_search_by_title_hold_each_document_once_in_order(
    gaps: list[int], limit: int, newest_first: bool, user: str | None, apart: int
) -> None:
    wipe("sessions", "shorts", "tasks")
    at, documents, tasks = START, [], []
    words = [beginnings(f"s{number}", "steel cup" if number <= apart else "steel vase") for number in range(5)]
    for number, gap in enumerate(gaps):
        at += timedelta(milliseconds=gap)
        documents.append(session(number, at, user="uv"[number % 3 == 0], short=f"s{number % 5}"))
        tasks.append({"_id": documents[-1]["task_id"], "words": words[number % 5]})
    mongo.collection("shorts").insert_many(
        [
            {"_id": f"s{number}", "short_id": f"s{number}", "user_id": "u", "created_at": START, "words": its}
            for number, its in enumerate(words)
        ]
    )
    if documents:
        mongo.collection("sessions").insert_many(documents)
        mongo.collection("tasks").insert_many(tasks)
    expected = [
        one["task_id"]
        for one in sorted(documents, key=lambda one: (one["created_at"], one["task_id"]), reverse=newest_first)
        if user in (None, one["user_id"]) and int(one["short_id"][1:]) <= apart and user != "v"
    ]
    seen: list[str] = []
    cursor = None
    while page := session_service.find_sessions(
        q="cup steel", user_id=user, newest_first=newest_first, limit=limit, after=cursor
    ):
        seen += [one.task_id for one in page]
        cursor = encode_cursor(page[-1])
    assert seen == expected
    wipe("sessions", "shorts", "tasks")


def test_a_long_id_leaves_no_title_out() -> None:
    assert "cup" in beginnings("-".join(map(str, range(40))), "Cup")


def test_a_page_of_what_cannot_be_is_empty(way: str) -> None:
    assert read_page(PageQuery("sessions", {"user_id": {"$in": []}}, "task_id")) == []
