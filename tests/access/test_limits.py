"""Limits and idempotency keys over real HTTP and several processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.cli.serve import bound_socket, serving
from app.db import client as mongo
from app.main import create_app
from app.queue import broker
from app.sessions.service import session_service
from app.tasks.service import TaskType, cancel_task, complete_task, create_task
from tests import staging
from tests.access.conftest import bearer
from tests.access.servers import answers, api_processes, at_once
from tests.polling import wait_for

PER_MINUTE, PER_USER, PER_SHORT = 12, 7, 4
TEXT = {"text": "A cup."}
ANALYZE = "/api/v1/content/analyze"


@pytest.fixture(scope="module")
def urls() -> Iterator[list[str]]:
    """Two processes of the API with small limits."""
    limits = {"TASKS_PER_MINUTE": PER_MINUTE, "LIVE_SESSIONS_PER_USER": PER_USER, "LIVE_SESSIONS_PER_SHORT": PER_SHORT}
    settings = {f"LIMIT_{name}": str(value) for name, value in limits.items()}
    with api_processes(2, API_KEYS_REQUIRED="true", **settings) as addresses:
        yield addresses


@pytest.fixture(autouse=True)
def fresh_windows() -> Iterator[None]:
    """Empty the windows before, and end the tasks after."""
    for key in broker.client().scan_iter("shopreel-limits*"):
        broker.client().delete(key)
    yield
    for task in mongo.collection("tasks").find({"status": "queued"}, {"_id": 1}):
        cancel_task(task["_id"])


def posting(
    key: dict[str, str], path: str = ANALYZE, **headers: str
) -> Callable[[httpx2.Client, str, dict[str, Any]], httpx2.Response]:
    return lambda client, url, body: client.post(url + path, json=body, headers=key | headers)


def test_the_tasks_of_a_minute_are_exact_over_processes(urls: list[str]) -> None:
    post = posting(bearer("alice"))
    begin = time.time()
    told = at_once(urls, lambda client, url, _: post(client, url, TEXT), 40)
    assert Counter(answer.status_code for answer in told) == {202: PER_MINUTE, 429: 40 - PER_MINUTE}
    assert mongo.collection("tasks").count_documents({"user_id": "alice"}) == PER_MINUTE
    refused = next(answer for answer in told if answer.status_code == 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert 60 - (time.time() - begin) - 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["code"] == "limit_reached"
    # Each answer tells how much is left, and until when.
    assert {answer.headers["ratelimit-limit"] for answer in told} == {str(PER_MINUTE)}
    assert {answer.headers["ratelimit-remaining"] for answer in told if answer.status_code == 429} == {"0"}
    assert max(int(answer.headers["ratelimit-remaining"]) for answer in told) in range(PER_MINUTE)
    assert all(1 <= int(answer.headers["ratelimit-reset"]) <= 60 for answer in told)
    other = posting(bearer("bob"))
    assert {answer.status_code for answer in at_once(urls, lambda c, u, _: other(c, u, TEXT), 4)} == {202}


@pytest.mark.parametrize(("spread", "allowed"), [(1, PER_SHORT), (10, PER_USER)])
def test_live_sessions_are_exact_over_processes(urls: list[str], spread: int, allowed: int) -> None:
    post = posting(bearer("alice"))
    told = at_once(urls, lambda c, u, number: post(c, u, TEXT | {"short_id": f"s{number % spread}"}), 30)
    assert Counter(answer.status_code for answer in told) == {202: allowed, 429: 30 - allowed}
    assert mongo.collection("sessions").count_documents({"user_id": "alice", "status": "active"}) == allowed
    refused = next(answer for answer in told if answer.status_code == 429)
    assert int(refused.headers["retry-after"]) >= 1
    # A refusal took nothing of the minute, and an end makes room for one more, not for two.
    ended = next(answer.json()["task_id"] for answer in told if answer.status_code == 202)
    cancel_task(ended)
    again = at_once(urls, lambda c, u, number: post(c, u, TEXT | {"short_id": f"s{number % spread}"}), 10)
    assert Counter(answer.status_code for answer in again)[202] == 1
    # What has no session needs no room for one.
    assert at_once(urls, lambda c, u, _: post(c, u, TEXT), 1)[0].status_code == 202


def test_the_same_key_gives_the_same_task_over_processes(urls: list[str]) -> None:
    key = bearer("alice")
    post = posting(key, **{"Idempotency-Key": '"k-1"'})
    body = TEXT | {"short_id": "s"}
    told = at_once(urls, lambda c, u, _: post(c, u, body), 20)
    assert {answer.status_code for answer in told} == {202}
    assert len({answer.json()["task_id"] for answer in told}) == 1
    assert Counter(answer.headers.get("idempotent-replayed") for answer in told) == {None: 1, "true": 19}
    assert mongo.collection("tasks").count_documents({}) == mongo.collection("sessions").count_documents({}) == 1
    task_id = told[0].json()["task_id"]
    # It took one of the minute's, the field of the body is the same key, and the answer tells how the task stands.
    complete_task(task_id, {})
    later = at_once(urls, lambda c, u, _: posting(key)(c, u, body | {"idempotency_key": "k-1"}), 1)[0].json()
    assert later == {"task_id": task_id, "status": "completed", "short_id": "s", "degraded": False}
    rest = at_once(urls, lambda c, u, _: posting(key)(c, u, TEXT), PER_MINUTE)
    assert Counter(answer.status_code for answer in rest) == {202: PER_MINUTE - 1, 429: 1}
    # The minute is used up, and still a request that came before gets its answer.
    assert at_once(urls, lambda c, u, _: post(c, u, body), 1)[0].status_code == 202


def test_a_key_that_comes_with_another_request_is_refused(urls: list[str]) -> None:
    key = bearer("alice")
    post = posting(key, **{"Idempotency-Key": "k"})
    told = at_once(urls, lambda c, u, number: post(c, u, {"text": f"Text {number % 2}"}), 10)
    codes = Counter(answer.status_code for answer in told)
    assert codes == {202: 5, 422: 5}
    assert mongo.collection("tasks").count_documents({}) == 1
    refused = next(answer for answer in told if answer.status_code == 422)
    assert "idempotency_key" in refused.json()["detail"]
    with httpx2.Client() as client:
        elsewhere = posting(key, "/api/v1/scrape", **{"Idempotency-Key": "k"})
        assert elsewhere(client, urls[0], {"html": "<p>x</p>"}).status_code == 422
        twice = post(client, urls[0], TEXT | {"idempotency_key": "other"})
        assert (twice.status_code, "Idempotency-Key" in twice.json()["detail"]) == (422, True)
        for wrong in ("", "x" * 201):
            assert posting(key, **{"Idempotency-Key": wrong})(client, urls[0], TEXT).status_code == 422


def test_the_same_key_gives_the_same_short(urls: list[str]) -> None:
    key = bearer("alice")
    post = posting(key, "/api/v1/shorts", **{"Idempotency-Key": "k"})
    told = at_once(urls, lambda c, u, _: post(c, u, {"html": "<p>x</p>"}), 20)
    assert {answer.status_code for answer in told} == {202}
    assert len({answer.json()["short_id"] for answer in told}) == 1
    assert mongo.collection("shorts").count_documents({}) == mongo.collection("tasks").count_documents({}) == 1
    with httpx2.Client() as client:
        assert post(client, urls[1], {"html": "<p>y</p>"}).status_code == 422
        named = posting(key, "/api/v1/shorts", **{"Idempotency-Key": "k2"})
        body = {"html": "<p>x</p>", "short_id": "mine"}
        assert [named(client, url, body).status_code for url in urls] == [202, 202]
        assert posting(key, "/api/v1/shorts")(client, urls[0], body).status_code == 409


def test_a_short_begins_where_there_is_room_and_is_never_stopped_half_way(urls: list[str]) -> None:
    key = bearer("alice")
    for number in range(PER_USER - 1):
        create_task(TaskType.IMAGE_ANALYSIS, user_id="alice", short_id=f"s{number}")
    with httpx2.Client() as client:
        make = posting(key, "/api/v1/shorts")
        assert make(client, urls[0], {"html": "<p>x</p>", "short_id": "mine"}).status_code == 202
        # Its next steps come without asking, and count.
        for scene in range(PER_SHORT + 2):
            create_task(TaskType.VIDEO_GENERATION, user_id="alice", short_id="mine", id_scope="alice", scene=scene)
        refused = make(client, urls[0], {"html": "<p>x</p>"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert len(session_service.get_sessions_by_short_id("mine")) == PER_SHORT + 2


@pytest.fixture
def api(with_settings: Callable[..., None]) -> Iterator[TestClient]:
    """The API in this process, without keys, with small limits."""
    with_settings(LIMIT_TASKS_PER_MINUTE="3", LIMIT_LIVE_SESSIONS_PER_SHORT="2")
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def test_without_keys_a_limit_that_is_set_holds_for_each_user_named(api: TestClient) -> None:
    for user in ({}, {"user_id": "anonymous"}, {"user_id": "u"}):
        codes = [api.post(ANALYZE, json=TEXT | user).status_code for _ in range(4)]
        assert codes == [202, 202, 202, 429]


def test_one_short_of_several_users_has_one_limit(with_settings: Callable[..., None]) -> None:
    with_settings(LIMIT_LIVE_SESSIONS_PER_SHORT="5")
    staging.ensure_short("s", None)
    with bound_socket("127.0.0.1", 0) as listener, serving(listener):
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wait_for(lambda: answers(f"{url}/health/live"), what="the server")
        post = posting({})
        told = at_once([url], lambda c, u, number: post(c, u, TEXT | {"user_id": f"u{number}", "short_id": "s"}), 30)
    assert Counter(answer.status_code for answer in told) == {202: 5, 429: 25}


def test_without_keys_nothing_is_limited_unless_it_is_set(with_settings: Callable[..., None]) -> None:
    with TestClient(create_app()) as client:
        assert {client.post(ANALYZE, json=TEXT).status_code for _ in range(5)} == {202}
    assert not list(broker.client().scan_iter("shopreel-limits*"))


def test_with_the_broker_away_a_process_limits_alone(api: TestClient, with_settings: Callable[..., None]) -> None:
    with_settings(REDIS_URL="redis://:secret@127.0.0.1:9/0")
    broker.close()
    try:
        once = {"short_id": "s", "idempotency_key": "k"}
        assert [api.post(ANALYZE, json=TEXT | once).status_code for _ in range(3)] == [202] * 3
        assert [api.post(ANALYZE, json=TEXT).status_code for _ in range(3)] == [202, 202, 429]
    finally:
        broker.close()
