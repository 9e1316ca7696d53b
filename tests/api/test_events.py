"""Live events: each change once, in order, whatever is cut off, restarted, or away in between."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.cli.serve import bound_socket, serving
from app.db import client as mongo
from app.events import feed as event_feed
from app.events.feed import feed
from app.events.log import number_events
from app.events.repository import Event, bounds, events_between, note_session, remove_events
from app.models import utc_now
from app.sessions.service import session_service
from app.tasks.service import (
    TaskType,
    cancel_task,
    claim_task,
    complete_task,
    create_task,
    fail_task,
    start_task,
    update_task_progress,
)
from app.tasks.spool import get_spool
from tests.access.servers import answers, api_processes
from tests.polling import wait_for
from tests.servers import OwnServer
from tests.sse import Sent, following, read_bytes

CHANGES_OF_ONE = ["queued", "running", "running", "running", "completed"]


@contextmanager
def of_this_process() -> Iterator[list[str]]:
    """Serve from this process, as ``api_processes`` does from others."""
    with bound_socket("127.0.0.1", 0) as listener, serving(listener):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wait_for(lambda: answers(f"{address}/health/live"), what="the server")
        yield [address]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The events of a server of this process."""
    with of_this_process() as (address,):
        yield f"{address}/api/v1/events"


@pytest.fixture(autouse=True)
def nobody_follows() -> Iterator[None]:
    """Wait until the reader's thread has ended with its last follower."""
    yield
    feed.close()


def change(short_id: str, turn: Callable[[], object] = bool) -> str:
    """Take a task through five changes; ``turn`` is called before each."""
    turn()
    task_id = create_task(TaskType.IMAGE_ANALYSIS, short_id=short_id, user_id="u")
    turn()
    assert start_task(task_id)
    for percent in (20, 70):
        turn()
        assert update_task_progress(task_id, percent, f"Picture {percent}")
    turn()
    assert complete_task(task_id, {})
    return task_id


def all_events() -> list[Event]:
    """Return what is numbered, from the first on."""
    number_events()
    return list(events_between(*bounds()))


def test_a_client_cut_off_fifty_times_gets_each_of_two_hundred_changes_once_in_order(url: str) -> None:
    """Cut wherever it happens: between two events, and after any byte of one, which then does not count.

    The changes are never more than 2 ahead of the client, so that it lives at their pace and each cut falls among them:
    at most 3 events of about 350 bytes come between two cuts, which makes 150 until the last;
    where they fall follows from the bytes asked for.
    """
    chance = random.Random(7)
    got: list[Sent] = []
    ahead = threading.Semaphore(2)
    places: list[int] = []
    in_the_middle = 0
    with following(f"{url}?short_id=s") as events:
        last = next(events).id
    with ThreadPoolExecutor(4) as pool:
        tasks = [pool.submit(change, "s", ahead.acquire) for _ in range(40)]
        try:
            while len(places) < 50:
                whole, rest = read_bytes(f"{url}?short_id=s", last, chance.randint(1, 1200), ahead.release)
                assert not all(task.done() for task in tasks), "a cut fell after the last change"
                in_the_middle += bool(rest)
                new = [event for event in whole if event.name != "start"]
                got += new
                places.append(len(got))
                last = new[-1].id if new else last
        finally:
            ahead.release(200)
        assert len(got) < 200
        with following(f"{url}?short_id=s&wait=20", last) as events:
            next(events)
            while len(got) < 200:
                got.append(next(events))
    assert len(set(places)) > 20, "the cuts fell together"
    assert in_the_middle > 5
    assert [event.id for event in got] == sorted({event.id for event in got})
    for task in tasks:
        mine = [event.data["status"] for event in got if event.data["task_id"] == task.result()]
        assert mine == CHANGES_OF_ONE
    assert [event.id for event in got] == [event.seq for event in all_events()]


def test_two_readers_see_the_same_and_a_user_sees_only_theirs(url: str) -> None:
    create_other = create_task(TaskType.IMAGE_ANALYSIS, short_id="s", user_id="other")
    with following(f"{url}?short_id=s") as one, following(f"{url}?user_id=u") as two, following(url) as every:
        for events in (one, two, every):
            next(events)
        task = change("s")
        seen = [[next(events) for _ in range(5)] for events in (one, two, every)]
        cancel_task(create_other)
        assert next(one).data["task_id"] == next(every).data["task_id"] == create_other
    assert seen[0] == seen[1] == seen[2]
    first, last = seen[0][0], seen[0][-1]
    assert (first.name, first.data["session"], first.data["task_type"]) == ("task", "active", "image_analysis")
    assert (seen[0][2].name, seen[0][2].data["progress"], seen[0][2].data["step"]) == ("progress", 20, "Picture 20")
    assert (last.data["status"], last.data["session"], last.data["task_id"]) == ("completed", "removed", task)


@pytest.mark.parametrize("servers", [of_this_process, pytest.param(partial(api_processes, 1), marks=pytest.mark.slow)])
def test_a_stream_goes_on_with_another_server_after_a_restart(
    servers: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with servers() as (one,), following(f"{one}/api/v1/events?short_id=s") as events:
        last = next(events).id
        start = change("s")
        before = [next(events) for _ in range(3)]
    after = change("s")
    with servers() as (two,), following(f"{two}/api/v1/events?short_id=s", before[-1].id) as events:
        assert next(events).name == "start"
        more = [next(events) for _ in range(7)]
    assert [event.data["task_id"] for event in before + more] == [start] * 5 + [after] * 5
    assert [event.data["status"] for event in before + more] == CHANGES_OF_ONE * 2
    assert [event.id for event in before + more] == list(range(last + 1, last + 11))


def test_a_stream_lives_through_an_outage_and_gets_what_was_spooled_once_in_order(database: OwnServer) -> None:
    """Also when the machine dies between writing what was spooled and forgetting it, so that it is written again."""
    with of_this_process() as (address,), following(f"{address}/api/v1/events?short_id=s&wait=40") as events:
        last = next(events).id
        begun, held = (create_task(TaskType.IMAGE_ANALYSIS, short_id="s", max_retries=2) for _ in range(2))
        leases = {name: claim_task(name) for name in (begun, held)}
        got = [next(events) for _ in range(4)]
        with database.away():
            assert complete_task(begun, lease=leases[begun])
            assert fail_task(held, "a time-out", retryable=True, delay_seconds=0, lease=leases[held])
            new = [create_task(TaskType.IMAGE_ANALYSIS, short_id="s") for _ in range(5)]
            assert complete_task(new[0])
            assert get_spool().count() == 8
            spooled = (get_spool().folder / "entries").read_bytes()
        wait_for(lambda: not get_spool().pending(), what="the replay")
        got += [next(events) for _ in range(8)]
        (get_spool().folder / "entries").write_bytes(spooled)
        wait_for(lambda: not get_spool().pending(), what="the second replay")
        after = change("s")
        got += [next(events) for _ in range(5)]
        for name in (held, *new[1:]):
            cancel_task(name)
    assert [event.id for event in got] == list(range(last + 1, last + 18))
    told = {name: [event.data["status"] for event in got if event.data["task_id"] == name] for name in (begun, held)}
    assert told == {begun: ["queued", "running", "completed"], held: ["queued", "running", "retrying"]}
    assert [(event.data["task_id"], event.data["status"]) for event in got[4:12]] == [
        (begun, "completed"),
        (held, "retrying"),
        *((name, "queued") for name in new),
        (new[0], "completed"),
    ]
    assert [event.data["task_id"] for event in got[12:]] == [after] * 5


def test_sessions_that_change_alone_are_told_too(url: str) -> None:
    task_id = create_task(TaskType.SCENARIO_GENERATION, short_id="s", user_id="u")
    complete_task(task_id)
    with following(f"{url}?short_id=s", 0) as events:
        assert next(events).name in ("start", "reset")
        assert [next(events).data["session"] for _ in range(2)] == ["active", "completed"]
        session_service.remove_session(task_id)
        removed = next(events)
        assert (removed.name, removed.data["status"]) == ("session", "removed")
        session_service.create_session("s", TaskType.IMAGE_ANALYSIS, "by-hand", "u")
        session_service.create_session("s", TaskType.IMAGE_ANALYSIS, "by-hand", "u")  # it is there already
        session_service.update_session_status("by-hand", "failed")
        session_service.cleanup_old_sessions(0)
        assert [next(events).data["status"] for _ in range(3)] == ["active", "failed", "removed"]


def test_who_comes_back_too_late_is_told_to_read_again(url: str) -> None:
    change("s")
    number_events()
    old = utc_now() + timedelta(seconds=1)
    assert remove_events(old).done == 5
    assert remove_events(old).done == 0
    change("s")
    for known in (2, 1000):
        with following(f"{url}?short_id=s&wait=0", known) as events:
            assert [(event.name, event.id) for event in events] == [("reset", 10)]
    with following(f"{url}?short_id=s&wait=0", 5) as events:
        assert [event.id for event in events] == [5, 6, 7, 8, 9, 10]


def test_without_change_streams_it_looks_often(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_feed, "NOTED", [{"$nonsense": {}}])
    with following(f"{url}?short_id=s") as events:
        next(events)
        change("s")
        assert [next(events).data["status"] for _ in range(5)] == CHANGES_OF_ONE


def test_a_follower_that_is_too_slow_is_let_go_and_comes_back(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_feed, "MAX_WAITING", 3)
    session = {"task_id": "t", "task_type": "image_analysis", "short_id": "s", "user_id": None}
    with following(f"{url}?short_id=s") as events:
        first = next(events).id
        mongo.collection("outbox").insert_many([note_session(session, "active").document for _ in range(9)])
        got = [event.id for event in events]  # the stream ends
    with following(f"{url}?short_id=s&wait=0", got[-1] if got else first) as events:
        got += [event.id for event in events][1:]
    assert got == list(range(first + 1, first + 10))


def test_a_stop_ends_the_streams_at_once() -> None:
    with bound_socket("127.0.0.1", 0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        opened, ended = threading.Event(), threading.Event()

        def follow() -> None:
            with following(f"{address}/api/v1/events") as events:
                for _ in events:
                    opened.set()
            ended.set()

        with serving(listener):
            wait_for(lambda: answers(f"{address}/health/live"), what="the server")
            reader = threading.Thread(target=follow)
            reader.start()
            assert opened.wait(10)
        assert ended.wait(3)
        reader.join()


def test_what_is_wrong_is_told_before_the_stream_begins(api: TestClient) -> None:
    for wrong in ("last_event_id=x", "short_id=a/b", "wait=-1"):
        assert api.get(f"/api/v1/events?{wrong}").status_code == 422
    wrong_header = api.get("/api/v1/events?wait=0", headers={"Last-Event-ID": "-1"})
    assert wrong_header.status_code == 422


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_streams_are_open_at_once(url: str, count: int) -> None:
    async def one(client: httpx2.AsyncClient, ready: asyncio.Semaphore) -> list[str]:
        found: list[str] = []
        async with client.stream("GET", f"{url}?short_id=s&wait=60") as answer:
            async for line in answer.aiter_lines():
                if line == "event: start":
                    ready.release()
                if line.startswith("id: "):
                    found.append(line)
                if len(found) == 6:
                    return found
        return found

    async def many() -> list[list[str]]:
        ready = asyncio.Semaphore(0)
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(timeout=60, limits=limits) as client:
            readers = [asyncio.create_task(one(client, ready)) for _ in range(count)]
            for _ in readers:
                await ready.acquire()
            await asyncio.to_thread(change, "s")
            return await asyncio.gather(*readers)

    found = asyncio.run(many())
    assert len(found) == count
    assert all(len(one) == 6 and one == found[0] for one in found)
